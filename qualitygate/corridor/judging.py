"""Decode, measure and judge pairs, in any process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from qualitygate.core.errors import DecodeError, MissingExtraError, WeightsError
from qualitygate.core.glob import matches
from qualitygate.core.measurement import Measurement, MetricResult, Unmeasurable
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Skipped, SubjectResult, Verdict, seriousness
from qualitygate.corridor.accepted import judge_accepted
from qualitygate.corridor.areas import area_mask, counted, crop
from qualitygate.corridor.decoding import Decoded, decode_pair
from qualitygate.corridor.geometry import moved, relation
from qualitygate.corridor.task import PairTask
from qualitygate.executors.base import Executor
from qualitygate.policy.judge import RegionValues, judge_pair


def run(
    tasks: Sequence[PairTask],
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[SubjectResult]:
    """Judge every pair, in order.

    Raises:
        ConfigError: A mask is missing or has the wrong size; the configuration is at fault, not the pair.
    """
    for done, result in enumerate(executor.map(judge_task, tasks, lost_task), start=1):
        if progress is not None:
            progress(done, len(tasks))
        yield result


def judge_task(task: PairTask) -> SubjectResult:
    """Decode, measure and judge one pair, by whichever accepted reference it matches. Runs in any process."""
    return judge_accepted(task, _judge_pair) if task.accepted else _judge_pair(task)


def _judge_pair(task: PairTask) -> SubjectResult:
    try:
        decoded = decode_pair(task)
    except DecodeError as error:
        return _unmeasured(task, Unmeasurable(error.code, str(error)))
    except MemoryError:
        return lost_task(task, code="QG-1306", reason="there was not enough memory to decode it")
    if not decoded.comparable:
        return _sizes_differ(task, decoded)
    results = measure(task, decoded)
    findings = decoded.findings
    failures: tuple[Unmeasurable, ...] = tuple(r for r in results.values() if isinstance(r, Unmeasurable))
    regions = _within(task, decoded, results) if task.profile is not None else {}
    if task.profile is not None:
        judged, failures = _judge(task, decoded, results, regions)
        findings = judged + findings
        if any(finding.level is Level.ERROR for finding in judged):
            findings += moved(task, decoded)
    return SubjectResult(
        task.subject,
        _verdict(findings, failures, judged=task.profile is not None),
        {name: _without_map(result) for name, result in results.items()},
        _sorted(findings),
        decoded.reference.source,
        decoded.candidate.source,
        task.profile.name if task.profile else None,
        regions=regions,
    )


def measure(task: PairTask, decoded: Decoded) -> dict[str, MetricResult]:
    """Every metric of the task over a comparable pair, error maps included."""
    mask = counted(task, decoded.candidate)
    results: dict[str, MetricResult] = {}
    for metric in task.metrics:
        name = metric.spec.name
        try:
            results[name] = metric.measure(decoded.reference, decoded.candidate, mask)
        except (MissingExtraError, WeightsError) as error:
            # Asked for, these stop a run before any decoding; here the metric was only part of "everything".
            results[name] = Unmeasurable(error.code, str(error))
        except MemoryError:
            results[name] = Unmeasurable("QG-1306", f"{task.subject.id}: not enough memory for {metric.spec.label}")
    return results


def lost_task(
    task: PairTask, *, code: str = "QG-1305", reason: str = "the process measuring it was killed"
) -> SubjectResult:
    """The result for a pair whose process died: unmeasurable, with the reason."""
    return _unmeasured(task, Unmeasurable(code, f"{task.subject.id}: {reason}"))


def _within(
    task: PairTask, decoded: Decoded, results: Mapping[str, MetricResult]
) -> dict[str, dict[str, Mapping[str, float]]]:
    """The statistics within every region that applies to the pair, by region and metric."""
    found: dict[str, dict[str, Mapping[str, float]]] = {}
    for region in task.regions:
        if not matches(region.area.pairs, task.pair):
            continue
        inside = area_mask(region.area, decoded.candidate.size)
        found[region.name] = {
            metric.spec.name: metric.summarise(result.error_map, crop(inside, result))
            for metric in task.metrics
            if isinstance(result := results[metric.spec.name], Measurement) and result.error_map is not None
        }
    return found


def _judge(
    task: PairTask, decoded: Decoded, results: Mapping[str, MetricResult], regions: RegionValues
) -> tuple[tuple[Finding, ...], tuple[Unmeasurable, ...]]:
    if task.profile is None:  # pragma: no cover - the caller asked
        return (), ()
    return judge_pair(
        task.profile,
        task.subject,
        decoded.candidate.source,
        results,
        {metric.spec.name: metric.spec for metric in task.metrics},
        regions,
        tuple(threshold for region in task.regions if region.name in regions for threshold in region.thresholds),
        task.limited_to,
    )


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


def _unmeasured(task: PairTask, reason: Unmeasurable) -> SubjectResult:
    return SubjectResult(task.subject, reason, {metric.spec.name: reason for metric in task.metrics})


def _sizes_differ(task: PairTask, decoded: Decoded) -> SubjectResult:
    """Different sizes fail under a profile; without one there is only nothing to measure."""
    reference, candidate = decoded.reference, decoded.candidate
    sizes = f"{candidate.size[0]}x{candidate.size[1]} px against {reference.size[0]}x{reference.size[1]} px"
    geometry = relation(reference, candidate)
    message = f"sizes differ: {task.subject.id}, candidate {sizes} of the reference"
    if geometry:
        message += f"; {geometry}"
    reason = Unmeasurable("QG-1304", message)
    results: dict[str, MetricResult] = {metric.spec.name: reason for metric in task.metrics}
    if task.profile is None:
        return SubjectResult(task.subject, reason, results, decoded.findings, reference.source, candidate.source)
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
    findings = _sorted((finding, *decoded.findings))
    profile = task.profile.name
    return SubjectResult(task.subject, Failed(), results, findings, reference.source, candidate.source, profile)


def _without_map(result: MetricResult) -> MetricResult:
    return replace(result, error_map=None) if isinstance(result, Measurement) else result
