"""DeltaE00: how differently a person sees the colours of two pictures, pixel by pixel.

Samples become linear light through the picture's own transfer curves, XYZ relative to D65 through its matrix without
clipping, CIE L*a*b*, and CIEDE2000 with kL = kC = kH = 1. One unit is about the smallest difference seen side by side
on large even patches; 2 is visible at a glance there, and hidden by detail in most photographs.

Statistics: `mean`; `p50`, `p95`, `p99`, the values that 50, 95 and 99 % of the counted pixels stay within; `max`;
`worst_tile`, the largest mean over 64x64 windows every 32 pixels, which finds local damage that the mean hides.

Sources: IEC 61966-2-1:1999 (sRGB); CIE 15:2004 (L*a*b*); Sharma, Wu & Dalal (2005), doi 10.1002/col.20070.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.encoding import D65_XY, Encoding
from qualitygate.core.image import Image, same_samples
from qualitygate.core.mask import Mask, worst_window
from qualitygate.core.measurement import Measurement, MetricResult, MetricSpec, Setting, Unmeasurable
from qualitygate.core.native import kernel_name
from qualitygate.core.statistics import PERCENTILE, counted, distribution, even_map
from qualitygate.core.threshold import Direction
from qualitygate.metrics.native.delta_e_2000 import delta_e_map


class DeltaE2000:
    """CIEDE2000 between corresponding pixels: how differently a person sees two colours.

    0 for equal colours. 1 is about the smallest difference seen side by side on large even patches (just noticeable),
    2 is visible at a glance there, 5 is plainly another colour; the detail of a photograph hides more. Not clipped: a
    drift outside sRGB is measured, too.

    Typical, median / worst of eight photographs as JPEG of quality 85, 4:2:0: p50 1.45 / 2.15, mean 1.88 / 2.97,
    p95 5.1 / 9.9, max 26 / 36, worst_tile 4.2 / 7.2. A cast of 10 levels lifts p50 to 2.7 or more. The whole table
    and the limits chosen from it: docs/thresholds.md.

    Source: Sharma, Wu & Dalal (2005), doi 10.1002/col.20070.
    """

    spec = MetricSpec(
        name="delta_e_2000",
        label="DeltaE00",
        unit="",
        direction=Direction.LOWER_IS_BETTER,
        statistics=("mean", "p50", "p95", "p99", "max", "worst_tile"),
        decimals=2,
        bounds=(0.0, inf),
    )

    def measure(self, reference: Image, candidate: Image, mask: Mask | None = None) -> MetricResult:
        """Measure a pair; see `Metric.measure`. The error map covers the whole picture, whatever the mask."""
        refused = self._refused(reference, candidate)
        if refused is not None:
            return refused
        width, height = candidate.size
        same = same_samples(reference, candidate)
        error_map = even_map(0.0, (height, width)) if same else delta_e_map(reference, candidate)
        return self._result(reference, candidate, mask, error_map, kernel_name())

    def _refused(self, reference: Image, candidate: Image) -> Unmeasurable | None:
        if reference.size == candidate.size:
            return None
        (w1, h1), (w2, h2) = reference.size, candidate.size
        return Unmeasurable(
            "QG-1304", f"{candidate.source.name}: the reference is {w1}x{h1} pixels, the candidate {w2}x{h2}"
        )

    def _result(
        self, reference: Image, candidate: Image, mask: Mask | None, error_map: NDArray[np.float32], kernel: str
    ) -> MetricResult:
        """What a map comes to, and by which kernel it was made."""
        values = self.summarise(error_map, mask)
        if not values:
            return Unmeasurable("QG-1303", f"{candidate.source.name}: no pixel is left to measure")
        if not all(isfinite(value) for value in values.values()):
            return Unmeasurable("QG-1302", f"{candidate.source.name}: DeltaE00 is not finite")
        return Measurement(
            metric=self.spec.name,
            values=values,
            unit=self.spec.unit,
            settings=_settings(reference.encoding, candidate.encoding, kernel),
            error_map=error_map,
        )

    def identity(self) -> Mapping[str, Setting]:
        """What else makes the numbers; see `metrics.base.identity`."""
        return {"kernel": kernel_name()}

    def summarise(self, error_map: NDArray[np.float32], mask: Mask | None = None) -> Mapping[str, float]:
        """The statistics over the counted pixels; empty where none is counted, see `Metric.summarise`."""
        those = counted(error_map, mask)
        if those.size == 0:
            return {}
        values = distribution(those)
        worst = worst_window(error_map, mask)
        if worst is not None:
            values["worst_tile"] = worst[0]
        return values


def _settings(reference: Encoding, candidate: Encoding, kernel: str) -> dict[str, Setting]:
    return {
        "formula": "CIEDE2000, kL = kC = kH = 1",
        "white_point": f"D65, xy ({D65_XY[0]:.4f}, {D65_XY[1]:.4f})",
        "reference_encoding": reference.name,
        "reference_matrix": _matrix(reference),
        "candidate_encoding": candidate.name,
        "candidate_matrix": _matrix(candidate),
        "clipped": False,
        "dtype": "float32",
        "kernel": kernel,
        "percentile": PERCENTILE,
        "numpy": np.__version__,
    }


def _matrix(encoding: Encoding) -> str:
    """The matrix to XYZ (D65), row by row, with as many decimals as it has, at most ten."""
    return "; ".join(" ".join(f"{value:.10g}" for value in row) for row in encoding.matrix)
