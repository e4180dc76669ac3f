"""A sheet: captioned pictures on a dark neutral ground, with a title, lines of text and a colour bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageDraw

from qualitygate.imaging.colour_map import ramp
from qualitygate.imaging.lettering import font, shortened, width_of, wrapped

Box = tuple[float, float, float, float]
Rgb = tuple[int, int, int]

# Neutral, so that the ground tints no colour judged on it (ISO 3664 asks for a neutral surround).
GROUND: Rgb = (28, 28, 28)
FRAME: Rgb = (72, 72, 72)
TEXT: Rgb = (236, 236, 236)
FAINT: Rgb = (165, 165, 165)
ALERT: Rgb = (255, 128, 112)
MARGIN, GAP = 24, 16
TITLE, CAPTION, SMALL = 22, 16, 14
# A sheet of narrow pictures is still wide enough for its text.
MIN_WIDTH = 560
TITLE_LINES = 3
_TITLE_STEP = TITLE + 6
_BAR_HEIGHT, _LEGEND = 58, 24
_LABEL = SMALL + 7


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One picture of a sheet.

    Attributes:
        caption: What it shows, above the picture.
        pixels: sRGB, uint8 `(H, W, 3)`.
        box: Outlined part as `(x, y, width, height)` in pixels of the panel, None for none.
        box_label: Written beside the outline.
    """

    caption: str
    pixels: NDArray[np.uint8]
    box: Box | None = None
    box_label: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the colours of a heat map mean: 0 to `top` in `unit`, with a marked `limit`; `ignored` is the colour of
    pixels that did not count, None where all did.
    """

    top: float
    unit: str
    limit: float | None = None
    ignored: Rgb | None = None

    @property
    def height(self) -> int:
        """Pixels that it takes."""
        return _BAR_HEIGHT + (_LEGEND if self.ignored else 0)


def draw_sheet(title: str, panels: list[Panel], lines: list[str], scale: Scale, *, stacked: bool) -> PilImage.Image:
    """Draw a sheet.

    Args:
        title: Above everything, in up to `TITLE_LINES` lines; shortened in the middle where it is longer. Any script;
            missing glyphs are boxes.
        panels: Pictures of one size, side by side or, `stacked`, below each other.
        lines: Text at the lower left; the first is set off.
        scale: For the colour bar, at the lower right, or below the text where the sheet is narrow.
    """
    height, width = panels[0].pixels.shape[:2]
    columns, rows = (1, len(panels)) if stacked else (len(panels), 1)
    cell = max(width, *(round(width_of(panel.caption, CAPTION)) + 1 for panel in panels))
    inner = max(columns * cell + (columns - 1) * GAP, MIN_WIDTH)
    cell = (inner - (columns - 1) * GAP) // columns
    titles = wrapped(title, TITLE, inner, TITLE_LINES)
    caption_h, title_h = CAPTION + 10, len(titles) * _TITLE_STEP + 10 if titles else 0
    pictures_h = rows * (caption_h + height) + (rows - 1) * GAP
    text_w = max((width_of(line, SMALL) for line in lines), default=0.0)
    # Under the last picture, else in what the text leaves free of the last line, else below the text.
    free = inner - text_w - 2 * GAP if lines else inner
    bar_w = round(max(width, 240) if width <= free else min(width, free) if free >= 200 else inner)
    beside = bar_w <= free
    text_h = len(lines) * (SMALL + 8)
    foot_h = max(text_h, scale.height) if beside else text_h + 12 + scale.height
    total = (inner + 2 * MARGIN, MARGIN + title_h + pictures_h + GAP + foot_h + MARGIN - 4)
    sheet = PilImage.new("RGB", total, GROUND)
    pen = ImageDraw.Draw(sheet)
    for index, line in enumerate(titles):
        pen.text((MARGIN, MARGIN - 6 + index * _TITLE_STEP), line, font=font(TITLE), fill=TEXT)
    for index, panel in enumerate(panels):
        x = MARGIN + (0 if stacked else index * (cell + GAP))
        y = MARGIN + title_h + (index * (caption_h + height + GAP) if stacked else 0)
        pen.text((x, y), shortened(panel.caption, CAPTION, cell), font=font(CAPTION), fill=FAINT)
        _draw_panel(sheet, pen, panel, (x, y + caption_h), cell)
    foot = MARGIN + title_h + pictures_h + GAP
    for index, line in enumerate(lines):
        text = shortened(line, SMALL, inner)
        pen.text((MARGIN, foot + index * (SMALL + 8)), text, font=font(SMALL), fill=FAINT if index else TEXT)
    bar_x = MARGIN + inner - bar_w if beside and lines else MARGIN
    _draw_scale(sheet, pen, scale, bar_x, foot if beside else foot + text_h + 12, bar_w)
    return sheet


def _draw_panel(sheet: PilImage.Image, pen: ImageDraw.ImageDraw, panel: Panel, at: tuple[int, int], cell: int) -> None:
    """The picture at its left top corner `at`, in a column `cell` wide."""
    x, y = at
    height, width = panel.pixels.shape[:2]
    pen.rectangle((x - 1, y - 1, x + width, y + height), outline=FRAME)
    sheet.paste(PilImage.fromarray(panel.pixels, "RGB"), (x, y))
    if panel.box is None:
        return
    left, top, box_w, box_h = panel.box
    x0, y0 = x + round(left), y + round(top)
    x1, y1 = x + min(round(left + box_w), width) - 1, y + min(round(top + box_h), height) - 1
    x1, y1 = max(x1, x0 + 4), max(y1, y0 + 4)
    # A dark line around a light one shows on any picture.
    pen.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), outline=(0, 0, 0), width=4)
    pen.rectangle((x0, y0, x1, y1), outline=(255, 255, 255), width=2)
    place = _label_place((x, y, width, height), (x0, y0, x1, y1), cell, width_of(panel.box_label, SMALL) + 10)
    if panel.box_label and place is not None:
        label_x, label_y, label_w = place
        pen.rectangle((label_x, label_y, label_x + label_w, label_y + _LABEL), fill=(0, 0, 0))
        pen.text((label_x + 5, label_y + 1), panel.box_label, font=font(SMALL), fill=(255, 255, 255))


def _label_place(
    panel: tuple[int, int, int, int], outline: tuple[int, int, int, int], cell: int, width: float
) -> tuple[float, float, float] | None:
    """Left, top and width of a label: on the ground beside a narrow picture, else in it, outside of the outline.

    None where there is no room: the number stands in the text below the pictures too, and must hide nothing.
    """
    x, y, panel_w, panel_h = panel
    x0, y0, x1, y1 = outline
    if panel_w + 6 + width <= cell:
        return x + panel_w + 6, y0, width
    along = min(max(x0, x), x + panel_w - width)
    down = min(max(y0, y), y + panel_h - _LABEL - 1)
    for label_x, label_y in ((along, y1 + 4), (along, y0 - 4 - _LABEL), (x1 + 4, down), (x0 - 4 - width, down)):
        if x <= label_x <= x + panel_w - width and y <= label_y <= y + panel_h - _LABEL:
            return label_x, label_y, width
    return None


def _draw_scale(sheet: PilImage.Image, pen: ImageDraw.ImageDraw, scale: Scale, x: int, y: int, width: int) -> None:
    """A colour bar `width` wide, the limit marked above, ticks below, and what is ignored below these."""
    bar_y, bar_h = y + 22, 14
    colours = ramp()[np.arange(width) * 255 // max(width - 1, 1)]
    sheet.paste(PilImage.fromarray(np.tile(colours, (bar_h, 1, 1)), "RGB"), (x, bar_y))
    pen.rectangle((x - 1, bar_y - 1, x + width, bar_y + bar_h), outline=FRAME)
    below = bar_y + bar_h + 4
    for share, text in ((0.0, "0"), (0.5, f"{scale.top / 2:g}"), (1.0, f"{scale.top:g}+")):
        text_w = width_of(text, SMALL)
        at = min(max(x + share * width - text_w / 2, x), x + width - text_w)
        pen.text((at, below), text, font=font(SMALL), fill=FAINT)
    if scale.ignored is not None:
        top = y + _BAR_HEIGHT + 8
        pen.rectangle((x, top, x + bar_h - 1, top + bar_h - 1), fill=scale.ignored, outline=FRAME)
        pen.text((x + bar_h + 8, top - 2), "ignored", font=font(SMALL), fill=FAINT)
    unit_w = width_of(scale.unit, SMALL)
    if scale.limit is None or not 0 <= scale.limit <= scale.top:
        pen.text((x + width - unit_w, y), scale.unit, font=font(SMALL), fill=FAINT)
        return
    at = x + scale.limit / scale.top * width
    text = f"limit {scale.limit:g}"
    text_x = min(max(at - width_of(text, SMALL) / 2, x), x + width - width_of(text, SMALL))
    pen.line((at, bar_y - 4, at, bar_y + bar_h + 3), fill=(0, 0, 0), width=4)
    pen.line((at, bar_y - 4, at, bar_y + bar_h + 3), fill=TEXT, width=2)
    pen.text((text_x, y), text, font=font(SMALL), fill=ALERT)
    if text_x + width_of(text, SMALL) + GAP < x + width - unit_w:
        pen.text((x + width - unit_w, y), scale.unit, font=font(SMALL), fill=FAINT)
