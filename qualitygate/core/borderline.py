"""When a value lies so near its limit that rounding could flip the verdict."""

from __future__ import annotations

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction

BORDERLINE = "borderline: rounding could flip this verdict"
"""What a person reads."""


def is_borderline(value: float, limit: float, spec: MetricSpec) -> bool:
    """Whether a value is no further from a limit, on either side, than `spec.agreement`, both in the metric's unit.

    The best value that the metric has is never borderline: equal pixels measure exactly that on every machine.

    Args:
        value, limit: Finite.
        spec: Of the metric that they are about.
    """
    best = spec.bounds[0 if spec.direction is Direction.LOWER_IS_BETTER else 1]
    return value != best and abs(value - limit) <= spec.agreement
