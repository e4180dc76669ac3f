"""Judging what needs no reference picture: brand colours picture by picture, and the colours of batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualitygate.core.finding import Finding
from qualitygate.core.verdict import SetInfo, SubjectResult

if TYPE_CHECKING:
    from qualitygate.executors.base import Executor
    from qualitygate.planning.reference_free import ReferenceFree


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of it: parts of a `Report`."""

    results: tuple[SubjectResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    infos: tuple[SetInfo, ...] = ()


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
