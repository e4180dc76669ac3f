"""Noise and defects side by side: one row a statistic, a dot a measurement, the limit between the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image as PilImage
from PIL import ImageDraw

from qualitygate.imaging.lettering import font, shortened, width_of
from qualitygate.imaging.png import encode
from qualitygate.imaging.sheet import ALERT, CAPTION, FAINT, FRAME, GROUND, MARGIN, SMALL, TEXT, TITLE, Rgb

NOISE: Rgb = (96, 170, 255)
DEFECT: Rgb = (255, 176, 64)
_WIDTH = 860
_LABEL = 190
_LANE = 26
_GAP = 22
_DOT = 4


@dataclass(frozen=True, slots=True)
class Lane:
    """Measurements of one kind.

    Attributes:
        label: What was measured, such as `noise` or `cast 2`.
        values: As they are plotted: more is worse.
        defect: Whether it is a defect; otherwise it is noise.
        relied: Whether the limit is there to catch it.
    """

    label: str
    values: tuple[float, ...]
    defect: bool
    relied: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One statistic.

    Attributes:
        caption: Its name and limit.
        margin: How far noise and defect are apart, in words.
        lanes: Noise first.
        bound: What noise stays within, as plotted.
        limit: The limit, as plotted; None where there is none.
        axis: First and last place of the axis; what lies beyond is drawn at its end.
        ticks: Places on the axis and what is written there.
    """

    caption: str
    margin: str
    lanes: tuple[Lane, ...]
    bound: float
    limit: float | None
    axis: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]


def distributions(title: str, subtitle: str, rows: Sequence[Row]) -> bytes:
    """Draw the rows below each other, as PNG."""
    head = MARGIN + TITLE + CAPTION + 60
    height = head + sum(_height(row) for row in rows) + MARGIN
    sheet = PilImage.new("RGB", (_WIDTH + 2 * MARGIN, height), GROUND)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, MARGIN - 6), shortened(title, TITLE, _WIDTH), font=font(TITLE), fill=TEXT)
    pen.text((MARGIN, MARGIN + TITLE + 4), shortened(subtitle, CAPTION, _WIDTH), font=font(CAPTION), fill=FAINT)
    _legend(pen, MARGIN + TITLE + CAPTION + 18)
    top = head
    for row in rows:
        _draw(pen, row, top)
        top += _height(row)
    return encode(sheet)


def _height(row: Row) -> int:
    return CAPTION + 12 + len(row.lanes) * _LANE + SMALL + 8 + _GAP


def _legend(pen: ImageDraw.ImageDraw, top: int) -> None:
    at = MARGIN
    for colour, text in ((NOISE, "a run of the unchanged pipeline"), (DEFECT, "a run with a seeded defect")):
        _dot(pen, at + _DOT, top + 10, colour)
        pen.text((at + 14, top), text, font=font(SMALL), fill=FAINT)
        at += round(width_of(text, SMALL)) + 40
    pen.rectangle((at, top + 4, at + 16, top + 16), fill=_mixed(NOISE, 0.3))
    pen.text((at + 22, top), "99 % of further runs", font=font(SMALL), fill=FAINT)
    at += round(width_of("99 % of further runs", SMALL)) + 48
    pen.line((at, top, at, top + 18), fill=ALERT, width=2)
    pen.text((at + 8, top), "limit: further to the right fails", font=font(SMALL), fill=FAINT)


def _draw(pen: ImageDraw.ImageDraw, row: Row, top: int) -> None:
    margin_w = width_of(row.margin, SMALL)
    pen.text((MARGIN, top), shortened(row.caption, CAPTION, _WIDTH - margin_w - 20), font=font(CAPTION), fill=TEXT)
    pen.text((MARGIN + _WIDTH - margin_w, top + 2), row.margin, font=font(SMALL), fill=FAINT)
    left, right = MARGIN + _LABEL, MARGIN + _WIDTH
    first, last = row.axis

    def at(value: float) -> float:
        return left + min(max((value - first) / (last - first), 0.0), 1.0) * (right - left)

    body = top + CAPTION + 12
    bottom = body + len(row.lanes) * _LANE
    pen.rectangle((left, body, right, bottom), outline=FRAME)
    pen.rectangle((at(first), body + 1, at(row.bound), bottom - 1), fill=_mixed(NOISE, 0.18))
    for place, text in row.ticks:
        pen.line((at(place), bottom, at(place), bottom + 4), fill=FRAME)
        text_w = width_of(text, SMALL)
        pen.text(
            (min(max(at(place) - text_w / 2, left), right - text_w), bottom + 5), text, font=font(SMALL), fill=FAINT
        )
    if row.limit is not None:
        pen.line((at(row.limit), body - 3, at(row.limit), bottom + 3), fill=ALERT, width=2)
    for index, lane in enumerate(row.lanes):
        middle = body + index * _LANE + _LANE // 2
        pen.text((MARGIN, middle - 9), shortened(lane.label, SMALL, _LABEL - 12), font=font(SMALL),
                 fill=TEXT if lane.relied or not lane.defect else FAINT)  # fmt: skip
        colour = NOISE if not lane.defect else DEFECT if lane.relied else _mixed(DEFECT, 0.5)
        if lane.values:
            pen.line((at(min(lane.values)), middle, at(max(lane.values)), middle), fill=colour, width=1)
        for number, value in enumerate(lane.values):
            # Equal values would hide each other: dots take turns above and below the line.
            _dot(pen, at(value), middle + (-5, 0, 5)[number % 3], colour)


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, colour: Rgb) -> None:
    pen.ellipse((x - _DOT, y - _DOT, x + _DOT, y + _DOT), fill=colour, outline=GROUND)


def _mixed(colour: Rgb, share: float) -> Rgb:
    red, green, blue = (round(ground + share * (of - ground)) for of, ground in zip(colour, GROUND, strict=True))
    return red, green, blue
