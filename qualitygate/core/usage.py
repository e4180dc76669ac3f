"""How much of a limit is used up."""

from __future__ import annotations

import math

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction


def used(value: float, limit: float, spec: MetricSpec) -> float | None:
    """Share of the way from a perfect value to the limit: 0 perfect, 1 at the limit, more beyond.

    None where no value is perfect, or only the limit is.
    """
    best = spec.bounds[0 if spec.direction is Direction.LOWER_IS_BETTER else 1]
    if not math.isfinite(best) or limit == best:
        return None
    return max(0.0, (value - best) / (limit - best))
