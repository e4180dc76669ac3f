"""Decode, measure and judge pairs, in any process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from qualitygate.core.errors import DecodeError, MissingExtraError, WeightsError
from qualitygate.core.mask import Mask
from qualitygate.core.measurement import MetricResult, Unmeasurable
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.accepted import judge_accepted
from qualitygate.corridor.areas import counted
from qualitygate.corridor.cost import working_memory
from qualitygate.corridor.decoding import Decoded, decode_pair
from qualitygate.corridor.gathering import Gathering
from qualitygate.corridor.geometry import relation
from qualitygate.corridor.measured import Measured
from qualitygate.corridor.remembering import Memory
from qualitygate.corridor.task import PairTask
from qualitygate.corridor.verdict import judged, lost_task, sizes_differ, unmeasured
from qualitygate.executors.base import Executor
from qualitygate.metrics.base import Metric


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes back of a pair.

    Attributes:
        numbers: What was measured against the reference and each accepted one that was tried, in order.
    """

    result: SubjectResult
    numbers: tuple[Measured | None, ...] = ()


def run(
    tasks: Sequence[PairTask],
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
    memory: Memory | None = None,
) -> Iterator[SubjectResult]:
    """Judge every pair, in order.

    Args:
        tasks: The pairs.
        executor: Runs over them.
        progress: Called with (done, total) after each.
        memory: Knows pairs that were measured before; None to measure all of them.

    Raises:
        ConfigError: A mask is missing or has the wrong size; the configuration is at fault, not the pair.
    """

    def known(task: PairTask) -> Outcome | None:
        found = None if memory is None else judge_known(task, memory)
        return None if found is None else Outcome(found)

    look = known if memory is not None else None
    if len(tasks) > 1 and any(hasattr(metric, "bundle") for task in tasks for metric in task.metrics):
        from qualitygate.corridor.bundles import run_bundled

        outcomes = run_bundled(tasks, executor, look)
    else:
        outcomes = executor.map(outcome_of, tasks, lost_outcome, known=look, cost=working_memory)
    for done, (task, outcome) in enumerate(zip(tasks, outcomes, strict=True), start=1):
        if memory is not None:
            memory.keep(task, outcome.numbers)
        if progress is not None:
            progress(done, len(tasks))
        yield outcome.result


def judge_task(task: PairTask) -> SubjectResult:
    """Decode, measure and judge one pair, by whichever accepted reference it matches. Runs in any process."""
    return outcome_of(task).result


def judge_known(task: PairTask, memory: Memory) -> SubjectResult | None:
    """Judge one pair by numbers that are known; None where a number is missing."""

    def judge(one: PairTask) -> SubjectResult:
        measured = memory.recall(one)
        if measured is None:
            raise LookupError

        def moved() -> str:
            if measured.moved is None:
                raise LookupError
            return measured.moved

        return judged(one, measured, moved)

    try:
        result = judge_accepted(task, judge) if task.accepted else judge(task)
    except LookupError:
        return None
    return replace(result, cached=True)


def outcome_of(task: PairTask) -> Outcome:
    """What comes of one pair. Runs in any process."""
    numbers: list[Measured | None] = []

    def judge(one: PairTask) -> SubjectResult:
        result, measured = _judge_pair(one)
        numbers.append(measured)
        return result

    result = judge_accepted(task, judge) if task.accepted else judge(task)
    return Outcome(result, tuple(numbers))


def lost_outcome(task: PairTask) -> Outcome:
    """What is said of a pair whose process died."""
    return Outcome(lost_task(task))


def _judge_pair(task: PairTask) -> tuple[SubjectResult, Measured | None]:
    decoded = decoded_or_judged(task)
    if isinstance(decoded, SubjectResult):
        return decoded, None
    try:
        gathering = Gathering(task, decoded)
        # One metric after another: its error map is dropped before the next one is made.
        for metric in task.metrics:
            gathering.add(metric, measure_one(task, metric, decoded, gathering.mask))
        return judge_measured(task, decoded, gathering.measured)
    except MemoryError:  # for a mask, or for what a map says of a region
        return lost_task(task, code="QG-1306", reason="there was not enough memory to measure it"), None


def decoded_or_judged(task: PairTask) -> Decoded | SubjectResult:
    """Both pictures where they can be compared, else the result, which says why not."""
    try:
        decoded = decode_pair(task)
    except DecodeError as error:
        return unmeasured(task, Unmeasurable(error.code, str(error)))
    except MemoryError:
        return lost_task(task, code="QG-1306", reason="there was not enough memory to decode it")
    return decoded if decoded.comparable else sizes_differ(task, decoded)


def judge_measured(task: PairTask, decoded: Decoded, measured: Measured) -> tuple[SubjectResult, Measured]:
    """The verdict on the numbers of a pair, and the numbers with what was found out on the way."""

    def moved() -> str:
        nonlocal measured
        try:
            measured = replace(measured, moved=relation(decoded.reference, decoded.candidate))
        except MemoryError:  # a verdict that stands is not lost for want of a hint
            return ""
        return measured.moved or ""

    result = judged(task, measured, moved)
    return result, measured


def measure(task: PairTask, decoded: Decoded) -> dict[str, MetricResult]:
    """Every metric of the task over a comparable pair, error maps included."""
    mask = counted(task, decoded.candidate)
    return {metric.spec.name: measure_one(task, metric, decoded, mask) for metric in task.metrics}


def measure_one(task: PairTask, metric: Metric, decoded: Decoded, mask: Mask | None) -> MetricResult:
    """One metric over a comparable pair."""
    try:
        return metric.measure(decoded.reference, decoded.candidate, mask)
    except (MissingExtraError, WeightsError) as error:
        # Asked for, these stop a run before any decoding; here the metric was only part of "everything".
        return Unmeasurable(error.code, str(error))
    except MemoryError:
        return Unmeasurable("QG-1306", f"{task.subject.id}: not enough memory for {metric.spec.label}")
