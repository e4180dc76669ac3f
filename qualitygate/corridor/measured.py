"""What is known of a pair once its pixels are gone: numbers, sources, what was noticed. No verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from qualitygate.core.glob import matches
from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement, MetricResult
from qualitygate.core.transparency import OPAQUE_PAIR, Transparency
from qualitygate.corridor.decoding_note import Note
from qualitygate.corridor.task import PairTask
from qualitygate.policy.model import Area, Region


@dataclass(frozen=True, slots=True)
class Measured:
    """The numbers of two contents. Limits are held against them anew each time.

    Attributes:
        reference, candidate: What was decoded.
        results: Metric name to result, error maps dropped.
        regions: For each region that applies to the pair, in order: metric name to statistic to value.
        notes: What was noticed while decoding.
        moved: How the candidate is the reference shifted, cropped or scaled, empty when it is not; None where nobody
            looked, since that is only of interest where a limit is broken.
        alpha: How transparent both were before they were laid on the background.
    """

    reference: Source
    candidate: Source
    results: Mapping[str, MetricResult]
    regions: tuple[Mapping[str, Mapping[str, float]], ...] = ()
    notes: tuple[Note, ...] = ()
    moved: str | None = None
    alpha: Transparency = OPAQUE_PAIR

    @property
    def complete(self) -> bool:
        """Whether there is a number for everything, so that measuring again could tell nothing else."""
        return all(isinstance(result, Measurement) for result in self.results.values())

    def named(self, task: PairTask) -> Measured:
        """The same of a pair whose files may have other names."""
        ours, theirs = task.names
        return replace(
            self, reference=replace(self.reference, name=ours), candidate=replace(self.candidate, name=theirs)
        )


def ignored(task: PairTask) -> tuple[Area, ...]:
    """The areas that do not count in a pair."""
    return tuple(area for area in task.ignore if matches(area.pairs, task.pair))


def regions(task: PairTask) -> tuple[Region, ...]:
    """The regions that apply to a pair."""
    return tuple(region for region in task.regions if matches(region.area.pairs, task.pair))
