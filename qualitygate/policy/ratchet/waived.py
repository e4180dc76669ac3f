"""Holding waivers against what is loosened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qualitygate.core.finding_level import Level
from qualitygate.core.toml_text import basic_string
from qualitygate.core.waiver import ChangeWaiver, objection
from qualitygate.policy.ratchet.entry import NONE, Entry
from qualitygate.policy.ratchet.sets import DELETED


class Standing(StrEnum):
    """How a waiver stands that does not cover an entry of this change."""

    REFUSED = "refused"
    RUNNING = "running"
    EXPIRED = "expired"
    STALE = "stale"
    DROPPED = "dropped"


STANDINGS: dict[Standing, tuple[str, Level]] = {
    Standing.REFUSED: ("QG-1810", Level.ERROR),
    Standing.RUNNING: ("QG-1811", Level.NOTE),
    Standing.EXPIRED: ("QG-1812", Level.ERROR),
    Standing.STALE: ("QG-1813", Level.WARNING),
    Standing.DROPPED: ("QG-1814", Level.WARNING),
}
"""Code and level of what is said of a waiver."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An entry, and the waiver that covers it; None where none does."""

    entry: Entry
    waiver: ChangeWaiver | None = None

    @property
    def open(self) -> bool:
        """Whether it fails the audit."""
        return self.waiver is None and self.entry.level is Level.ERROR


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a waiver."""

    standing: Standing
    waiver: ChangeWaiver
    text: str


def answered(
    entries: Iterable[Entry],
    waivers: Sequence[ChangeWaiver],
    earlier: Sequence[ChangeWaiver],
    present: Mapping[str, str],
    today: date,
    boards: Sequence[Sequence[str]] = (),
) -> tuple[tuple[Answered, ...], tuple[Remark, ...]]:
    """Entries with the waivers that cover them, and what is to be said of the other waivers.

    A waiver covers an entry of the same name that is bound to the same value. Once the change is merged there is no
    entry any more; the waiver then runs for as long as that value is there. From its last day on it is an error, until
    the value is restored or somebody renews the waiver: what was loosened for a while must not stay by being forgotten.
    One whose value is gone is stale.

    Args:
        entries: What is loosened.
        waivers: All waivers of changes.
        earlier: Those of the base.
        present: As `compare.present_values`.
        today: Day in UTC.
        boards: Control boards that whoever approves is on.
    """
    found: list[Answered] = []
    remarks: list[Remark] = []
    used: set[ChangeWaiver] = set()
    for entry in entries:
        ours = [one for one in waivers if one.change == entry.change]
        used.update(ours)
        bound = [one for one in ours if _bound(one.to, entry.to)]
        valid = next((one for one in bound if objection(one, today, boards) is None), None)
        found.append(Answered(entry, valid))
        if valid is None and entry.level is Level.ERROR:
            remarks += [_refused(one, entry, today, boards) for one in ours]
    remarks += [_left(one, present, today, boards) for one in waivers if one not in used]
    kept = {(one.change, one.to) for one in waivers}
    changed = {one.entry.change for one in found}
    for one in earlier:
        if (one.change, one.to) not in kept and one.change not in changed and _there(one, present):
            text = f"{one.change} stays {one.to}, and the waiver that ran until {one.expires.isoformat()} is gone"
            remarks.append(Remark(Standing.DROPPED, one, f"loosened for good: {text}"))
    return tuple(found), tuple(dict.fromkeys(remarks))


def waiver_block(entry: Entry) -> str:
    """The `[[waiver]]` to paste, with what is to be filled in left empty: such a one is refused."""
    lines = [f"change = {basic_string(entry.change)}", f"to = {basic_string(entry.to)}"]
    return "\n".join(["[[waiver]]", *lines, *(f'{key} = ""' for key in ("reason", "owner", "approved_by", "expires"))])


def _bound(ours: str, theirs: str) -> bool:
    return " ".join(ours.split()) == " ".join(theirs.split())


def _refused(one: ChangeWaiver, entry: Entry, today: date, boards: Sequence[Sequence[str]]) -> Remark:
    if not _bound(one.to, entry.to):
        why = f"it is bound to {one.to}, and this change makes it {entry.to}"
    else:
        why = objection(one, today, boards) or ""
    return Remark(Standing.REFUSED, one, f"waiver does not hold: {one.change}, {why}")


def _there(one: ChangeWaiver, present: Mapping[str, str]) -> bool:
    """Whether what a waiver allows is so. A name that nothing bears stands for what is not there."""
    now = present.get(one.change)
    return one.to in (NONE, DELETED) if now is None else _bound(one.to, now)


def _left(one: ChangeWaiver, present: Mapping[str, str], today: date, boards: Sequence[Sequence[str]]) -> Remark:
    """A waiver of something that this change does not touch."""
    if not _there(one, present):
        return Remark(Standing.STALE, one, f"stale waiver: {one.change}, nothing is loosened to {one.to}; delete it")
    why = objection(one, today, boards)
    until = one.expires.isoformat()
    if why is None:
        return Remark(Standing.RUNNING, one, f"waived until {until}: {one.change}, {one.to}: {one.reason}")
    if one.expires < today:
        text = f"was waived until {until}, still loosened: {one.change} is {one.to}; restore it, or renew the waiver"
    else:
        text = f"waiver does not hold, still loosened: {one.change} is {one.to}, {why}"
    return Remark(Standing.EXPIRED, one, text)
