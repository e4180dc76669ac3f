"""Outcomes: a closed union per subject, findings with stable codes, and the report of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from qualitygate.core.errors import ThresholdExceeded, UnmeasurableError
from qualitygate.core.finding import Finding as Finding
from qualitygate.core.finding_level import Level as Level
from qualitygate.core.image import Source
from qualitygate.core.incident import IncidentRef
from qualitygate.core.measurement import MetricResult, Setting, Unmeasurable
from qualitygate.core.subject import Subject


@dataclass(frozen=True, slots=True)
class Passed:
    """Every limit held. Warnings and notes may stand beside it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """At least one finding of level error."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Left out on purpose, with the reason."""

    reason: str


Verdict = Passed | Failed | Unmeasurable | Skipped


def status_of(verdict: Verdict) -> str:
    """`passed`, `failed`, `unmeasurable` or `skipped`."""
    match verdict:
        case Passed():
            return "passed"
        case Failed():
            return "failed"
        case Unmeasurable():
            return "unmeasurable"
        case Skipped():
            return "skipped"
        case _:
            assert_never(verdict)


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """Verdict on one subject, with the numbers it rests on.

    Attributes:
        subject: What was judged.
        verdict: The outcome.
        measurements: Metric name to result; error maps are dropped.
        findings: Everything said of this subject, errors first.
        reference, candidate: What was decoded, None where it could not be.
        profile: Name of the profile it was judged by, None when it was only measured.
        accepted: Name of the accepted alternative it was matched with; None where that is the reference itself.
        regions: Region name to metric name to statistic to value, of the regions that apply to it.
        cached: Whether the numbers were measured by an earlier run; the verdict on them is always of this one.
    """

    subject: Subject
    verdict: Verdict
    measurements: Mapping[str, MetricResult] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    reference: Source | None = None
    candidate: Source | None = None
    profile: str | None = None
    accepted: str | None = None
    regions: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    cached: bool = field(default=False, compare=False)

    @property
    def borderline(self) -> bool:
        """Whether a value is so near a limit that rounding could flip the verdict; makes no difference here."""
        return any(finding.borderline for finding in self.findings)


@dataclass(frozen=True, slots=True)
class StepInfo:
    """One further check of a run, beside the pictures and LUTs.

    Attributes:
        name: As the configuration names it, such as `audit`.
        verdict: `passed`, `failed`, or `unmeasurable` where it could not be made.
        detail: A few words for people, such as `12 cases`.
        findings: What it found; these stand in `Report.findings`, too.
    """

    name: str
    verdict: str
    detail: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SetInfo:
    """One configured set, as the report names it.

    Attributes:
        base: Revision whose merge base holds the references, which `reference` names; None for a directory of them.
    """

    name: str
    profile: str | None
    pipeline: str
    reference: str
    candidate: str
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the subjects of a run."""

    pairs: int
    passed: int
    failed: int
    unmeasurable: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run. Plain data: making one writes nothing.

    Attributes:
        results: One per subject, in a stable order that does not depend on the number of workers.
        findings: Findings of the run and its sets (budgets, empty sets).
        sets: The sets that were judged.
        settings: Versions, device and options, enough to repeat the run.
        started: RFC 3339 UTC time the run began.
        incident: The incident a porch opened for it, None otherwise.
        heat_maps: Subject id to path of its heat map, relative to the working directory of the porch.
        steps: Further checks that ran; what they found stands in `findings`.
    """

    results: tuple[SubjectResult, ...]
    findings: tuple[Finding, ...] = ()
    sets: tuple[SetInfo, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)
    started: str = ""
    incident: IncidentRef | None = None
    heat_maps: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[StepInfo, ...] = ()

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Findings of the run, then those of each subject in order."""
        return self.findings + tuple(finding for result in self.results for finding in result.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that fail the run, the most serious first; among equals in report order."""
        errors = [finding for finding in self.all_findings if finding.level is Level.ERROR]
        return tuple(sorted(errors, key=seriousness))

    @property
    def summary(self) -> Summary:
        statuses = [status_of(result.verdict) for result in self.results]
        return Summary(
            pairs=len(statuses),
            passed=statuses.count("passed"),
            failed=statuses.count("failed"),
            unmeasurable=statuses.count("unmeasurable"),
            skipped=statuses.count("skipped"),
        )

    @property
    def verdict(self) -> str:
        """`failed` if anything failed, else `unmeasurable` if anything could not be measured, else `passed`."""
        if self.errors or any(isinstance(result.verdict, Failed) for result in self.results):
            return "failed"
        if any(isinstance(result.verdict, Unmeasurable) for result in self.results):
            return "unmeasurable"
        if any(step.verdict == "unmeasurable" for step in self.steps):
            return "unmeasurable"
        return "passed"

    def raise_for_verdict(self) -> None:
        """Raise unless the run passed.

        Raises:
            ThresholdExceeded: Something failed. The message begins with the worst limit that was broken, such as
                `DeltaE00 5.31 exceeds 2.0`.
            UnmeasurableError: Nothing failed but something could not be measured.
        """
        if self.verdict == "failed":
            worst = self.errors[0]
            more = len(self.errors) - 1
            lines = [worst.message]
            if self.incident is not None:
                lines.append(f"postmortem seeded: {self.incident.markdown}")
            if more:
                lines.append(f"and {more} more finding{'s' if more > 1 else ''}")
            error = ThresholdExceeded("\n".join(lines), code=worst.code)
            error.report = self
            raise error
        if self.verdict == "unmeasurable":
            reasons = [result.verdict for result in self.results if isinstance(result.verdict, Unmeasurable)]
            if not reasons:
                step = next(step for step in self.steps if step.verdict == "unmeasurable")
                raise UnmeasurableError(f"{step.name} could not be checked: {step.detail}", code="QG-1422")
            first = reasons[0]
            raise UnmeasurableError(
                f"{len(reasons)} of {len(self.results)} could not be measured: {first.message}", code=first.code
            )


def seriousness(finding: Finding) -> tuple[int, float]:
    """A sort key: the most serious severity first, then the finding furthest beyond its limit, in limits."""
    rank = finding.severity.rank if finding.severity is not None else 9
    if finding.value is None or finding.limit is None:
        return rank, 0.0
    scale = max(abs(finding.limit), 1e-9)
    return rank, -abs(finding.value - finding.limit) / scale
