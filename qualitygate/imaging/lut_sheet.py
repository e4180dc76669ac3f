"""What a changed LUT looks like: neutral ramp, brand swatches and the nodes that moved furthest, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageDraw

from qualitygate.imaging.lettering import font, shortened
from qualitygate.imaging.png import encode
from qualitygate.imaging.sheet import CAPTION, FAINT, FRAME, GROUND, MARGIN, SMALL, TEXT, TITLE

Colours = NDArray[np.uint8]

_WIDTH = 720
_BAND = 44
_GAP = 14


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Colours before and after a change, side by side in two bands.

    Attributes:
        caption: What they are, above the bands.
        before: sRGB, uint8 `(n, 3)`; None where there is no previous version.
        after: sRGB, uint8 `(n, 3)`.
        labels: Written under each colour; none for a ramp.
    """

    caption: str
    before: Colours | None
    after: Colours
    labels: Sequence[str] = ()


def lut_sheet(title: str, rows: Sequence[Row]) -> bytes:
    """Draw the rows below each other, as PNG."""
    heights = [_height(row) for row in rows]
    sheet = PilImage.new("RGB", (_WIDTH + 2 * MARGIN, 2 * MARGIN + TITLE + 16 + sum(heights)), GROUND)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, MARGIN - 6), shortened(title, TITLE, _WIDTH), font=font(TITLE), fill=TEXT)
    top = MARGIN + TITLE + 16
    for row, height in zip(rows, heights, strict=True):
        _draw(sheet, pen, row, top)
        top += height
    return encode(sheet)


def _height(row: Row) -> int:
    bands = 1 if row.before is None else 2
    return CAPTION + 10 + bands * _BAND + (SMALL + 8 if row.labels else 0) + _GAP


def _draw(sheet: PilImage.Image, pen: ImageDraw.ImageDraw, row: Row, top: int) -> None:
    words = "after" if row.before is None else "before above, after below"
    caption = shortened(f"{row.caption}: {words}", CAPTION, _WIDTH)
    pen.text((MARGIN, top), caption, font=font(CAPTION), fill=FAINT)
    at = top + CAPTION + 10
    for colours in (row.before, row.after):
        if colours is not None:
            place = np.arange(_WIDTH) * len(colours) // _WIDTH
            sheet.paste(PilImage.fromarray(np.tile(colours[place], (_BAND, 1, 1)), "RGB"), (MARGIN, at))
            at += _BAND
    pen.rectangle((MARGIN - 1, top + CAPTION + 9, MARGIN + _WIDTH, at), outline=FRAME)
    for index, label in enumerate(row.labels):
        width = _WIDTH / len(row.labels)
        text = shortened(label, SMALL, width - 6)
        pen.text((MARGIN + index * width + 3, at + 4), text, font=font(SMALL), fill=TEXT)
