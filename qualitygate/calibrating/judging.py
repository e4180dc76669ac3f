"""What the gate itself says of runs and of seeded defects, by a profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qualitygate.calibrating.session import Calibration
from qualitygate.calibration.samples import Grade, Values
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement
from qualitygate.core.subject import Subject
from qualitygate.core.transparency import Transparency
from qualitygate.policy.judge import judge_pair
from qualitygate.policy.model import Profile
from qualitygate.policy.transparency import judge_transparency


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a profile does to what was measured.

    Attributes:
        profile: The profile.
        alarms: Errors about runs of the unchanged pipeline.
        misses: Grades that must be seen, with the number of seeded candidates that pass nevertheless.
        seen_from: Defect name to the weakest measured strength from which on every candidate fails; None where even
            the strongest passes.
    """

    profile: Profile
    alarms: tuple[Finding, ...]
    misses: Mapping[Grade, int]
    seen_from: Mapping[str, float | None]

    @property
    def holds(self) -> bool:
        """Whether the noise passes and what must be seen fails."""
        return not self.alarms and not self.misses


def confirm(known: Calibration, profile: Profile, must: Sequence[Grade]) -> Confirmation:
    """Judge every run and every seeded candidate by a profile, as `qualitygate check` would.

    Args:
        known: What was measured.
        profile: Judged are its limits on the metrics that were measured, and its rules.
        must: What must fail.
    """
    errors = [
        finding
        for run, source, alpha in zip(known.runs, known.sources, known.alphas, strict=True)
        for finding in _errors(known, profile, f"{run.run}: {run.picture}", source, alpha, run.values)
    ]
    runs = zip(known.runs, known.sources, known.alphas, strict=True)
    of_run = {(run.picture, run.run): (source, alpha) for run, source, alpha in runs}
    passes: dict[Grade, int] = {}
    for one in known.seeded:
        found = _errors(known, profile, one.picture, *of_run[one.picture, one.run], one.values)
        # Rules about the file would fail every candidate, with the defect or without.
        passes[one.grade] = passes.get(one.grade, 0) + (not any(each.metric for each in found))
    return Confirmation(
        profile,
        tuple(errors),
        {grade: passes[grade] for grade in must if passes.get(grade)},
        {name: _seen_from(known, name, passes) for name in known.question.defects},
    )


def _errors(
    known: Calibration, profile: Profile, name: str, source: Source, alpha: Transparency, values: Values
) -> list[Finding]:
    specs = {metric.spec.name: metric.spec for metric in known.question.metrics}
    results = {name: Measurement(name, dict(of_metric)) for name, of_metric in values.items()}
    subject = Subject("pair", name, "", None, source.name)
    findings, _ = judge_pair(profile, subject, source, results, specs, metrics=tuple(specs))
    said = (*findings, *judge_transparency(profile, subject, alpha))
    return [finding for finding in said if finding.level is Level.ERROR]


def _seen_from(known: Calibration, defect: str, passes: Mapping[Grade, int]) -> float | None:
    found: float | None = None
    for strength in reversed(known.strengths(defect)):
        if passes[Grade(defect, strength)]:
            return found
        found = strength
    return found
