"""Drift of the colours of a batch: what is measured and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction

AXES = ("lightness", "a", "b", "chroma")
"""L*, a*, b* and C*ab, in this order everywhere."""
SYMBOLS = {"lightness": "L*", "a": "a*", "b": "b*", "chroma": "C*"}

STATISTICS = (*AXES, *(f"{axis}_distance" for axis in AXES))
"""Differences of the means, and distances between the distributions; all in units of L*a*b*."""

SPEC = MetricSpec(
    "lab_drift", "L*a*b* drift", "", Direction.LOWER_IS_BETTER, STATISTICS, 2, (0.0, float("inf"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drift:
    """One statistic of a batch against its baseline.

    Attributes:
        value: Difference of the means, signed: positive where the batch has more; or distance, 0 or more.
        noise: What chance may make of its size, with this many pictures that differ this much among themselves.
        batch, baseline: The means, None for a distance.
    """

    value: float
    noise: float
    batch: float | None = None
    baseline: float | None = None

    @property
    def size(self) -> float:
        """The value without its sign."""
        return abs(self.value)


def described(statistic: str) -> str:
    """A statistic in words: `mean b*`, or `distribution of b*`."""
    axis = statistic.removesuffix("_distance")
    return f"distribution of {SYMBOLS[axis]}" if axis != statistic else f"mean {SYMBOLS[axis]}"
