"""One process that runs a function over what it is sent, one item at a time."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn
from weakref import WeakSet

from qualitygate.core.threads import allow
from qualitygate.executors.allocating import keep_memory
from qualitygate.executors.starting import Way, surroundings

_READY = "ready"
# This end of the connections to all workers, of whatever map. A copy of this process lets go of them: while it held
# one, that worker would not notice that nobody writes to it any more.
_CONNECTIONS: WeakSet[Connection] = WeakSet()


class WorkerDiedError(Exception):
    """The process ended without an answer: killed for its memory, or by a bug of a decoder.

    Attributes:
        began: Whether it had come to life at all.
    """

    def __init__(self, *, began: bool) -> None:
        super().__init__("the process died")
        self.began = began


class Worker:
    """A process that keeps to a number of threads.

    Args:
        function: What it runs; importable at module level.
        threads: Threads that each numeric library in it may use.
        how: How it is started.

    Attributes:
        index: Which item it is busy with; None when it has none.
        cost: Bytes that this item may take.
    """

    def __init__(self, function: Callable[[Any], Any], threads: int, how: Way = "spawn") -> None:
        context: Any = get_context(how)
        self.connection, theirs = context.Pipe()
        self.index: int | None = None
        self.cost = 0
        self._began = False
        _CONNECTIONS.add(self.connection)
        inherited = tuple(_CONNECTIONS) if how == "fork" else ()
        self._process = context.Process(target=_serve, args=(theirs, function, threads, inherited), daemon=True)
        with surroundings(threads, how):
            self._process.start()
        theirs.close()

    def send(self, index: int, item: Any, cost: int) -> None:
        """Hand it an item; a process that is gone is found out when its answer is read."""
        self.index, self.cost = index, cost
        payload = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        with suppress(OSError):
            self.connection.send_bytes(payload)

    def receive(self) -> tuple[bool, Any] | None:
        """Whether the item succeeded, and its result or what it raised; None for the sign that the process began.

        Raises:
            WorkerDiedError: There will be no answer.
        """
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            raise WorkerDiedError(began=self._began) from None
        if answer == _READY:
            self._began = True
            return None
        self.index, self.cost = None, 0
        good, value = answer
        return bool(good), value

    def end(self) -> None:
        """Let it go once it is idle: it ends by itself when nobody writes to it any more."""
        self.connection.close()

    def kill(self) -> None:
        """End it now, whatever it does."""
        self._process.terminate()

    def join(self, seconds: float) -> None:
        """Wait for its end, and insist after a while."""
        self._process.join(seconds)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self.connection.close()
        self._process.close()


def _serve(
    connection: Connection, function: Callable[[Any], Any], threads: int, inherited: Sequence[Connection]
) -> NoReturn:
    """Ctrl-C reaches the whole process group; only the parent answers it. A worker ends with its parent.

    It ends without being torn down: that takes as long as measuring a picture, and a copy must not run what the
    original wants done at its end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for one in inherited:
        one.close()
    # What the original left behind is not for a copy to collect.
    gc.freeze()
    allow(threads)
    keep_memory()
    parent = parent_process()
    if parent is not None:
        with suppress(RuntimeError):  # no more threads, or no memory for one: it is noticed at the next answer, then
            threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    try:
        connection.send(_READY)
        while True:
            item = pickle.loads(connection.recv_bytes())
            connection.send_bytes(_answer(function, item))
            del item
    except (EOFError, OSError, MemoryError):  # without memory for a question there is no answer, as in any death
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # what a plugin printed
                stream.flush()
        os._exit(0)


def _answer(function: Callable[[Any], Any], item: Any) -> bytes:
    try:
        return pickle.dumps((True, function(item)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        import traceback

        error.add_note("in a worker process:\n" + "".join(traceback.format_exception(error)))
        try:
            return pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
        except Exception:
            return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with(sentinel: int) -> None:
    """Wait for the parent's death (a cancelled CI job kills only it), then go: nobody will read the results."""
    wait([sentinel])
    os._exit(1)
