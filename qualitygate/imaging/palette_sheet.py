"""What a broken palette looks like: the picture, the areas that are off, and each colour as expected and as found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageDraw

from qualitygate.core.mask import Mask
from qualitygate.imaging.lettering import font, shortened, width_of, wrapped
from qualitygate.imaging.png import encode
from qualitygate.imaging.sheet import ALERT, CAPTION, FAINT, FRAME, GAP, GROUND, MARGIN, SMALL, TEXT, TITLE, Rgb

_SWATCH = (120, 64)
_ROW = _SWATCH[1] + 14
_TEXT_WIDTH = 300
_TITLE_LINES = 2
# Dark enough that what is marked stands out, light enough that the picture can be made out.
_DIMMED = 0.35


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of a palette.

    Attributes:
        name: What it is called.
        expected: The colour, sRGB.
        found: What the picture has in its place, sRGB; None where there is nothing.
        lines: What is said of it, the first set off.
        broken: Whether its limit is broken.
    """

    name: str
    expected: Rgb
    found: Rgb | None
    lines: tuple[str, ...]
    broken: bool


def palette_sheet(title: str, picture: NDArray[np.uint8], marked: Mask, swatches: Sequence[Swatch]) -> bytes:
    """Draw a sheet, as PNG.

    Args:
        title: Above everything.
        picture: sRGB, uint8 `(H, W, 3)`, already at the size it is drawn.
        marked: Its pixels that are off, `(H, W)`.
        swatches: Below each other, in this order.
    """
    height, width = picture.shape[:2]
    inner = max(2 * width + GAP, 2 * _SWATCH[0] + _TEXT_WIDTH + 2 * GAP)
    cell = (inner - GAP) // 2
    titles = wrapped(title, TITLE, inner, _TITLE_LINES)
    top = MARGIN + len(titles) * (TITLE + 6) + 10
    below = top + CAPTION + 10 + height + 2 * GAP
    foot = below + CAPTION + 8 + _ROW * len(swatches)
    sheet = PilImage.new("RGB", (inner + 2 * MARGIN, foot + MARGIN - 8), GROUND)
    pen = ImageDraw.Draw(sheet)
    for index, line in enumerate(titles):
        pen.text((MARGIN, MARGIN - 6 + index * (TITLE + 6)), line, font=font(TITLE), fill=TEXT)
    for index, (caption, pixels) in enumerate(
        (("picture", picture), ("beyond the tolerance", _dimmed(picture, marked)))
    ):
        at = (MARGIN + index * (cell + GAP), top)
        pen.text(at, caption, font=font(CAPTION), fill=FAINT)
        place = (at[0], at[1] + CAPTION + 10)
        pen.rectangle((place[0] - 1, place[1] - 1, place[0] + width, place[1] + height), outline=FRAME)
        sheet.paste(PilImage.fromarray(pixels, "RGB"), place)
    for index, caption in enumerate(("expected", "found")):
        pen.text((MARGIN + index * _SWATCH[0], below), caption, font=font(CAPTION), fill=FAINT)
    for index, swatch in enumerate(swatches):
        _draw(pen, swatch, (MARGIN, below + CAPTION + 8 + index * _ROW), inner)
    return encode(sheet)


def _dimmed(picture: NDArray[np.uint8], marked: Mask) -> NDArray[np.uint8]:
    """The picture in dark grey, what is marked in its own colour with a light edge around it."""
    grey = picture.mean(axis=-1, keepdims=True) * _DIMMED
    shown = np.where(marked[..., None], picture, grey.astype(np.uint8))
    near = marked.copy()
    for axis in (0, 1):
        for shift in (-2, -1, 1, 2):
            near |= _shifted(marked, shift, axis)
    return np.where((near & ~marked)[..., None], np.array(ALERT, np.uint8), shown)


def _shifted(mask: Mask, shift: int, axis: int) -> Mask:
    """A mask moved along an axis; nothing comes in at the border."""
    moved = np.roll(mask, shift, axis=axis)
    edge = slice(0, shift) if shift > 0 else slice(shift, None)
    moved[(edge, slice(None)) if axis == 0 else (slice(None), edge)] = False
    return moved


def _draw(pen: ImageDraw.ImageDraw, swatch: Swatch, at: tuple[int, int], inner: int) -> None:
    x, y = at
    width, height = _SWATCH
    pen.rectangle((x, y, x + width - 1, y + height - 1), fill=swatch.expected)
    if swatch.found is not None:
        pen.rectangle((x + width, y, x + 2 * width - 1, y + height - 1), fill=swatch.found)
    else:
        text = "nothing"
        pen.text(
            (x + width + (width - width_of(text, SMALL)) / 2, y + height / 2 - 9), text, font=font(SMALL), fill=FAINT
        )
    pen.rectangle((x - 1, y - 1, x + 2 * width, y + height), outline=ALERT if swatch.broken else FRAME)
    left = x + 2 * width + GAP
    room = inner - 2 * width - GAP
    colour = ALERT if swatch.broken else TEXT
    pen.text((left, y - 2), shortened(swatch.name, CAPTION, room), font=font(CAPTION), fill=colour)
    for index, line in enumerate(swatch.lines):
        text = shortened(line, SMALL, room)
        pen.text((left, y + CAPTION + 6 + index * (SMALL + 6)), text, font=font(SMALL), fill=FAINT if index else TEXT)
