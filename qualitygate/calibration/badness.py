"""How bad a value is, whichever way is better: 0 for the best there can be, larger for worse."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction

Key = tuple[str, str]
"""Metric and statistic, such as `("delta_e_2000", "p95")`."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of one metric, turned so that worse is more.

    Attributes:
        spec: The metric.
    """

    spec: MetricSpec

    @property
    def anchored(self) -> bool:
        """Whether there is a best value, so that ratios of badness mean something."""
        return isfinite(self._best)

    @property
    def unit(self) -> float:
        """The last decimal that is shown to a person."""
        return float(10.0**-self.spec.decimals)

    def badness(self, value: float) -> float:
        """Distance from the best value: DeltaE00 2.0 is 2.0, SSIM 0.95 is 0.05."""
        distance = self._signed(value) - (self._signed(self._best) if self.anchored else 0.0)
        return max(distance, 0.0) if self.anchored else distance

    def value(self, badness: float) -> float:
        """The value that is so bad."""
        signed = badness + (self._signed(self._best) if self.anchored else 0.0)
        return self._signed(signed)

    @property
    def _best(self) -> float:
        return self.spec.bounds[0 if self.spec.direction is Direction.LOWER_IS_BETTER else 1]

    def _signed(self, value: float) -> float:
        return value if self.spec.direction is Direction.LOWER_IS_BETTER else -value


def shown(key: Key) -> str:
    """A key as a threshold file writes it: `delta_e_2000.p95`."""
    return ".".join(key)
