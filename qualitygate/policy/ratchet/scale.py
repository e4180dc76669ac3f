"""How much room a limit leaves: the distance between the best value there can be and the limit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction


@dataclass(frozen=True, slots=True)
class Scale:
    """What the numbers of a limit mean.

    Attributes:
        direction: Which way is better; None where nobody knows it, as of a metric of a plugin that is not installed.
            Then every other limit counts as a looser one.
        unit: Unit people read, or what is counted.
        best: The best value there can be; None where there is none.
        divisor: What a limit is divided by to be in the unit: 1,000 for bytes shown as KB.
    """

    direction: Direction | None = Direction.LOWER_IS_BETTER
    unit: str = ""
    best: float | None = 0.0
    divisor: float = 1.0

    def looser(self, before: float | None, after: float | None) -> bool:
        """Whether a limit lets more pass than another; None is no limit at all."""
        if before is None:
            return False
        if after is None:
            return True
        return after != before if self.direction is None else self.direction.exceeds(after, before)

    def tighter(self, one: float | None, other: float | None) -> float | None:
        """The limit of two that lets less pass."""
        if one is None or other is None:
            return other if one is None else one
        return other if self.looser(other, one) and self.direction is not None else one

    def room(self, limit: float) -> float | None:
        """Distance of a limit from the best value; None where there is no best value."""
        return None if self.best is None else abs(limit - self.best)

    def looser_by(self, before: float, after: float) -> tuple[float, float | None]:
        """How much looser, in the unit and in percent of the room there was; no percent of no room."""
        room, more = self.room(before), abs(after - before)
        return more / self.divisor, 100.0 * more / room if room else None


BYTES = Scale(unit="KB", divisor=1_000.0)
"""Byte budgets: the fewer the better."""


def scale_of(metric: str, specs: Mapping[str, MetricSpec]) -> Scale:
    """The scale of a metric; one without a direction for a metric that is not known."""
    spec = specs.get(metric)
    if spec is None:
        return Scale(None, "", None)
    lower = spec.direction is Direction.LOWER_IS_BETTER
    best = spec.bounds[0] if lower else spec.bounds[1]
    return Scale(spec.direction, spec.unit or spec.label, best if math.isfinite(best) else None)
