"""Functions that worker processes import; a spawned process cannot see those defined inside a test."""

from __future__ import annotations

import os
import signal
import time


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
