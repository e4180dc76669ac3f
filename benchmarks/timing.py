"""Times of two sides, taken in turn so that a busy moment of the machine hits both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians and results of one case.

    Attributes:
        ours, theirs: Median wall time in seconds.
        ratio: Median over the repetitions of their time divided by ours.
        our_value, their_value: What was measured.
    """

    ours: float
    theirs: float
    ratio: float
    our_value: float
    their_value: float


def alternate(ours: Callable[[], float], theirs: Callable[[], float], repetitions: int) -> Timing:
    """Run both sides in turn `repetitions` times, after one run of each that is not counted.

    Who begins changes from repetition to repetition: what one side leaves in the caches is the other's, too.
    """
    our_value, their_value = ours(), theirs()
    pairs: list[tuple[float, float]] = []
    for repetition in range(repetitions):
        if repetition % 2:
            second = _seconds(theirs)
            pairs.append((_seconds(ours), second))
        else:
            first = _seconds(ours)
            pairs.append((first, _seconds(theirs)))
    return Timing(
        ours=median(a for a, _ in pairs),
        theirs=median(b for _, b in pairs),
        ratio=median(b / a for a, b in pairs),
        our_value=our_value,
        their_value=their_value,
    )


def _seconds(work: Callable[[], float]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
