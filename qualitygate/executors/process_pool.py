"""Processes on this machine, one per core, each with single-threaded BLAS."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

from qualitygate.executors.base import Item, Result

# Each process keeps to one core: threads inside NumPy barely help these metrics, and cores times threads hurt.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ProcessPool:
    """An ordered map over spawned processes that survives the death of one of them.

    Args:
        workers: Number of processes, at least 1.
    """

    def __init__(self, workers: int) -> None:
        self.workers = max(1, workers)

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        lost: Callable[[Item], Result],
    ) -> Iterator[Result]:
        """Yield results in the order of the items; at most a few items per worker are under way at a time.

        When a process dies, every item that was under way is run again alone, so that the one to blame is known: it
        alone yields `lost(item)`.
        """
        position = 0
        while position < len(items):
            with _pool(self.workers) as pool:
                ahead: list[tuple[int, Future[Result]]] = []
                submitted = position
                try:
                    while position < len(items):
                        while submitted < len(items) and len(ahead) < 4 * self.workers:
                            ahead.append((submitted, pool.submit(function, items[submitted])))
                            submitted += 1
                        result = ahead[0][1].result()
                        ahead.pop(0)
                        position += 1
                        yield result
                    continue
                except BrokenProcessPool:
                    pass
            for index, future in ahead:
                yield _settled(future) if _finished(future) else _alone(function, items[index], lost)
                position = index + 1


def _finished(future: Future[Result]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _settled(future: Future[Result]) -> Result:
    return future.result()


def _alone(function: Callable[[Item], Result], item: Item, lost: Callable[[Item], Result]) -> Result:
    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return lost(item)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of spawned processes that inherit one-thread settings; dropped at once on interrupt."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    ended = False
    try:
        yield pool
        ended = True
    finally:
        # Done, it is waited for: at the end of the interpreter the pool would meet its own pipes half closed.
        pool.shutdown(wait=ended, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _begin() -> None:
    """Ctrl-C reaches the whole process group; only the parent answers it. A worker ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Wait for the parent's death (a cancelled CI job kills only it), then go: nobody will read the results."""
    wait([sentinel])
    os._exit(1)
