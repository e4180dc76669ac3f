"""How many threads one process may use for a picture. Changes how long it takes, never what comes out."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

# Parts per thread, so that one that is held up has little left that others wait for.
_PARTS = 8
_allowed: int | None = None


def allow(count: int | None) -> None:
    """Let this process use so many threads for a picture; None for one per core. Workers of a pool are allowed one."""
    global _allowed
    _allowed = count


def allowed() -> int:
    """Threads that may be used here, at least one."""
    if _allowed is not None:
        return max(1, _allowed)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Callable[[int, int], None], length: int, least: int) -> None:
    """Call `work(first, end)` for parts of `range(length)` that cover it, side by side where that pays.

    Threads take parts as they get done with the last one, so that a core that others keep busy holds nobody up.

    Args:
        work: Does one part; releases the interpreter's lock while it computes. What it makes may not depend on where
            parts begin, or on which is done first.
        length: How much there is to do.
        least: How much a thread must have to do, so that starting it is worth it.

    Raises:
        What `work` raised; parts that nobody had begun are then left out.
    """
    count = max(1, min(allowed(), length // max(least, 1)))
    if count == 1:
        work(0, length)
        return
    from threading import Thread

    parts = min(count * _PARTS, length)
    borders = [length * part // parts for part in range(parts + 1)]
    left = list(pairwise(borders))[::-1]
    failed: list[BaseException] = []

    def run() -> None:
        while left:
            try:
                first, end = left.pop()
            except IndexError:  # another thread was faster
                return
            try:
                work(first, end)
            except BaseException as error:  # Ctrl-C as well: the others end first
                failed.append(error)
                left.clear()

    others: list[Thread] = []
    try:
        with suppress(RuntimeError):  # the system lets nobody have more of them: who is there does it all
            for _ in range(count - 1):
                other = Thread(target=run, name="part of a picture", daemon=True)
                other.start()
                others.append(other)
        run()
        for other in others:
            other.join()
    finally:
        left.clear()
    if failed:
        raise failed[0]
