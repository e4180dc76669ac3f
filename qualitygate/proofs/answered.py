"""Holding waivers against what fails."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.waiver import Waiver, objection
from qualitygate.proofs.finding import about

WAIVABLE = "QG-1764"
"""What a waiver answers for: a limit that no longer catches. A case that is gone or weakened would be forgotten with
the waiver, since the change that deletes it is the base of the next one."""


def answered(
    found: Iterable[Finding],
    waivers: Sequence[Waiver],
    checks: Mapping[str, str | None],
    today: date,
    file: str,
    boards: Sequence[Sequence[str]] = (),
    excused: Collection[str] = (),
) -> list[Finding]:
    """Findings with their waivers: a waived error is a warning, a waiver that does not hold is an error of
    its own, as is one of a case that is gone, and one that nothing needs a warning.

    Args:
        found: What is wrong; `born_of` is the incident.
        waivers: All of them.
        checks: Incident that has a case to its check; None where it was not replayed.
        today: Day in UTC.
        file: Where waivers stand.
        boards: Control boards that whoever approves is on; see `objection`.
        excused: Incidents that need no case any more, such as false positives.
    """
    told: list[Finding] = []
    used: set[Waiver] = set()
    for finding in found:
        ours = [one for one in waivers if _covers(one, finding, checks)] if finding.code == WAIVABLE else []
        used.update(ours)
        valid = next((one for one in ours if objection(one, today, boards) is None), None)
        if valid is not None:
            until = f"waived until {valid.expires.isoformat()}, approved by {valid.approved_by}: {valid.reason}"
            told.append(replace(finding, code="QG-1768", level=Level.WARNING, message=f"{finding.message}; {until}"))
            continue
        told.append(finding)
        for one in ours:
            message = f"waiver does not hold: {one.incident}, {objection(one, today, boards)}"
            refused = about(one.incident, "QG-1767", Level.ERROR, message, file, one.where)
            if refused not in told:
                told.append(refused)
    told += [said for one in waivers if one not in used and (said := _unneeded(one, checks, file, excused)) is not None]
    return told


def _covers(waiver: Waiver, finding: Finding, checks: Mapping[str, str | None]) -> bool:
    return waiver.incident == finding.born_of and waiver.check == checks.get(waiver.incident)


def _unneeded(waiver: Waiver, checks: Mapping[str, str | None], file: str, excused: Collection[str]) -> Finding | None:
    """What is to be said of a waiver that answered for nothing; None where it may be needed elsewhere."""
    if waiver.incident not in checks and waiver.incident not in excused:
        message = (
            f"waiver does not hold: {waiver.incident} has no case; only a limit that no longer catches can be waived, "
            "not a case that is gone"
        )
        return about(waiver.incident, "QG-1767", Level.ERROR, message, file, waiver.where)
    if waiver.incident in checks and checks[waiver.incident] is None:
        return None
    message = f"stale waiver: {waiver.incident}, {waiver.check} needs none; delete it"
    return about(waiver.incident, "QG-1769", Level.WARNING, message, file, waiver.where)
