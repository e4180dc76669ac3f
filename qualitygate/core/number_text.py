"""Numbers as a person reads them, beside the limits that they broke."""

from __future__ import annotations

_MOST_DECIMALS = 17  # enough to tell any two doubles of ordinary size apart


def limit_text(limit: float) -> str:
    """A limit as it is written in a file: `2.0`, `0.95`, never `1e-05`."""
    from decimal import Decimal

    return format(Decimal(repr(float(limit))), "f")


def value_text(value: float, limit: float, decimals: int) -> str:
    """A value rounded for a person, with as many decimals as it takes to stay on its side of the limit."""
    from decimal import Decimal

    exact = Decimal(repr(float(limit)))
    for digits in range(decimals, _MOST_DECIMALS + 1):
        text = f"{value:.{digits}f}"
        rounded = Decimal(text)
        if rounded != exact and (rounded > exact) == (value > limit):
            return text
    return repr(value)


def kilobytes(value: float, limit: float | None = None) -> str:
    """Bytes in KB of 1,000 bytes; beside a limit, one decimal or as many as it takes to stay on its side."""
    if limit is not None:
        return value_text(value / 1_000, limit / 1_000, 1)
    from decimal import Decimal

    return format(Decimal(repr(round(value / 1_000, 6))).normalize(), "f")
