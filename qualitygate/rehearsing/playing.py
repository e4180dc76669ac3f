"""One case through the gate: damage, encode, decode, measure, judge. Runs in any process."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from qualitygate.calibrating.measuring import named
from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.judging import judge_task
from qualitygate.corridor.task import PairTask
from qualitygate.metrics.base import Metric
from qualitygate.policy.judge import judge_set
from qualitygate.policy.model import Profile
from qualitygate.rehearsing.cases import Case
from qualitygate.rehearsing.encoding import Encode, Samples, store
from qualitygate.rehearsing.references import reference

_RULES = {
    "QG-1011": "rules.formats", "QG-1012": "rules.chroma_subsampling", "QG-1013": "rules.colour_spaces",
    "QG-1016": "rules.alpha", "QG-1017": "rules.alpha",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """A case and what it is judged by.

    Attributes:
        case: The case.
        profile: Its profile, loaded.
        metrics: Built metrics; limits on others are passed over.
    """

    case: Case
    profile: Profile
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """What the gate said of a case.

    Attributes:
        fired: Names of the limits and rules that fired, to the finding: errors and warnings.
        values: Names of limits to the number they judged: in the metric's unit, bytes for budgets.
        reason: Why it could not be judged, empty where it could.
        others: Errors that belong to no limit or rule, such as sizes that differ.
    """

    fired: Mapping[str, Finding] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    others: tuple[str, ...] = ()

    def of_level(self, level: Level) -> tuple[str, ...]:
        """Names of what fired at a level."""
        return tuple(name for name, finding in self.fired.items() if finding.level is level)


def play(job: Job) -> Played:
    """Make the candidate of a case and judge it as `qualitygate check` would.

    Raises:
        ConfigError: The reference or the LUT is missing or wrong.
    """
    case = job.case
    try:
        before = reference(case.reference, case.file.parent, case.size, case.seed, case.place.lines.get("reference"))
    except DecodeError as error:
        return Played(reason=str(error))
    data = store(damaged(before, case), case.encode)
    with tempfile.TemporaryDirectory(prefix="qualitygate-") as directory:
        paths = Path(directory, "reference.png"), Path(directory, f"candidate{case.encode.suffix}")
        paths[0].write_bytes(store(before, Encode("png")))
        paths[1].write_bytes(data)
        names = tuple(metric.spec.name for metric in job.metrics)
        subject = Subject("pair", case.name, "", case.reference, case.name)
        result = judge_task(PairTask(subject, case.name, *paths, job.metrics, job.profile, names))
    sizes = {f"{case.name} {number}": len(data) for number in range(case.files)}
    return _played(result, judge_set(job.profile, case.name, sizes), sizes)


def lost(job: Job) -> Played:
    """What is said of a case whose process died."""
    return Played(reason=f"{job.case.name}: the process judging it was killed")


def damaged(pixels: Samples, case: Case) -> Samples:
    """The candidate's samples: every defect of the case, one after the other."""
    out = pixels.astype(np.float32) / np.float32(255.0)
    for number, (name, strength) in enumerate(case.defects):
        rng = np.random.default_rng([case.seed, number])
        try:
            out = named(name, case.lut).apply(out, strength, rng)
        except ConfigError as error:
            where = case.place.lines.get("lut") or error.where
            raise ConfigError(
                f"{error.where}: {error.message}", code=error.code, where=where, hint=error.hint
            ) from None
    return np.asarray(np.rint(out * np.float32(255.0)), dtype=np.uint8)


def _played(result: SubjectResult, of_set: tuple[Finding, ...], sizes: Mapping[str, int]) -> Played:
    if isinstance(result.verdict, Unmeasurable):
        return Played(reason=result.verdict.message)
    fired: dict[str, Finding] = {}
    others: list[str] = []
    for finding in (*result.findings, *of_set):
        if finding.level is Level.NOTE:  # a limit that held, however barely, did not fire
            continue
        name = rule_of(finding)
        if name is not None:
            fired.setdefault(name, finding)
        elif finding.level is Level.ERROR:
            others.append(finding.message)
    values = {
        f"{metric}.{statistic}": value
        for metric, found in result.measurements.items()
        if isinstance(found, Measurement)
        for statistic, value in found.values.items()
    }
    total = sum(sizes.values())
    values |= {"budget.mean_kb": total / len(sizes), "budget.max_kb": max(sizes.values()), "budget.total_kb": total}
    return Played(fired, values, "", tuple(others))


def rule_of(finding: Finding) -> str | None:
    """Name of the limit, rule or budget that a finding is about, None where it is about none."""
    if finding.metric == "file_size":
        return f"budget.{finding.statistic}_kb"
    if finding.metric is not None:
        return f"{finding.metric}.{finding.statistic}"
    return _RULES.get(finding.code)
