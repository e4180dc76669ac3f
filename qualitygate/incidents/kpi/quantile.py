"""Quantiles of what was measured: by linear interpolation, as `numpy.quantile` and `statistics` (inclusive) do it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

DEFINITION = (
    "linear interpolation between the two nearest of the sorted values, at position (n - 1) * p "
    "(Hyndman and Fan 1996, type 7)"
)
"""How every median and p90 is reckoned. doi:10.1080/00031305.1996.10473566"""


class Quantiles(Struct, frozen=True, kw_only=True):
    """Median and 90th percentile of `n` values, in their unit; None where there is none."""

    n: int
    median: float | None
    p90: float | None


def quantile(ordered: list[float], p: float) -> float:
    """The quantile of values in ascending order, at least one.

    Args:
        ordered: Finite numbers, sorted.
        p: 0 to 1; 0.5 is the median.
    """
    position = (len(ordered) - 1) * p
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    low, high = ordered[below], ordered[above]
    return low if low == high else low + (high - low) * (position - below)


def quantiles(values: Iterable[float]) -> Quantiles:
    """Median and 90th percentile of any number of values, in any order."""
    ordered = sorted(values)
    if not ordered:
        return Quantiles(n=0, median=None, p90=None)
    return Quantiles(n=len(ordered), median=quantile(ordered, 0.5), p90=quantile(ordered, 0.9))
