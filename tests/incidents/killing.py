"""Processes that die in the act."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

_STEPS = ("open", "fsync", "link", "rename", "replace", "unlink", "mkdir", "rmdir", "write")


def forked(work: Callable[[], object]) -> int:
    """Run `work` in a child; returns its process id."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def die_before(step: int, work: Callable[[], object]) -> None:
    """Run `work`, but kill this process before the given step that reaches the disk."""
    left = step

    def deadly(function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return call

    for name in _STEPS:
        setattr(os, name, deadly(getattr(os, name)))
    work()
