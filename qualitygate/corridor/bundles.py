"""Pairs that are sent together, since their metrics gain from it: which these are, and their results in order.

A bundle is an item of the executor like a single pair. Whatever happens to it concerns its pairs one by one: what is
known of a pair from an earlier run takes it out, and if a process dies of a bundle, its pairs are tried alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from qualitygate.corridor.bundle_measuring import AT_ONCE, outcomes_of
from qualitygate.corridor.cost import bundle_memory, kept_memory, shared_pixels, working_memory
from qualitygate.corridor.judging import Outcome, lost_outcome, outcome_of
from qualitygate.corridor.task import PairTask
from qualitygate.executors.base import Executor
from qualitygate.metrics.base import bundle_size

# Pictures of a bundle are held until they are measured: bytes, where the executor keeps to no budget.
_HELD = 256_000_000


@dataclass(slots=True)
class Bundle:
    """Pairs that are measured together.

    Attributes:
        places: Where each stands among all pairs.
        tasks: The pairs; those of which a result is known are taken out before the bundle is sent.
    """

    places: list[int] = field(default_factory=list)
    tasks: list[PairTask] = field(default_factory=list)

    def leave(self, places: set[int]) -> None:
        """Take out all but these."""
        left = [(place, task) for place, task in zip(self.places, self.tasks, strict=True) if place in places]
        self.places, self.tasks = [place for place, _ in left], [task for _, task in left]


def bundles(tasks: Sequence[PairTask], executor: Executor) -> list[Bundle]:
    """Every pair in a bundle, alone in most: pairs of as many pixels and the same metrics that gain from it together.

    They stand in the order of their first pairs. There are so many that every process has several.
    """
    workers, budget = getattr(executor, "workers", 1), getattr(executor, "memory", None)
    most = max(1, len(tasks) // (2 * workers)) if workers > 1 else len(tasks)
    room = _HELD if budget is None else budget // (4 * workers)
    made: list[Bundle] = []
    open_ones: dict[tuple[int, int], tuple[Bundle, int, int]] = {}
    for place, task in enumerate(tasks):
        pixels = 0 if task.accepted else shared_pixels(task)
        wanted = min(max(bundle_size(metric, pixels) for metric in task.metrics), most) if pixels else 1
        kind = id(task.metrics), pixels
        bundle, size, held = open_ones.get(kind, (Bundle(), 0, 0))
        held += kept_memory(task) if wanted > 1 else 0
        if wanted == 1 or not size or size >= wanted or held > room:
            bundle, size, held = Bundle(), 0, held if not size else kept_memory(task)
            made.append(bundle)
        bundle.places.append(place)
        bundle.tasks.append(task)
        if wanted > 1:
            open_ones[kind] = bundle, size + 1, held
    return made


def run_bundled(
    tasks: Sequence[PairTask], executor: Executor, known: Callable[[PairTask], Outcome | None] | None
) -> Iterator[Outcome]:
    """What comes of every pair, in order.

    Args:
        tasks: The pairs.
        executor: Runs over bundles of them.
        known: Looks for what an earlier run found.
    """
    sent = bundles(tasks, executor)
    ready: dict[int, Outcome] = {}
    place = 0

    def look(bundle: Bundle) -> list[Outcome] | None:
        if known is None:
            return None
        found = {place: known(task) for place, task in zip(bundle.places, bundle.tasks, strict=True)}
        ready.update((place, outcome) for place, outcome in found.items() if outcome is not None)
        bundle.leave({place for place, outcome in found.items() if outcome is None})
        return None if bundle.tasks else []

    dead = Bundle()
    for bundle, outcomes in zip(
        sent, executor.map(outcomes_of_bundle, sent, _none, known=look, cost=_cost), strict=True
    ):
        if outcomes is not None:
            ready.update(zip(bundle.places, outcomes, strict=True))
        elif len(bundle.tasks) == 1:
            ready[bundle.places[0]] = lost_outcome(bundle.tasks[0])
        else:
            dead.places += bundle.places
            dead.tasks += bundle.tasks
        while place in ready:
            yield ready.pop(place)
            place += 1
    # A process that died twice of a bundle: which of its pairs is to blame is seen when each is tried for itself.
    alone = executor.map(outcome_of, dead.tasks, lost_outcome, cost=working_memory)
    for one, outcome in zip(dead.places, alone, strict=True):
        ready[one] = outcome
        while place in ready:
            yield ready.pop(place)
            place += 1


def outcomes_of_bundle(bundle: Bundle) -> list[Outcome] | None:
    """What comes of the pairs of a bundle. Runs in any process."""
    if len(bundle.tasks) > 1:
        with suppress(MemoryError):  # one after another they take less, and each answers for itself
            return list(outcomes_of(bundle.tasks))
    return [outcome_of(task) for task in bundle.tasks]


def _none(_: Bundle) -> list[Outcome] | None:
    return None


def _cost(bundle: Bundle) -> int:
    return bundle_memory(bundle.tasks, AT_ONCE)
