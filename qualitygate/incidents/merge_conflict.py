"""What cannot be merged, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from qualitygate.core.errors import ConfigError

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that both sides changed differently.

    Attributes:
        where: Such as `impact`, or `actions "Extend CODEOWNERS".due`.
        base: What it was; None where it was not.
        ours: What one side made of it; None where that side removed it.
        theirs: What the other side made of it.
    """

    where: str
    base: Any
    ours: Any
    theirs: Any

    def told(self, names: tuple[str, str]) -> str:
        """One sentence with both values."""
        was = "" if self.base is None else f" (was {_shown(self.base)})"
        values = sorted(zip(names, (_shown(self.ours), _shown(self.theirs)), strict=True))
        return f"{self.where}: " + ", ".join(f"{name} says {value}" for name, value in values) + was


class MergeConflictError(ConfigError):
    """Two edits of one text contradict each other. Exit code 2.

    Attributes:
        conflicts: All of them.
    """

    conflicts: tuple[Conflict, ...] = ()

    @classmethod
    def of(cls, conflicts: Sequence[Conflict], names: tuple[str, str], where: str) -> MergeConflictError:
        """The error of some conflicts."""
        number = "1 conflict" if len(conflicts) == 1 else f"{len(conflicts)} conflicts"
        told = "; ".join(conflict.told(names) for conflict in conflicts)
        error = cls(
            f"{number}, nothing was written: {told}",
            code="QG-1757",
            where=where,
            hint="make both say the same, or undo one of them",
        )
        error.conflicts = tuple(conflicts)
        return error


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    plain = msgspec.to_builtins(value)
    text = plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f'"{short}"' if isinstance(plain, str) else short
