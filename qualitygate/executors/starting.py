"""How a process is started: a copy of this one where nothing can go wrong with that, else a new interpreter.

A copy (`fork`) begins within milliseconds with everything loaded, and its memory is shared until it is written to. It
holds every lock that another thread of this process held at that moment, and for ever: so it is made of a process that
has one thread, by count of the system. A new interpreter (`spawn`) loads everything again, and with it the caller's
script.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Way = Literal["fork", "spawn"]

# Threads inside NumPy and torch barely help these metrics, and processes times threads hurt.
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def way() -> Way:
    """`fork` on Linux in a process with one thread that has not loaded torch, else `spawn`.

    Elsewhere the libraries of the system start threads of their own, or there is no such thing.
    """
    if not sys.platform.startswith("linux") or "torch" in sys.modules:
        return "spawn"
    try:
        return "fork" if len(os.listdir("/proc/self/task")) == 1 else "spawn"  # noqa: PTH208 (names are enough)
    except OSError:
        return "spawn"


@contextmanager
def surroundings(threads: int, how: Way) -> Iterator[None]:
    """The environment that a process is started in: few threads, and no Ctrl-C before it can bear one."""
    with _threads(threads), _uninterrupted(how):
        yield


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, str(count)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _uninterrupted(how: Way) -> Iterator[None]:
    """Keep Ctrl-C from a process that is only just starting, where it would end in a traceback. Masks are inherited."""
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover - Windows
        yield
        return
    if how == "spawn":
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()  # by the first process at the latest, and it would let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
