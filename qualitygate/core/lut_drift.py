"""What everybody needs to know of the drift of a LUT, who measures none."""

from __future__ import annotations

from math import inf

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction

POPULATIONS = ("grid", "colorchecker", "skin", "brand", "natural")
STATISTICS = ("mean", "p95", "max")

SPEC = MetricSpec(
    name="lut_drift",
    label="DeltaE00",
    unit="",
    direction=Direction.LOWER_IS_BETTER,
    statistics=tuple(f"{population}_{statistic}" for population in POPULATIONS for statistic in STATISTICS),
    decimals=2,
    bounds=(0.0, inf),
)
