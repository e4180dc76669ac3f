"""The processes of one map: who is idle, who is busy, and how much memory is promised to them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from qualitygate.core.errors import ConfigError
from qualitygate.executors.starting import Way, way
from qualitygate.executors.worker import Worker, WorkerDiedError

# A killed process takes a moment to be gone, a busy one that is let go as long as it needs for what it does.
_SECONDS = 2.0
# What one process is done with in this time is not worth a second one, which takes about as long to begin.
_GROWS_AFTER = 0.02


@dataclass(frozen=True, slots=True)
class Job:
    """One item that has to be run.

    Attributes:
        index: Its place among all items.
        item: What the function is given.
        cost: Bytes that it may take.
        alone: Whether a process died of it once, so that nothing else may run beside it.
    """

    index: int
    item: Any
    cost: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """An item came to its end.

    Attributes:
        good: Whether `value` is its result; else it is what was raised, or `WorkerDiedError`.
    """

    index: int
    good: bool
    value: Any


class Crew:
    """Up to so many processes, started when there is work for them: one, and the others once that is not done at once.

    Jobs are begun in their order. One begins when a process is free and its cost fits beside those under way; the
    largest one, which fits beside nothing, is run alone rather than never.

    Args:
        function: What is run.
        workers: Most processes.
        threads: Threads of each.
        memory: Bytes that all items under way may take together; None for any number.
        how: How processes are started; None for the way that is quicker where it can be taken.
    """

    def __init__(
        self, function: Callable[[Any], Any], workers: int, threads: int, memory: int | None, how: Way | None = None
    ) -> None:
        self._how = how
        self._function, self._most, self._threads, self._memory = function, workers, threads, memory
        self._workers: list[Worker] = []
        self._jobs: deque[Job] = deque()
        self._running: dict[int, Job] = {}
        self._stillborn = 0
        self._since = 0.0

    @property
    def waiting(self) -> int:
        """Jobs that have not begun."""
        return len(self._jobs)

    @property
    def fed(self) -> bool:
        """Whether as many jobs wait as there can be processes, so that none runs dry while the next are looked at."""
        return len(self._jobs) >= self._most

    def add(self, job: Job) -> None:
        """Take a job; it begins as soon as it can."""
        self._jobs.append(job)
        self._begin()

    def collect(self, timeout: float | None) -> Iterator[Done]:
        """What came to its end since; waits for something to happen, at most `timeout` seconds.

        Raises:
            ConfigError: QG-1446, one process after another ends before it has begun, or none can be started.
        """
        self._begin()
        by_connection = {worker.connection: worker for worker in self._workers}
        if self._jobs and 0 < len(self._workers) < self._most:
            later = self._since + _GROWS_AFTER - time.monotonic()
            timeout = later if timeout is None and later > 0 else timeout
        for connection in wait(list(by_connection), timeout):
            worker = by_connection[connection]
            job = None if worker.index is None else self._running[worker.index]
            try:
                answer = worker.receive()
            except WorkerDiedError as death:
                self._workers.remove(worker)
                worker.join(_SECONDS)
                if job is not None:
                    yield from self._bury(job, death)
                continue
            if answer is not None and job is not None:
                self._stillborn = 0
                del self._running[job.index]
                yield Done(job.index, *answer)
        self._begin()

    def end(self) -> None:
        """Let everybody go; nothing is under way any more."""
        for worker in self._workers:
            worker.end()
        self._gone()

    def stop(self) -> None:
        """End everybody now."""
        for worker in self._workers:
            worker.kill()
        self._gone()

    def _gone(self) -> None:
        for worker in self._workers:
            worker.join(_SECONDS)
        self._workers.clear()

    def _bury(self, job: Job, death: WorkerDiedError) -> Iterator[Done]:
        """Who is to blame for a death is known for certain only when it happens again with nothing else running."""
        del self._running[job.index]
        self._stillborn += not death.began
        if self._stillborn > 2 * self._most:
            raise ConfigError(
                "the processes that measure do not start",
                code="QG-1446",
                hint='in a script, call the gate below `if __name__ == "__main__":`; or use one worker',
            )
        if job.alone:
            yield Done(job.index, False, death)
        else:
            self._jobs.appendleft(Job(job.index, job.item, job.cost, alone=True))

    def _begin(self) -> None:
        while self._jobs and self._fits(self._jobs[0]):
            idle = next((worker for worker in self._workers if worker.index is None), None)
            if idle is None:
                if len(self._workers) >= self._most:
                    return
                if not self._workers:
                    self._since = time.monotonic()
                elif time.monotonic() < self._since + _GROWS_AFTER:
                    return
                hired = self._hired()
                if hired is None:
                    return
                idle = hired
            job = self._jobs.popleft()
            self._running[job.index] = job
            idle.send(job.index, job.item, job.cost)

    def _hired(self) -> Worker | None:
        """One more process; None where the system lets nobody have more: those who are there do it all.

        Raises:
            ConfigError: QG-1446, it does not allow even one.
        """
        try:
            worker = Worker(self._function, self._threads, self._how or way())
        except OSError as error:
            if not self._workers:
                raise ConfigError(
                    f"the processes that measure do not start: {error.strerror}", code="QG-1446",
                    hint="allow more processes and open files, or use one worker",
                ) from error  # fmt: skip
            self._most = len(self._workers)
            return None
        self._workers.append(worker)
        return worker

    def _fits(self, job: Job) -> bool:
        under_way = self._running.values()
        if not under_way:
            return True
        if job.alone or any(other.alone for other in under_way):
            return False
        return self._memory is None or sum(other.cost for other in under_way) + job.cost <= self._memory
