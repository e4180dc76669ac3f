"""How cost grows, drawn: dots are measured, lines fitted by least squares, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log10

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from benchmarks.row import duration
from benchmarks.scaling import Growth
from qualitygate.imaging.lettering import font, width_of
from qualitygate.imaging.png import encode

# Twice the width it is shown at; a dark card, which is readable on a page of either kind.
_WIDTH, _HEIGHT = 1400, 660
_CARD, _FIELD, _GRID, _TEXT, _FAINT = (27, 30, 36), (34, 38, 46), (62, 68, 80), (232, 235, 240), (176, 183, 195)
_COLOURS = ((104, 178, 255), (255, 184, 92), (126, 214, 142))
_SIZE, _SMALL = 27, 24


@dataclass(frozen=True, slots=True)
class _Panel:
    """Where one field lies, and what its axes span, as base-ten logarithms."""

    left: float
    top: float
    right: float
    bottom: float
    across: tuple[float, float]
    down: tuple[float, float]

    def x(self, value: float) -> float:
        first, last = self.across
        return self.left + (log10(value) - first) / (last - first) * (self.right - self.left)

    def y(self, value: float) -> float:
        first, last = self.down
        return self.bottom - (log10(value) - first) / (last - first) * (self.bottom - self.top)


def plot(growths: Sequence[Growth]) -> bytes:
    """A PNG with one field for each unit that something was followed over."""
    sheet = Pillow.new("RGBA", (_WIDTH, _HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    draw.rounded_rectangle((0, 0, _WIDTH - 1, _HEIGHT - 1), 24, _CARD)
    fields = [(unit, list(lines)) for unit, lines in groupby(growths, lambda one: one.unit)]
    wide = _WIDTH / max(len(fields), 1)
    colours = iter(_COLOURS * len(growths))
    for place, (unit, lines) in enumerate(fields):
        panel = _panel(lines, place * wide + 152, (place + 1) * wide - 36)
        _axes(sheet, panel, lines, unit)
        for height, line in enumerate(lines):
            colour = next(colours)
            _line(draw, panel, line, colour)
            draw.ellipse((panel.left, 36 + 40 * height, panel.left + 18, 54 + 40 * height), colour)
            said = f"{line.name}: slope {line.slope:.2f}"
            draw.text((panel.left + 30, 45 + 40 * height), said, _TEXT, font(_SIZE), anchor="lm")
    return encode(sheet)


def _panel(lines: Sequence[Growth], left: float, right: float) -> _Panel:
    sizes = np.log10([size for line in lines for size in line.sizes])
    seconds = np.log10([second for line in lines for second in line.seconds])
    ends = []
    for values in (sizes, seconds):
        room = 0.08 * max(float(np.ptp(values)), 0.1)
        ends.append((float(values.min()) - room, float(values.max()) + room))
    return _Panel(left, 130, right, _HEIGHT - 110, ends[0], ends[1])


def _axes(sheet: Pillow.Image, panel: _Panel, lines: Sequence[Growth], unit: str) -> None:
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((panel.left, panel.top, panel.right, panel.bottom), _FIELD)
    for size in sorted({size for line in lines for size in line.sizes}):
        at = panel.x(size)
        draw.line((at, panel.top, at, panel.bottom), _GRID, 2)
        draw.text((at, panel.bottom + 12), f"{size:g}", _FAINT, font(_SMALL), anchor="mt")
    for second in _ticks(panel.down):
        at = panel.y(second)
        draw.line((panel.left, at, panel.right, at), _GRID, 2)
        draw.text((panel.left - 12, at), _short(second), _FAINT, font(_SMALL), anchor="rm")
    middle = (panel.left + panel.right) / 2
    draw.text((middle, panel.bottom + 56), unit, _TEXT, font(_SIZE), anchor="mt")
    said = "processor time"
    label = Pillow.new("RGBA", (int(width_of(said, _SMALL)) + 4, _SMALL + 12), (0, 0, 0, 0))
    ImageDraw.Draw(label).text((2, 2), said, _TEXT, font(_SMALL))
    turned = label.rotate(90, expand=True)
    place = int(panel.left) - 144, int((panel.top + panel.bottom - turned.height) / 2)
    sheet.paste(turned, place, turned)


def _line(draw: ImageDraw.ImageDraw, panel: _Panel, line: Growth, colour: tuple[int, int, int]) -> None:
    steepness, start = np.polyfit(np.log(line.sizes), np.log(line.seconds), 1)
    ends = [
        (panel.x(size), panel.y(float(np.exp(start) * size**steepness))) for size in (line.sizes[0], line.sizes[-1])
    ]
    draw.line(ends, colour, 4, joint="curve")
    for size, second in zip(line.sizes, line.seconds, strict=True):
        x, y = panel.x(size), panel.y(second)
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), colour, _FIELD, 2)


def _ticks(span: tuple[float, float]) -> list[float]:
    """1, 2 and 5 of each power of ten within a span of logarithms; the powers alone over a wide one."""
    steps = (1, 2, 5) if span[1] - span[0] < 2 else (1,)
    powers = range(int(np.floor(span[0])), int(np.ceil(span[1])) + 1)
    return [
        step * 10.0**power for power in powers for step in steps if span[0] <= np.log10(step * 10.0**power) <= span[1]
    ]


def _short(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1e3:g} ms"


def table(growths: Sequence[Growth]) -> str:
    """The same as a Markdown table: sizes, seconds, slopes."""
    rows = ["| what | processor time | slope |", "|---|---|---:|"]
    for line in growths:
        points = ", ".join(
            f"{size:g}: {duration(second)}" for size, second in zip(line.sizes, line.seconds, strict=True)
        )
        rows.append(f"| {line.name}, by {line.unit} | {points} | {line.slope:.2f} |")
    return "\n".join(rows)
