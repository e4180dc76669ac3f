"""Noise and defects of one statistic as two lines of characters, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

_BARS = " ▁▂▃▄▅▆▇█"


def strip(noise: Sequence[float], defects: Sequence[float], bound: float, limit: float, width: int) -> tuple[str, str]:
    """Two histograms over one axis, from the best value at the left to a little beyond the weakest defects.

    Args:
        noise: Badness of the runs.
        defects: Badness of the smallest defects; those far beyond are gathered in the last column.
        bound: What noise stays within, marked `)` in the first line where nothing else is.
        limit: Marked `|` in both lines.
        width: Columns.

    Returns:
        A line for noise and one for defects.
    """
    low = min(0.0, *noise)
    high = max(limit + (limit - low), min(defects, default=limit) * 1.25, max(noise), bound) or 1.0
    lines = []
    for values, mark in ((noise, bound), (defects, None)):
        counts = [0] * width
        for value in values:
            counts[_column(value, low, high, width)] += 1
        most = max(counts) or 1
        cells = [_BARS[0 if not count else 1 + (count * (len(_BARS) - 2)) // most] for count in counts]
        if mark is not None and cells[_column(mark, low, high, width)] == " ":
            cells[_column(mark, low, high, width)] = ")"
        cells[_column(limit, low, high, width)] = "|"
        lines.append("".join(cells).rstrip())
    return lines[0], lines[1]


def _column(value: float, low: float, high: float, width: int) -> int:
    return min(max(int((value - low) / (high - low) * width), 0), width - 1)
