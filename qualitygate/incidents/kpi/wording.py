"""Numbers as people read them. What is not known is a dash, and never a zero."""

from __future__ import annotations

import math

DASH = "–"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def span(seconds: float | None) -> str:
    """A duration in its largest fitting unit: `45 s`, `12 min`, `5.3 h`, `2.1 d`."""
    if seconds is None:
        return DASH
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR:
        return f"{_short(seconds / _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"{_short(seconds / _HOUR)} h"
    return f"{_short(seconds / _DAY)} d"


def days(number: float | None) -> str:
    """A number of days: `3 d`, `12.5 d`."""
    return DASH if number is None else f"{_short(number)} d"


def percent(rate: float | None) -> str:
    """A rate of 0 to 1 in whole per cent; 100 % and 0 % only where it is all and nothing."""
    if rate is None:
        return DASH
    inexact = rate * 100
    rounded = round(inexact)
    if rounded == 100 and rate < 1:
        rounded = 99
    elif rounded == 0 and rate > 0:
        rounded = 1
    return f"{rounded} %"


def of(count: int, n: int) -> str:
    """`3 of 12`."""
    return f"{count:,} of {n:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 incident`, `2 incidents`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _short(number: float) -> str:
    """One decimal below ten where it is not zero, none above: 9.5, 10, 3."""
    if number >= 9.95:
        return f"{math.floor(number + 0.5):,}"
    return f"{number:.1f}".removesuffix(".0")
