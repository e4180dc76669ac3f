"""The numbers of one pair as they come, metric by metric; no error map outlives the next one."""

from __future__ import annotations

from dataclasses import replace

from qualitygate.core.mask import Mask
from qualitygate.core.measurement import Measurement, MetricResult
from qualitygate.corridor.areas import area_mask, counted, crop
from qualitygate.corridor.decoding import Decoded
from qualitygate.corridor.measured import Measured, regions
from qualitygate.corridor.task import PairTask
from qualitygate.metrics.base import Metric


class Gathering:
    """What is known of a pair so far.

    Args:
        task: The pair.
        decoded: Its pictures, of one size.

    Attributes:
        mask: Which pixels count, None for all of them.

    Raises:
        ConfigError: A mask is missing or has another size.
    """

    def __init__(self, task: PairTask, decoded: Decoded) -> None:
        self._decoded = decoded
        self.mask: Mask | None = counted(task, decoded.candidate)
        applying = regions(task) if task.profile is not None else ()
        self._inside = [area_mask(region.area, decoded.candidate.size) for region in applying]
        self._within: list[dict[str, dict[str, float]]] = [{} for _ in self._inside]
        self._results: dict[str, MetricResult] = {}

    def add(self, metric: Metric, result: MetricResult) -> None:
        """Keep the numbers of a metric, those within regions included, and let its error map go."""
        if isinstance(result, Measurement):
            if result.error_map is not None:
                for values, area in zip(self._within, self._inside, strict=True):
                    values[metric.spec.name] = dict(metric.summarise(result.error_map, crop(area, result)))
            result = replace(result, error_map=None)
        self._results[metric.spec.name] = result

    @property
    def measured(self) -> Measured:
        """All of them."""
        reference, candidate = self._decoded.reference.source, self._decoded.candidate.source
        notes, alpha = self._decoded.notes, self._decoded.alpha
        return Measured(reference, candidate, self._results, tuple(self._within), notes, alpha=alpha)
