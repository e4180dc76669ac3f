"""Two pieces of work at once, in two threads of this process."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

First = TypeVar("First")
Second = TypeVar("Second")


def side_by_side(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """Call both at once, `second` in a thread of its own, and wait for both.

    Raises:
        BaseException: What `first` raised, else what `second` raised: as if they were called one after the other.
    """
    found: list[Second] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            found.append(second())
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run)
    try:
        thread.start()
    except RuntimeError:  # the system lets nobody have more of them
        return first(), second()
    try:
        one = first()
    finally:
        thread.join()
    if raised:
        raise raised[0]
    return one, found[0]
