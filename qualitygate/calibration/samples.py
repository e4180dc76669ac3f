"""What was measured: runs of an unchanged pipeline, and defects seeded on top of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Values = Mapping[str, Mapping[str, float]]
"""Metric to statistic to value, in the metric's own unit."""


@dataclass(frozen=True, slots=True)
class Run:
    """One candidate as the pipeline made it.

    Attributes:
        picture: Which picture; runs of one picture are repetitions of each other.
        run: Which repetition.
        values: Measured against the reference.
    """

    picture: str
    run: str
    values: Values


@dataclass(frozen=True, slots=True)
class Grade:
    """One strength of one defect."""

    defect: str
    strength: float


@dataclass(frozen=True, slots=True)
class Seeded:
    """A candidate with a defect on top.

    Attributes:
        picture, run: Which candidate.
        grade: What was done to it.
        draw: Which of several tries, for defects that are somewhere.
        values: Measured against the reference.
    """

    picture: str
    run: str
    grade: Grade
    draw: int
    values: Values
