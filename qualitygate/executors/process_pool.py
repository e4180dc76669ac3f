"""Processes on this machine, each with few threads, within a budget of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qualitygate.executors.base import Item, Result
from qualitygate.executors.crew import Crew, Done, Job
from qualitygate.executors.starting import Way
from qualitygate.executors.worker import WorkerDiedError

# How far results may run ahead of the first one that is still missing: they are small, but not nothing.
_AHEAD = 256


class ProcessPool:
    """An ordered map over processes that survives the death of one of them.

    Args:
        workers: Most processes, at least 1.
        memory: Bytes that all items under way may take together, by their `cost`; None for any number.
        threads: Threads that BLAS and torch may use in each process.
        how: How processes are started, `fork` or `spawn`; None for the quicker one that is safe, see `starting.way`.
    """

    def __init__(self, workers: int, *, memory: int | None = None, threads: int = 1, how: Way | None = None) -> None:
        self.how = how
        self.workers = max(1, workers)
        self.memory = memory
        self.threads = max(1, threads)

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        lost: Callable[[Item], Result],
        *,
        known: Callable[[Item], Result | None] | None = None,
        cost: Callable[[Item], int] | None = None,
    ) -> Iterator[Result]:
        """Yield results in the order of the items.

        What is `known` is looked up here while the processes measure. An item whose process dies is run once more with
        nothing beside it, so that the one to blame is known; dies that one, too, the item yields `lost(item)`. On an
        interrupt, or when the caller wants no more, every process is ended at once.
        """
        crew = Crew(function, self.workers, self.threads, self.memory, self.how)
        finished: dict[int, Done] = {}
        looked = yielded = 0
        try:
            while yielded < len(items):
                if looked < len(items) and looked - yielded < _AHEAD and not crew.fed:
                    found = known(items[looked]) if known is not None else None
                    if found is None:
                        crew.add(Job(looked, items[looked], cost(items[looked]) if cost is not None else 0))
                    else:
                        finished[looked] = Done(looked, True, found)
                    looked += 1
                    pause: float | None = 0.0
                else:
                    pause = 0.0 if yielded in finished else None
                finished.update((done.index, done) for done in crew.collect(pause))
                while yielded in finished:
                    yield _result(finished.pop(yielded), items[yielded], lost)
                    yielded += 1
            crew.end()
        finally:
            crew.stop()


def _result(done: Done, item: Item, lost: Callable[[Item], Result]) -> Result:
    """What an item gave.

    Raises:
        Exception: What the function raised.
    """
    if done.good:
        result: Result = done.value
        return result
    if isinstance(done.value, WorkerDiedError):
        return lost(item)
    raise done.value
