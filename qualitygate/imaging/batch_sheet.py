"""What a drifted batch looks like: the distributions of its colours over those of the approved pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageDraw

from qualitygate.imaging.lettering import font, shortened, width_of, wrapped
from qualitygate.imaging.png import encode
from qualitygate.imaging.sheet import ALERT, CAPTION, FAINT, FRAME, GROUND, MARGIN, SMALL, TEXT, TITLE, Rgb

BEFORE: Rgb = (140, 140, 140)
NOW: Rgb = (255, 176, 64)
_WIDTH, _HEIGHT = 760, 110
_ROW = CAPTION + 8 + _HEIGHT + SMALL + 22
_TITLE_LINES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One axis of L*a*b*.

    Attributes:
        caption: What it is and how it moved, above the curves.
        before, now: Shares of the pixels in equal bins, of the approved pictures and of the batch, float64 `(n,)`.
        limits: Where the bins begin and end.
        means: Where the means are, in the same order.
        broken: Whether a limit on this axis is broken.
    """

    caption: str
    before: NDArray[np.float64]
    now: NDArray[np.float64]
    limits: tuple[float, float]
    means: tuple[float, float]
    broken: bool


def batch_sheet(title: str, axes: Sequence[Axis], foot: str) -> bytes:
    """Draw one row per axis, as PNG: approved pictures in grey, the batch in orange.

    Args:
        title: Above everything.
        axes: The rows.
        foot: Below everything, such as how many pictures are shown.
    """
    titles = wrapped(title, TITLE, _WIDTH, _TITLE_LINES)
    top = MARGIN + len(titles) * (TITLE + 6) + 6
    sheet = PilImage.new("RGB", (_WIDTH + 2 * MARGIN, top + 30 + len(axes) * _ROW + SMALL + MARGIN), GROUND)
    pen = ImageDraw.Draw(sheet)
    for index, line in enumerate(titles):
        pen.text((MARGIN, MARGIN - 6 + index * (TITLE + 6)), line, font=font(TITLE), fill=TEXT)
    x = MARGIN
    for colour, words in ((BEFORE, "approved"), (NOW, "this batch")):
        pen.rectangle((x, top + 3, x + 14, top + 14), fill=colour)
        pen.text((x + 22, top - 1), words, font=font(SMALL), fill=FAINT)
        x += 44 + round(width_of(words, SMALL))
    for index, axis in enumerate(axes):
        _draw(pen, axis, top + 30 + index * _ROW)
    pen.text((MARGIN, top + 30 + len(axes) * _ROW), shortened(foot, SMALL, _WIDTH), font=font(SMALL), fill=FAINT)
    return encode(sheet)


def _draw(pen: ImageDraw.ImageDraw, axis: Axis, top: int) -> None:
    colour = ALERT if axis.broken else TEXT
    pen.text((MARGIN, top), shortened(axis.caption, CAPTION, _WIDTH), font=font(CAPTION), fill=colour)
    floor = top + CAPTION + 8 + _HEIGHT
    columns = [_columns(shares) for shares in (axis.before, axis.now)]
    highest = max(float(each.max()) for each in columns) or 1.0
    heights = [np.rint(each / highest * (_HEIGHT - 4)).astype(int) for each in columns]
    for x, height in enumerate(heights[0]):
        if height:
            pen.line((MARGIN + x, floor, MARGIN + x, floor - int(height)), fill=BEFORE)
    line = [(MARGIN + x, floor - int(height)) for x, height in enumerate(heights[1])]
    pen.line(line, fill=NOW, width=2, joint="curve")
    pen.rectangle((MARGIN - 1, floor - _HEIGHT, MARGIN + _WIDTH, floor + 1), outline=FRAME)
    low, high = axis.limits
    for mean, shade in zip(axis.means, (BEFORE, NOW), strict=True):
        at = MARGIN + (mean - low) / (high - low) * _WIDTH
        pen.line((at, floor + 2, at, floor + 8), fill=shade, width=3)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        text = f"{low + share * (high - low):g}"
        at = min(
            max(MARGIN + share * _WIDTH - width_of(text, SMALL) / 2, MARGIN), MARGIN + _WIDTH - width_of(text, SMALL)
        )
        pen.text((at, floor + 8), text, font=font(SMALL), fill=FAINT)


def _columns(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Densities, one for each pixel across, smoothed over a few of them so that single bins do not hide the shape."""
    at = np.arange(_WIDTH) * len(shares) // _WIDTH
    spread = np.convolve(shares[at], np.hanning(15) / np.hanning(15).sum(), mode="same")
    # The square root shows what is rare beside a ground that fills half of every picture.
    drawn: NDArray[np.float64] = np.sqrt(spread)
    return drawn
