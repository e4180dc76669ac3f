"""Limits between the noise and the smallest defects that must be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor as floor_of
from math import log10

from qualitygate.calibration.badness import Key, Scale
from qualitygate.calibration.noise import Floor
from qualitygate.calibration.samples import Grade, Seeded
from qualitygate.calibration.separation import TIERS, Separation, best, closest, separations

MARGIN = 1.25
"""Least ratio between the weakest defect and the bound on noise. Any closer, and the next release of an encoder or of a
library decides."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A defect that must be seen.

    Attributes:
        defect: Its name.
        strengths: Candidates for the smallest one, weakest first: a single one where the user said which.
        asked: Whether the user did; then it is refused if it cannot be told from noise.
    """

    defect: str
    strengths: tuple[float, ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """One proposed limit.

    Attributes:
        key: Metric and statistic.
        fail: In the metric's unit.
        relies: The defects that are caught by it, each at its smallest strength.
        floor: The noise that it must pass.
        bound: What noise stays within, as badness.
        weakest: The least of the defects that must fail, as badness.
        ratio: `weakest / bound`.
    """

    key: Key
    fail: float
    relies: tuple[Separation, ...]
    floor: Floor
    bound: float
    weakest: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """A defect that no statistic tells from noise.

    Attributes:
        grade: The strength that was asked for, or the strongest tried.
        asked: Whether the user asked for it.
        nearest: The statistic that comes closest.
        from_strength: The weakest strength tried that can be told apart, None where none can.
    """

    grade: Grade
    asked: bool
    nearest: Separation
    from_strength: float | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, and what cannot be.

    Attributes:
        limits: In the order of the statistics.
        overlaps: Defects that cannot be told from noise.
    """

    limits: tuple[Limit, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The smallest strengths that the limits are for."""
        return tuple(one.grade for limit in self.limits for one in limit.relies)

    @property
    def refused(self) -> tuple[Overlap, ...]:
        """Why nothing is proposed: what was asked for and cannot be, or, where nothing can be, everything."""
        asked = tuple(overlap for overlap in self.overlaps if overlap.asked)
        return asked or (self.overlaps if not self.limits else ())


def propose(
    wishes: Sequence[Wish],
    noise: Mapping[Key, Floor],
    seeded: Sequence[Seeded],
    scales: Mapping[str, Scale],
    margin: float = MARGIN,
) -> Proposal:
    """Find a limit for every defect that can be told from noise.

    A limit lies half way between what noise stays within and the weakest of the defects that rely on it.

    Args:
        wishes: What must be seen.
        noise: By statistic.
        seeded: Every strength of every wish, measured on every run.
        scales: By metric.
        margin: Least ratio between a defect and the bound on noise.
    """
    relies: dict[Key, list[Separation]] = {}
    overlaps: list[Overlap] = []
    for wish in wishes:
        graded = [separations(Grade(wish.defect, each), seeded, noise, scales) for each in wish.strengths]
        # A weaker grade is no gain if it takes a statistic that one pixel decides.
        found = next((chosen for tier in TIERS for one in graded if (chosen := tier(one, margin)) is not None), None)
        if found is not None:
            relies.setdefault(found.key, []).append(found)
        else:
            overlaps.append(Overlap(Grade(wish.defect, wish.strengths[-1]), wish.asked, closest(graded[-1])))
    limits = [_limit(noise[key], relies[key], scales[key[0]]) for key in noise if key in relies]
    return Proposal(tuple(limits), tuple(overlaps))


def separable_from(
    defect: str,
    strengths: Sequence[float],
    noise: Mapping[Key, Floor],
    seeded: Sequence[Seeded],
    scales: Mapping[str, Scale],
    margin: float = MARGIN,
) -> float | None:
    """The weakest of some strengths from which on all of them can be told from noise; None where there is none."""
    found: float | None = None
    for strength in reversed(strengths):
        if best(separations(Grade(defect, strength), seeded, noise, scales), margin) is None:
            return found
        found = strength
    return found


def between(low: float, high: float) -> float:
    """A round number near the middle of two, within the middle half of what lies between them.

    The fewest digits that do, since a limit is read by people.
    """
    middle, quarter = (low + high) / 2, (high - low) / 4
    magnitude = floor_of(log10(abs(middle))) if middle else 0
    for digits in range(17):
        rounded = round(middle, digits - magnitude)
        if abs(rounded - middle) <= quarter:
            return rounded
    return middle


def _limit(floor: Floor, relies: Sequence[Separation], scale: Scale) -> Limit:
    weakest = min(relies, key=lambda one: one.weakest)
    fail = between(*sorted((scale.value(weakest.bound), scale.value(weakest.weakest))))
    return Limit(floor.key, fail, tuple(relies), floor, weakest.bound, weakest.weakest, weakest.ratio)
