"""One thing that a change loosens."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qualitygate.core.finding_level import Level
from qualitygate.core.threshold import Severity

NONE = "none"
"""What a limit, a rule or a step is bound to that is not there any more."""


class Kind(StrEnum):
    """What is loosened; each has a code of its own."""

    LIMIT = "limit"
    SEVERITY = "severity"
    RULE = "rule"
    PICTURES = "pictures"
    AREA = "area"
    REFERENCE = "reference"
    APPROVAL = "approval"
    CHECK = "check"
    DRIFT = "drift"
    UNREADABLE = "unreadable"


CODES: dict[Kind, str] = {
    Kind.LIMIT: "QG-1800",
    Kind.SEVERITY: "QG-1801",
    Kind.RULE: "QG-1802",
    Kind.PICTURES: "QG-1803",
    Kind.AREA: "QG-1804",
    Kind.REFERENCE: "QG-1805",
    Kind.APPROVAL: "QG-1806",
    Kind.CHECK: "QG-1807",
    Kind.DRIFT: "QG-1808",
    Kind.UNREADABLE: "QG-1809",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is looser than it was.

    Attributes:
        kind: What it is.
        change: Its name, by which a waiver covers it; the same on every machine and in every run.
        before, after: How it was and how it is, for people.
        to: What a waiver is bound to: the new value, or a digest of it.
        where: `file.toml:LINE` of the new state; the file, where there is no line.
        amount: How much looser, in the unit; None where no number says it.
        unit: Unit of the amount, empty for a pure number.
        percent: How much larger the room is between the best value there can be and the limit, in percent.
        severity: Severity of what is loosened.
        born_of: The incident it was introduced after.
        sets: Sets that it concerns.
        details: Further lines for people, such as one per picture.
        level: `note` for what is told and blocks nothing.
    """

    kind: Kind
    change: str
    before: str
    after: str
    to: str
    where: str = ""
    amount: float | None = None
    unit: str = ""
    percent: float | None = None
    severity: Severity | None = None
    born_of: str | None = None
    sets: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    level: Level = Level.ERROR

    @property
    def code(self) -> str:
        """Its stable code."""
        return CODES[self.kind]


def number(value: float) -> str:
    """A number as it is written in a file, without needless digits: `12`, `0.95`, never `1e-05`."""
    return format(Decimal(repr(round(float(value), 12))).normalize(), "f")


def plain(name: str) -> str:
    """A file name as a waiver can name it: on one line, what cannot be printed or encoded escaped."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in name)


def listed(values: tuple[str, ...] | list[str]) -> str:
    """Names in a stable order; `none` for none."""
    return ", ".join(sorted(values)) or NONE
