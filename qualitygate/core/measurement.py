"""What a metric says of a pair of pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.threshold import Direction

Setting = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What everybody but the metric itself needs to know about it.

    Attributes:
        name: Name in configuration and JSON, such as `delta_e_2000`.
        label: Name in messages the user reads, such as `DeltaE00`.
        unit: Unit of the value, empty for a pure number.
        direction: Which way is better.
        statistics: Names of the statistics it yields, the headline one first.
        decimals: Decimals worth showing to a person.
        bounds: Smallest and largest value there can be; a limit outside could never be kept, or never be broken.
        within: Name of the metric whose measurement has its statistics, by the last part of their names, where another
            direction holds for them than for the others there; None for a metric with a measurement of its own.
        agreement: How far apart two machines may measure the same pair, by other kernels, devices and libraries, in the
            metric's unit; a value as near as that to its limit is marked borderline.
    """

    name: str
    label: str
    unit: str
    direction: Direction
    statistics: tuple[str, ...]
    decimals: int
    bounds: tuple[float, float] = (-inf, inf)
    within: str | None = None
    agreement: float = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """The statistics of one metric over one pair, and how they were made.

    Attributes:
        metric: Registered metric name.
        values: Statistic name to finite value, in the metric's unit.
        unit: The metric's unit.
        settings: How it was made: variant, constants, weights digest, device. Enough to repeat it a year later.
        error_map: Per-pixel values, float32 `(h, w)`, or None where the metric has no map or the map was dropped.
        origin: Row and column of the picture that `error_map[0, 0]` belongs to (SSIM's valid map starts at 5, 5).
    """

    metric: str
    values: Mapping[str, float]
    unit: str = ""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    error_map: NDArray[np.float32] | None = None
    origin: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Unmeasurable:
    """No number, and the reason. Never counts as a pass.

    Attributes:
        code: Stable code, `QG-dddd`.
        message: One sentence naming the file where there is one.
    """

    code: str
    message: str


MetricResult = Measurement | Unmeasurable
