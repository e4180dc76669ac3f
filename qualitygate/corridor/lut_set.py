"""A set of LUTs, judged one by one and as a whole."""

from __future__ import annotations

from dataclasses import replace

from qualitygate.core.lut_outcome import LutOutcome
from qualitygate.core.measurement import Measurement, MetricResult
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Failed, Finding, Level, Passed, SetInfo, SubjectResult
from qualitygate.corridor.lut import judge_lut, measured
from qualitygate.corridor.lut_task import PlannedLuts
from qualitygate.luts.drift import SPEC


def judge_luts(planned: PlannedLuts) -> tuple[tuple[SubjectResult, ...], tuple[Finding, ...]]:
    """Judge every LUT of a set.

    Returns:
        One result per file, in order, and the findings of the set: those of the plan, and files that hold the same LUT.
    """
    results: list[SubjectResult] = []
    seen: dict[str, str] = {}
    twins: list[Finding] = []
    for task in planned.tasks:
        outcome = judge_lut(task, digest=True)
        results.append(lut_result(task.subject, outcome))
        if outcome.digest is None:
            continue
        first = seen.setdefault(outcome.digest, task.file)
        if first != task.file:
            message = f"duplicate LUT: {task.file}, the same as {first}"
            name = planned.lut_set.name
            twins.append(Finding("QG-1669", Level.WARNING, message, set_name=name, path=task.file))
    named = tuple(replace(finding, set_name=planned.lut_set.name) for finding in planned.findings)
    return tuple(results), (*named, *twins)


def lut_result(subject: Subject, outcome: LutOutcome) -> SubjectResult:
    """A verdict on a LUT as one of a run's. A LUT is never unmeasurable: what cannot be read is rejected."""
    findings = tuple(
        replace(finding, subject=subject.id, set_name=subject.set_name or None) for finding in outcome.findings
    )
    values = measured(outcome)
    numbers: dict[str, MetricResult] = {}
    if values:
        settings = {"previous": outcome.previous, "interpolation": "tetrahedral"}
        numbers[SPEC.name] = Measurement(SPEC.name, dict(values), SPEC.unit, settings)
    verdict = Passed() if outcome.accepted else Failed()
    return SubjectResult(subject, verdict, numbers, findings, profile="lut")


def lut_info(planned: PlannedLuts) -> SetInfo:
    """The set as the report names it."""
    found = planned.lut_set
    return SetInfo(found.name, found.thresholds, found.pipeline, planned.against, ", ".join(found.files))
