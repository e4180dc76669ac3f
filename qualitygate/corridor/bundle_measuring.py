"""Several pairs through their metrics together; while they are measured, the next ones are decoded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress

from qualitygate.core import threads
from qualitygate.core.measurement import MetricResult
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.decoding import Decoded
from qualitygate.corridor.gathering import Gathering
from qualitygate.corridor.judging import Outcome, decoded_or_judged, judge_measured, measure_one
from qualitygate.corridor.task import PairTask
from qualitygate.metrics.base import Metric, measure_many

# Pixels that are measured together; a larger picture is by itself.
AT_ONCE = 1 << 21
# Pairs that are decoded while others are measured.
_AHEAD = 2


def outcomes_of(tasks: Sequence[PairTask]) -> Iterator[Outcome]:
    """What comes of pairs with the same metrics and no further accepted references, in order.

    A pair that cannot be decoded or compared is judged by itself, and the others as if it were not there.

    Raises:
        ConfigError: A mask is missing or has another size.
    """
    group: list[PairTask | Outcome] = []
    fit: list[tuple[PairTask, Decoded]] = []
    pixels = 0
    for task, decoded in zip(tasks, _decoded(tasks), strict=True):
        if isinstance(decoded, SubjectResult):
            group.append(Outcome(decoded, (None,)))
            continue
        size = decoded.candidate.size[0] * decoded.candidate.size[1]
        if fit and pixels + size > AT_ONCE:
            yield from _judged(group, fit)
            group, fit, pixels = [], [], 0
        group.append(task)
        fit.append((task, decoded))
        pixels += size
        del decoded
    yield from _judged(group, fit)


def _judged(group: Sequence[PairTask | Outcome], fit: Sequence[tuple[PairTask, Decoded]]) -> Iterator[Outcome]:
    """Everything of a group in order: what was judged already, and what is measured now."""
    gatherings = [Gathering(task, decoded) for task, decoded in fit]
    for metric in fit[0][0].metrics if fit else ():
        for gathering, result in zip(gatherings, _measured(metric, fit, gatherings), strict=True):
            gathering.add(metric, result)
    measured = iter(zip(fit, gatherings, strict=True))
    for one in group:
        if isinstance(one, Outcome):
            yield one
        else:
            (task, decoded), gathering = next(measured)
            told, numbers = judge_measured(task, decoded, gathering.measured)
            yield Outcome(told, (numbers,))


def _measured(
    metric: Metric, fit: Sequence[tuple[PairTask, Decoded]], gatherings: Sequence[Gathering]
) -> list[MetricResult]:
    """One metric over a group; if anything is wrong with one of them, each for itself, so that it is its own fault."""
    masks = [gathering.mask for gathering in gatherings]
    if len(fit) > 1 and hasattr(metric, "measure_many"):
        pairs = [(one.reference, one.candidate, mask) for (_, one), mask in zip(fit, masks, strict=True)]
        with suppress(Exception):  # it is raised again below where it belongs, or all of them were too much at once
            found = list(measure_many(metric, pairs))
            if len(found) == len(pairs):
                return found
    return [measure_one(task, metric, one, mask) for (task, one), mask in zip(fit, masks, strict=True)]


def _decoded(tasks: Sequence[PairTask]) -> Iterator[Decoded | SubjectResult]:
    """Every pair decoded, in order; in threads of its own, ahead of whoever takes them, where there may be several."""
    if threads.allowed() == 1:
        yield from map(decoded_or_judged, tasks)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AHEAD) as pool:
        waiting = deque(pool.submit(decoded_or_judged, task) for task in tasks[:_AHEAD])
        for task in tasks[_AHEAD:]:
            found = waiting.popleft().result()
            waiting.append(pool.submit(decoded_or_judged, task))
            yield found
            del found
        while waiting:
            yield waiting.popleft().result()
