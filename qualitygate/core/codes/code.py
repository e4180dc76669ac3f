"""What a stable code is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One stable code.

    Attributes:
        code: `QG-dddd` of the gate and its commands, `QG-ddd` of the lint of postmortems.
        title: A few words.
        meaning: What was found, in a sentence or two.
        remedy: What to do about it.
    """

    code: str
    title: str
    meaning: str
    remedy: str
