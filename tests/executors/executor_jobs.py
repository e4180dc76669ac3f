"""Functions that worker processes import; a spawned process cannot see those defined inside a test."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path


def square_slowly(number: int) -> int:
    time.sleep(0.02 * ((7 - number) % 5))
    return number * number


def die_on_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def fail_on_three(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def blas_threads(_: int) -> str:
    return os.environ.get("OPENBLAS_NUM_THREADS", "")


def minus_one(_: int) -> int:
    return -1


def hold(job: tuple[str, int]) -> int:
    """Say in a file of its own that it has begun, wait, and say how many others there were at that moment."""
    directory, number = job
    mine = Path(directory) / f"{number}.running"
    mine.touch()
    time.sleep(0.15)
    beside = sum(1 for _ in Path(directory).glob("*.running"))
    mine.unlink()
    return beside


def die_once(job: tuple[str, int]) -> int:
    """Die of the item at first, but not when it is tried again: somebody else was to blame."""
    directory, number = job
    if number == 3 and not (Path(directory) / "died").exists():
        (Path(directory) / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def threads(_: int) -> tuple[int, set[str]]:
    from qualitygate.core.threads import allowed

    return allowed(), {os.environ.get(name, "") for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}


def number_of_process(_: int) -> int:
    return os.getpid()


def wait_for_the_second(job: tuple[str, int]) -> int:
    """The first item is done once the second was begun, which takes another process."""
    directory, number = job
    begun = Path(directory) / "second"
    if number == 1:
        begun.touch()
    end = time.monotonic() + 60
    while not begun.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    return number


def own_number_slowly(_: int) -> int:
    time.sleep(0.03)
    return os.getpid()


class UnpicklableError(Exception):
    def __init__(self) -> None:
        super().__init__("cannot travel")
        self.lock = threading.Lock()


def raise_unpicklable(_: int) -> int:
    raise UnpicklableError
