"""The Python porch for what there is to look at: pictures, heat maps and damage of the pairs of a run."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.exhibit import Exhibit, Mark
from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.threshold import Direction, Threshold
from qualitygate.core.verdict import Finding, Level, Report, SubjectResult, seriousness
from qualitygate.corridor.areas import counted
from qualitygate.corridor.decoding import decode_pair
from qualitygate.corridor.task import PairTask
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.serial import Serial
from qualitygate.imaging.showing import draw_exhibit
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.planning import Plan

# What a person sees at a glance on large patches; damage of pairs that no limit on colour judges.
VISIBLE = 2.0
# Longer side of the pictures of the worst pairs, and up to which pair: the further down, the fewer people look.
SIZES = ((24, 800), (200, 480), (math.inf, 320))
# Of pairs that passed, only those closest to their limits are drawn.
PASSED = 100
# Pictures of a whole report: what an artifact can hold and a browser's disk does not mind.
MAX_BYTES = 200_000_000
_NAME = DeltaE2000.spec.name


@dataclass(frozen=True, slots=True)
class _Item:
    """One pair to draw, in any process."""

    task: PairTask
    result: SubjectResult
    max_side: int


def exhibits(report: Report, plan: Plan, *, workers: int | None = 1) -> Mapping[str, Exhibit]:
    """What there is to look at of the pairs that can be compared, by subject id, the worst first.

    Every pair that did not pass is drawn, and the hundred passed ones closest to their limits, smaller the further down
    they stand, until `MAX_BYTES` are full. The pictures are decoded again: keeping those of a run would take memory
    without bound.

    Args:
        report: What `gate.run` returned.
        plan: What it was run with.
        workers: As `gate.run`.
    """
    chosen = _chosen(report, plan)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = min(workers or plan.config.workers or cores, len(chosen))
    # A process takes longer to start than a few pairs take to draw.
    executor = Serial() if count <= 1 or len(chosen) < 8 else ProcessPool(count)
    found: dict[str, Exhibit] = {}
    left = MAX_BYTES
    for item, shown in zip(chosen, executor.map(_drawn, chosen, _lost), strict=True):
        if shown is None:
            continue
        left -= _bytes(shown)
        if left < 0:
            break
        found[item.task.subject.id] = shown
    return found


def exhibit(task: PairTask, result: SubjectResult, *, max_side: int = SIZES[0][1]) -> Exhibit | None:
    """What there is to look at of one pair; None where it cannot be decoded or compared pixel by pixel.

    Args:
        task: The pair.
        result: What `gate` said of it.
        max_side: Longer side of the pictures, in pixels.
    """
    try:
        decoded = decode_pair(_matched(task, result))
        mask = counted(task, decoded.candidate) if decoded.comparable else None
    except (DecodeError, ConfigError):
        return None
    if not decoded.comparable:
        return None
    measurement = DeltaE2000().measure(decoded.reference, decoded.candidate, mask)
    if not isinstance(measurement, Measurement) or measurement.error_map is None:
        return None
    marks = limits_of(task, result)
    return draw_exhibit(
        decoded.reference,
        decoded.candidate,
        measurement,
        mask=mask,
        beyond=_beyond(result, marks),
        peak=min((f.limit for f in _broken(result) if f.statistic == "max" and f.limit is not None), default=None),
        marks=marks,
        max_side=max_side,
    )


def limits_of(task: PairTask, result: SubjectResult) -> tuple[Mark, ...]:
    """Every limit that a pair was judged by, with what was measured."""
    if task.profile is None:
        return ()
    specs = {metric.spec.name: metric.spec for metric in task.metrics}
    judged = set(specs) if task.limited_to is None else set(task.limited_to) & set(specs)
    return tuple(
        _mark(threshold, threshold.fail, result, specs[threshold.metric], task.profile.lines)
        for threshold in task.profile.thresholds
        if threshold.metric in judged and threshold.fail is not None
    )


def _mark(
    threshold: Threshold, limit: float, result: SubjectResult, spec: MetricSpec, lines: Mapping[str, str]
) -> Mark:
    outcome = result.measurements.get(threshold.metric)
    value = outcome.values.get(threshold.statistic) if isinstance(outcome, Measurement) else None
    if threshold.region is not None:
        value = None
    used = None if value is None else _used(value, limit, spec)
    place = lines.get(f"{threshold.metric}.{threshold.statistic}")
    # Where the file lies on this machine is nobody's business; its directory and name say which one it is.
    short = None if place is None or threshold.region is not None else "/".join(Path(place).parts[-2:])
    return Mark(threshold.metric, threshold.statistic, threshold.region, value, limit, used, short)


def _used(value: float, limit: float, spec: MetricSpec) -> float | None:
    """How much of the way from perfect to the limit is used up; None where no value is perfect."""
    best = spec.bounds[0 if spec.direction is Direction.LOWER_IS_BETTER else 1]
    if not math.isfinite(best) or limit == best:
        return None
    return max(0.0, (value - best) / (limit - best))


def _chosen(report: Report, plan: Plan) -> list[_Item]:
    """Pairs worth a picture, the worst first."""
    tasks = {task.subject.id: task for planned in plan.sets for task in planned.tasks}
    rated: list[tuple[tuple[float, ...], str, SubjectResult]] = []
    for result in report.results:
        task = tasks.get(result.subject.id)
        if task is not None and result.reference is not None and result.candidate is not None:
            rated.append((_rank(task, result), result.subject.id, result))
    rated.sort(key=lambda one: one[:2])
    items: list[_Item] = []
    passed = 0
    for rank, subject, result in rated:
        if rank[0] > 0:
            passed += 1
            if passed > PASSED:
                break
        side = next(side for most, side in SIZES if len(items) < most)
        items.append(_Item(tasks[subject], result, side))
    return items


def _rank(task: PairTask, result: SubjectResult) -> tuple[float, ...]:
    """Errors by their seriousness, then warnings, then the closest to a limit."""
    errors = [seriousness(finding) for finding in result.findings if finding.level is Level.ERROR]
    if errors:
        return (0.0, *min(errors))
    warned = any(finding.level is Level.WARNING for finding in result.findings)
    used = max((mark.used for mark in limits_of(task, result) if mark.used is not None), default=0.0)
    return (1.0 if warned else 2.0, 0.0, -used)


def _drawn(item: _Item) -> Exhibit | None:
    try:
        return exhibit(item.task, item.result, max_side=item.max_side)
    except MemoryError:
        return None


def _lost(item: _Item) -> Exhibit | None:  # noqa: ARG001 - nothing is known of it but that
    """A pair whose process died has no pictures; its verdict stands."""
    return None


def _broken(result: SubjectResult) -> list[Finding]:
    return [f for f in result.findings if f.level is Level.ERROR and f.metric == _NAME and f.limit is not None]


def _beyond(result: SubjectResult, marks: tuple[Mark, ...]) -> float:
    """The highest limit on colour that was broken; else the highest that held; else what is visible.

    A limit on the mean or on a percentile is lower than what a codec does to single pixels, so that the highest says
    best which places are to blame. A limit on `max` speaks of single pixels and is looked at apart.
    """
    broken = [f.limit for f in _broken(result) if f.statistic != "max" and f.limit is not None]
    held = [m.limit for m in marks if m.metric == _NAME and m.statistic != "max" and m.region is None]
    failed = any(finding.level is Level.ERROR for finding in result.findings)
    return max(broken or ([] if failed else held) or [VISIBLE])


def _matched(task: PairTask, result: SubjectResult) -> PairTask:
    """The task with the accepted alternative that the candidate matched, where it is not the reference itself."""
    if result.accepted is None:
        return task
    alternative = Path(f"{task.reference}.accepted") / result.accepted
    return replace(task, reference=alternative) if alternative.is_file() else task


def _bytes(shown: Exhibit) -> int:
    pictures = (shown.reference, shown.candidate, shown.heat_map, shown.thumbnail, *(shown.tile or ()))
    return sum(len(one.data) for one in pictures if one is not None)
