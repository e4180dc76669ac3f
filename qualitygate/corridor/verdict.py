"""From the numbers of a pair to its verdict. Nothing is decoded here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import MetricResult, Unmeasurable
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Finding, Passed, Skipped, SubjectResult, Verdict, seriousness
from qualitygate.corridor.decoding import Decoded
from qualitygate.corridor.geometry import relation
from qualitygate.corridor.measured import Measured, regions
from qualitygate.corridor.task import PairTask
from qualitygate.policy.judge import judge_pair
from qualitygate.policy.transparency import judge_transparency


def judged(task: PairTask, measured: Measured, moved: Callable[[], str]) -> SubjectResult:
    """Hold the limits of a task against the numbers of its pair.

    Args:
        task: The pair, with its profile.
        measured: Its numbers.
        moved: Says how the candidate is the reference shifted, cropped or scaled; called where a limit is broken.
    """
    findings = (
        *judge_transparency(task.profile, task.subject, measured.alpha),
        *(note.of(task) for note in measured.notes),
    )
    failures = tuple(one for one in measured.results.values() if isinstance(one, Unmeasurable))
    named = {region.name: values for region, values in zip(regions(task), measured.regions, strict=False)}
    if task.profile is not None:
        said, failures = judge_pair(
            task.profile,
            task.subject,
            measured.candidate,
            measured.results,
            {metric.spec.name: metric.spec for metric in task.metrics},
            named,
            tuple(threshold for region in task.regions if region.name in named for threshold in region.thresholds),
            task.limited_to,
        )
        findings = said + findings
        if any(finding.level is Level.ERROR for finding in said) and (how := moved()):
            note = f"{how}: {task.subject.id}"
            findings += (Finding("QG-1106", Level.NOTE, note, subject=task.subject.id, path=task.subject.candidate),)
    return SubjectResult(
        task.subject,
        _verdict(findings, failures, judged=task.profile is not None),
        measured.results,
        _sorted(findings),
        measured.reference,
        measured.candidate,
        task.profile.name if task.profile else None,
        regions=named,
    )


def unmeasured(task: PairTask, reason: Unmeasurable) -> SubjectResult:
    """The result for a pair of which nothing is known but why."""
    return SubjectResult(task.subject, reason, {metric.spec.name: reason for metric in task.metrics})


def lost_task(
    task: PairTask, *, code: str = "QG-1305", reason: str = "the process measuring it was killed"
) -> SubjectResult:
    """The result for a pair whose process died: unmeasurable, with the reason."""
    return unmeasured(task, Unmeasurable(code, f"{task.subject.id}: {reason}"))


def sizes_differ(task: PairTask, decoded: Decoded) -> SubjectResult:
    """Different sizes fail under a profile; without one there is only nothing to measure."""
    reference, candidate = decoded.reference, decoded.candidate
    sizes = f"{candidate.size[0]}x{candidate.size[1]} px against {reference.size[0]}x{reference.size[1]} px"
    try:
        geometry = relation(reference, candidate)
    except MemoryError:  # that they differ is known without
        geometry = ""
    message = f"sizes differ: {task.subject.id}, candidate {sizes} of the reference"
    if geometry:
        message += f"; {geometry}"
    reason = Unmeasurable("QG-1304", message)
    results: dict[str, MetricResult] = {metric.spec.name: reason for metric in task.metrics}
    noticed = tuple(note.of(task) for note in decoded.notes)
    if task.profile is None:
        return SubjectResult(task.subject, reason, results, noticed, reference.source, candidate.source)
    finding = Finding(
        "QG-1104",
        Level.ERROR,
        message,
        subject=task.subject.id,
        set_name=task.subject.set_name or None,
        severity=Severity.S3,
        profile=task.profile.name,
        path=task.subject.candidate,
    )
    findings = _sorted((finding, *noticed))
    profile = task.profile.name
    return SubjectResult(task.subject, Failed(), results, findings, reference.source, candidate.source, profile)


def _verdict(findings: Iterable[Finding], failures: Sequence[Unmeasurable], *, judged: bool) -> Verdict:
    if any(finding.level is Level.ERROR for finding in findings):
        return Failed()
    if failures:
        return failures[0]
    return Passed() if judged else Skipped("measured only: no profile was named")


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, and among them the one a person should read first."""
    order = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
    return tuple(sorted(findings, key=lambda finding: (order[finding.level], *seriousness(finding))))
