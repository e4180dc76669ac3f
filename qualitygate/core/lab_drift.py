"""Drift of the colours of a batch: what is measured and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction

AXES = ("lightness", "a", "b", "chroma")
"""L*, a*, b* and C*ab, in this order everywhere."""
SYMBOLS = {"lightness": "L*", "a": "a*", "b": "b*", "chroma": "C*"}

STATISTICS = (*AXES, *(f"{axis}_distance" for axis in AXES))
"""Differences of the means, and distances between the distributions beyond chance; all in units of L*a*b*."""

SPEC = MetricSpec(
    "lab_drift", "L*a*b* drift", "", Direction.LOWER_IS_BETTER, STATISTICS, 2, (0.0, float("inf"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drift:
    """One statistic of a batch against its baseline.

    Attributes:
        value: Difference of the means, signed: positive where the batch has more; or the part of a distance that chance
            does not explain, 0 or more.
        noise: What chance may make of a difference of means, with this many pictures that differ this much among
            themselves; 0 for a distance, which is without it.
        batch, baseline: The means, None for a distance.
        total: The distance with what chance makes of it, None for a difference of means.
    """

    value: float
    noise: float
    batch: float | None = None
    baseline: float | None = None
    total: float | None = None

    @property
    def size(self) -> float:
        """The value without its sign."""
        return abs(self.value)

    @property
    def seen(self) -> float:
        """The size as it looks, with what chance makes of it."""
        return self.size if self.total is None else self.total

    @property
    def proven(self) -> float:
        """The size as far as chance does not explain it: all of it or nothing for a mean."""
        return self.size if self.size > self.noise else 0.0


def described(statistic: str) -> str:
    """A statistic in words: `mean b*`, or `distribution of b*`."""
    axis = statistic.removesuffix("_distance")
    return f"distribution of {SYMBOLS[axis]}" if axis != statistic else f"mean {SYMBOLS[axis]}"
