"""Judging what needs no reference picture: brand colours picture by picture, and the colours of batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualitygate.core.finding import Finding
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.verdict import SetInfo, SubjectResult

if TYPE_CHECKING:
    from qualitygate.corridor.batch import PlannedBatch
    from qualitygate.corridor.palette_task import PaletteTask, PlannedPalette
    from qualitygate.executors.base import Executor
    from qualitygate.policy.model import Config


@dataclass(frozen=True, slots=True)
class ReferenceFree:
    """What a run judges without references.

    Attributes:
        palettes: Sets of pictures with their brand colours.
        batches: Batches of pictures.
    """

    palettes: tuple[PlannedPalette, ...] = ()
    batches: tuple[PlannedBatch, ...] = ()

    @property
    def specs(self) -> dict[str, MetricSpec]:
        """The metrics that are measured, by name."""
        found: list[MetricSpec] = []
        if self.palettes:
            from qualitygate.core import palette

            found += [palette.SPEC, palette.COVERAGE]
        if self.batches:
            from qualitygate.core import lab_drift

            found.append(lab_drift.SPEC)
        return {spec.name: spec for spec in found}

    @property
    def pictures(self) -> int:
        """How many pictures are decoded."""
        return sum(len(one.tasks) for one in self.palettes) + sum(one.pictures for one in self.batches)

    def task(self, subject: str) -> PaletteTask | None:
        """The task that judges the brand colours of a picture, None where the subject is none."""
        return next((task for one in self.palettes for task in one.tasks if task.subject.id == subject), None)

    def batch(self, subject: str) -> PlannedBatch | None:
        """The batch that is a subject, None where it is none."""
        return next((one for one in self.batches if one.subject.id == subject), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of it: parts of a `Report`."""

    results: tuple[SubjectResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    infos: tuple[SetInfo, ...] = ()


def planned(config: Config, *, many: bool) -> ReferenceFree:
    """Plan what a configuration names.

    Args:
        config: The configuration.
        many: Whether ids of pictures need the name of the set.

    Raises:
        ConfigError: As `planned_palettes` and `planned_batches`.
    """
    if not (config.palettes or config.batches):
        return ReferenceFree()
    from qualitygate.batch_planning import planned_batches
    from qualitygate.palette_planning import planned_palettes

    return ReferenceFree(planned_palettes(config, many=many), planned_batches(config))


def judge(found: ReferenceFree, executor: Executor, told: Callable[[], None]) -> Judged:
    """Judge everything.

    Args:
        found: The plan.
        executor: Runs over the pictures.
        told: Called after each picture.

    Raises:
        ConfigError: A mask is missing or has the wrong size.
    """
    if not (found.palettes or found.batches):
        return Judged()
    from qualitygate.corridor.batch import batch_info, judge_planned
    from qualitygate.corridor.palette import judge_picture, lost_picture, palette_info

    results: list[SubjectResult] = []
    findings: list[Finding] = []
    for one in found.palettes:
        for result in executor.map(judge_picture, one.tasks, lost_picture):
            told()
            results.append(result)
        findings += one.findings
    for batch in found.batches:
        findings += batch.findings
        # An empty side is a finding of its own; there is nothing to measure then.
        if batch.candidate and batch.baseline:
            results.append(judge_planned(batch, executor, told))
    infos = (*(palette_info(one) for one in found.palettes), *(batch_info(one) for one in found.batches))
    return Judged(tuple(results), tuple(findings), infos)
