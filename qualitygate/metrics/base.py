"""The metric interface: two opaque pictures of one size in, a measurement out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Image
from qualitygate.core.mask import Mask
from qualitygate.core.measurement import MetricResult, MetricSpec, Setting

# Reference, candidate, and which of their pixels count, as `Metric.measure` takes them.
Pair = tuple[Image, Image, Mask | None]


class Metric(Protocol):
    """What a metric must offer. It never sees a path, a threshold or a terminal.

    Implementations are classes whose instances hold their settings and can be pickled; heavy imports happen in
    `measure`, not at import. Register the class in `qualitygate.metrics.TABLE`.
    """

    spec: MetricSpec

    def measure(self, reference: Image, candidate: Image, mask: Mask | None = None) -> MetricResult:
        """Measure a pair.

        Args:
            reference, candidate: Opaque pictures (alpha already composited) of one size.
            mask: `(H, W)` bool, True where a pixel counts; None counts every pixel.

        Returns:
            A `Measurement` with an error map, or `Unmeasurable` with a reason. Never NaN, never infinity.
        """
        ...

    def summarise(self, error_map: NDArray[np.float32], mask: Mask | None = None) -> Mapping[str, float]:
        """The metric's statistics over the counted pixels of its error map, for region thresholds.

        Statistics that cannot be formed (no window at least half counted) are left out.
        """
        ...


def measure_many(metric: Metric, pairs: Sequence[Pair]) -> list[MetricResult]:
    """Measure several pairs, in their order: together where the metric knows how, one after another where not.

    A metric that gains from it (small pictures in one forward pass, or one trip to a device) has a method
    `measure_many(pairs)`; no metric needs one. The numbers are those of `measure` within 1e-6. How many of them it
    gains from it says by `bundle(pixels)`, see `bundle_size`.
    """
    together = getattr(metric, "measure_many", None)
    if together is not None:
        found: list[MetricResult] = together(pairs)
        return found
    return [metric.measure(reference, candidate, mask) for reference, candidate, mask in pairs]


def bundle_size(metric: Metric, pixels: int) -> int:
    """How many pairs of so many pixels a metric would be given at once; 1 where it gains nothing from several."""
    says = getattr(metric, "bundle", None)
    return 1 if says is None else max(1, int(says(pixels)))


def identity(metric: Metric) -> Mapping[str, Setting] | None:
    """What makes the numbers of a metric beside the pictures and the code of this package, for the cache of results.

    A metric says so by a method `identity()`: settings, weights by their digest, versions of libraries, the device, all
    that could change a digit. None for one without that method: its numbers are never taken from an earlier run.
    """
    says = getattr(metric, "identity", None)
    if says is None:
        return None
    kind = type(metric)
    return {"class": f"{kind.__module__}.{kind.__qualname__}", **says()}
