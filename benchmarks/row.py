"""One row of the table: what we took, what the other took, the ratio, and what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.corridor_cases import Spent

HEADER = "| what | beside | ours | theirs | ratio | promised |\n|---|---|---:|---:|---:|---:|"
_LINEAR = 0.1


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes:
        what, peer: What is measured, and beside what, with its version after the first blank that a digit follows.
        ours, theirs: As they are printed.
        ratio: Theirs divided by ours where more is better, ours divided by theirs where less is.
        promise: The target in words, such as `≥ 40`; empty where nothing was promised.
        missed: Whether the target is missed.
        agrees: Whether both sides measured the same.
        more_is_better: How the ratio is read.
    """

    what: str
    peer: str
    ours: str
    theirs: str
    ratio: float
    promise: str = ""
    missed: bool = False
    agrees: bool = True
    more_is_better: bool = False

    @property
    def text(self) -> str:
        """The row as Markdown."""
        mark = " (missed)" if self.missed else ""
        cells = (self.what, self.peer, self.ours, self.theirs, f"{self.ratio:.2f}{mark}", self.promise)
        return f"| {' | '.join(cells)} |"

    @classmethod
    def faster(
        cls, what: str, peer: str, ours: float, theirs: float, ratio: float, target: float | None, agrees: bool
    ) -> Row:
        """How many times faster we are; seconds."""
        promise = "" if target is None else f"≥ {target:g}"
        missed = target is not None and ratio < target
        return cls(what, peer, duration(ours), duration(theirs), ratio, promise, missed, agrees, True)

    @classmethod
    def at_most(
        cls,
        what: str,
        peer: str,
        ours: Sequence[Spent],
        theirs: Sequence[Spent],
        most: float | None,
        *,
        wall: bool,
    ) -> Row:
        """What we take of what they take, processor time or wall time; the median of the ratios of each repetition."""
        mine, others = ([one.wall if wall else one.cpu for one in side] for side in (ours, theirs))
        ratio = median(a / b for a, b in zip(mine, others, strict=True))
        return cls.of(f"{what}, {'wall' if wall else 'processor'}", peer, median(mine), median(others), ratio, most)

    @classmethod
    def of(cls, what: str, peer: str, ours: float, theirs: float, ratio: float, most: float | None) -> Row:
        """What we take of what they take, in seconds."""
        promise = "" if most is None else f"≤ {most:g}"
        return cls(what, peer, duration(ours), duration(theirs), ratio, promise, most is not None and ratio > most)

    @classmethod
    def slope(cls, what: str, sizes: Sequence[float], seconds: Sequence[float], slope: float) -> Row:
        """How cost grows: within 10 % of linear."""
        ends = [f"{duration(seconds[place])} at {sizes[place]:g}" for place in (0, -1)]
        return cls(what, "linear growth", ends[1], ends[0], slope, "1 ± 0.1", abs(slope - 1) > _LINEAR)

    @classmethod
    def memory(cls, what: str, taken: int, most: int) -> Row:
        """Bytes, and how many are allowed."""
        ratio = taken / most
        return cls(what, "its limit", _bytes(taken), _bytes(most), ratio, "≤ 1", ratio > 1)


def duration(seconds: float) -> str:
    """Seconds or milliseconds, for people."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"


def _bytes(count: int) -> str:
    return f"{count / 1e9:.2f} GB"
