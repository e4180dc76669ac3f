"""How many threads one process may use for a picture. Changes how long it takes, never what comes out."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise

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

    Args:
        work: Does one part; releases the interpreter's lock while it computes.
        length: How much there is to do.
        least: How much a part must have, so that starting a thread is worth it.
    """
    parts = max(1, min(allowed(), length // max(least, 1)))
    borders = [length * part // parts for part in range(parts + 1)]
    if parts == 1:
        work(0, length)
        return
    from concurrent.futures import ThreadPoolExecutor  # with it comes logging, which few runs need

    with ThreadPoolExecutor(parts - 1) as pool:
        others = [pool.submit(work, *span) for span in pairwise(borders[1:])]
        work(borders[0], borders[1])
        for other in others:
            other.result()
