"""Which file to edit where a limit is another than it should be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ThresholdFile:
    """The file in which the limits of a set are changed.

    Attributes:
        name: What it is called in `extends`, such as `hero`.
        path: Its path, as messages show it: where it is, or, of what ships, where it is to be written.
        ships: Whether there is none yet, since the limits are those that ship with the package.
        hides: Whether it has the name of one that ships and does not extend it, so that nothing of that holds.
    """

    name: str
    path: str
    ships: bool = False
    hides: bool = False
