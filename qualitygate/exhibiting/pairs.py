"""The Python porch for what there is to look at: pictures, heat maps and damage of the pairs of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.exhibit import Exhibit
from qualitygate.core.glob import matches
from qualitygate.core.image import Image
from qualitygate.core.mask import Mask, rectangle_mask
from qualitygate.core.measurement import Measurement
from qualitygate.core.threshold import Severity, Threshold
from qualitygate.core.usage import used
from qualitygate.core.verdict import Failed, Finding, Level, Report, SubjectResult, seriousness
from qualitygate.corridor.accepted import spoken_of
from qualitygate.corridor.areas import area_mask, counted
from qualitygate.corridor.cost import working_memory
from qualitygate.corridor.decoding import decode_pair
from qualitygate.corridor.task import PairTask
from qualitygate.corridor.transparency import hexadecimal, laid_bare
from qualitygate.imaging.showing import draw_exhibit
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.planning.plan import Plan
from qualitygate.running.resources import executor_for

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


def exhibits(
    report: Report,
    plan: Plan,
    *,
    workers: int | None = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Mapping[str, Exhibit]:
    """What there is to look at of the pairs that can be compared, by subject id, the worst first.

    At severity S0, a leak or a matter of law, no picture leaves the machine that measured it. Of the others every pair
    that did not pass is drawn, and the hundred passed ones closest to their limits, smaller the further down
    they stand, until `MAX_BYTES` are full. The pictures are decoded again: keeping those of a run would take memory
    without bound.

    Args:
        report: What `gate.run` returned.
        plan: What it was run with.
        workers: As `gate.run`.
        progress: Called with (done, total) after each pair.
    """
    chosen = _chosen(report, plan)
    # A process takes longer to start than a few pairs take to draw.
    few = len(chosen) < 8
    executor = executor_for(plan.config, len(chosen), workers=1 if few else workers, memory=None, torch=False)
    found: dict[str, Exhibit] = {}
    left = MAX_BYTES
    for done, shown in enumerate(executor.map(_drawn, chosen, _lost, cost=_cost), start=1):
        if progress is not None:
            progress(done, len(chosen))
        if shown is None:
            continue
        left -= _bytes(shown)
        if left < 0:
            break
        found[chosen[done - 1].task.subject.id] = shown
    return found


def exhibit(task: PairTask, result: SubjectResult, *, max_side: int = SIZES[0][1]) -> Exhibit | None:
    """What there is to look at of one pair; None where it cannot be decoded or compared, and at severity S0.

    Args:
        task: The pair.
        result: What `gate` said of it.
        max_side: Longer side of the pictures, in pixels.
    """
    if _secret(result.findings):
        return None
    try:
        shown = laid_bare(spoken_of(task, result), result)
        decoded = decode_pair(shown)
        mask = counted(task, decoded.candidate) if decoded.comparable else None
    except (DecodeError, ConfigError):
        return None
    if not decoded.comparable:
        return None
    measurement = DeltaE2000().measure(decoded.reference, decoded.candidate, mask)
    if not isinstance(measurement, Measurement) or measurement.error_map is None:
        return None
    drawn = draw_exhibit(
        decoded.reference,
        decoded.candidate,
        measurement,
        mask=mask,
        within=_regions(task, result, decoded.candidate, mask),
        beyond=_beyond(task, result),
        least=_least(result),
        peak=min((f.limit for f in _broken(result) if f.statistic == "max" and f.limit is not None), default=None),
        scattered=isinstance(result.verdict, Failed),
        max_side=max_side,
    )
    return drawn if shown.background == task.background else replace(drawn, laid_on=hexadecimal(shown.background))


def kept_back(report: Report, result: SubjectResult) -> bool:
    """Whether no picture of a subject may leave the machine: it, its set or the run fails with severity S0."""
    of_all = (one for one in report.findings if one.set_name in (None, result.subject.set_name))
    return _secret((*result.findings, *of_all))


def _regions(task: PairTask, result: SubjectResult, candidate: Image, mask: Mask | None) -> Mask | None:
    """Where to look for damage: the whole picture, or the regions whose limits alone were broken."""
    names = {finding.region for finding in _broken(result)}
    if not names or None in names:
        return mask
    inside = rectangle_mask(candidate.size, [])
    for region in task.regions:
        if region.name in names and matches(region.area.pairs, task.pair):
            inside |= area_mask(region.area, candidate.size)
    return inside if mask is None else inside & mask


def _limits(task: PairTask) -> list[tuple[Threshold, float]]:
    """Limits on whole pictures that a pair was judged by."""
    if task.profile is None:
        return []
    measured = {metric.spec.name for metric in task.metrics}
    judged = measured if task.limited_to is None else measured & set(task.limited_to)
    return [(t, t.fail) for t in task.profile.thresholds if t.metric in judged and t.fail is not None and not t.region]


def _chosen(report: Report, plan: Plan) -> list[_Item]:
    """Pairs worth a picture, the worst first."""
    tasks = {task.subject.id: task for planned in plan.sets for task in planned.tasks}
    rated: list[tuple[tuple[float, ...], str, SubjectResult]] = []
    for result in report.results:
        task = tasks.get(result.subject.id)
        known = result.reference is not None and result.candidate is not None
        if task is not None and known and not kept_back(report, result):
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


def _secret(findings: Iterable[Finding]) -> bool:
    """Whether something fails with severity S0."""
    return any(one.level is Level.ERROR and one.severity is Severity.S0 for one in findings)


def _rank(task: PairTask, result: SubjectResult) -> tuple[float, ...]:
    """Errors by their seriousness, then warnings, then the closest to a limit."""
    errors = [seriousness(finding) for finding in result.findings if finding.level is Level.ERROR]
    if errors:
        return (0.0, *min(errors))
    warned = any(finding.level is Level.WARNING for finding in result.findings)
    return (1.0 if warned else 2.0, 0.0, -max(_used(task, result), default=0.0))


def _used(task: PairTask, result: SubjectResult) -> Iterator[float]:
    """How much of each limit is used up."""
    specs = {metric.spec.name: metric.spec for metric in task.metrics}
    for threshold, limit in _limits(task):
        outcome = result.measurements.get(threshold.metric)
        if isinstance(outcome, Measurement) and threshold.statistic in outcome.values:
            share = used(outcome.values[threshold.statistic], limit, specs[threshold.metric])
            if share is not None:
                yield share


def _drawn(item: _Item) -> Exhibit | None:
    try:
        return exhibit(item.task, item.result, max_side=item.max_side)
    except MemoryError:
        return None


def _cost(item: _Item) -> int:
    return working_memory(item.task)


def _lost(item: _Item) -> Exhibit | None:  # noqa: ARG001 - nothing is known of it but that
    """A pair whose process died has no pictures; its verdict stands."""
    return None


def _broken(result: SubjectResult) -> list[Finding]:
    return [f for f in result.findings if f.level is Level.ERROR and f.metric == _NAME and f.limit is not None]


def _beyond(task: PairTask, result: SubjectResult) -> float:
    """The highest limit on colour that was broken; else the highest that held; else what is visible.

    A limit on the mean or on a percentile is lower than what a codec does to single pixels, so that the highest says
    best which places are to blame. A limit on `max` speaks of single pixels and is looked at apart.
    """
    broken = [f.limit for f in _broken(result) if f.statistic != "max" and f.limit is not None]
    held = [limit for threshold, limit in _limits(task) if threshold.metric == _NAME and threshold.statistic != "max"]
    failed = any(finding.level is Level.ERROR for finding in result.findings)
    return max(broken or ([] if failed else held) or [VISIBLE])


def _least(result: SubjectResult) -> float | None:
    """The lowest limit on colour that was broken, not counting one on `max`; None where none was.

    A cast breaks a limit on the median long before it reaches the one on a percentile.
    """
    broken = (f.limit for f in _broken(result) if f.statistic != "max" and f.limit is not None)
    return min(broken, default=None)


def _bytes(shown: Exhibit) -> int:
    pictures = (shown.reference, shown.candidate, shown.heat_map, shown.thumbnail, *(shown.tile or ()))
    return sum(len(one.data) for one in pictures if one is not None)
