"""Holding waivers against what fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from qualitygate.core.finding import Finding
from qualitygate.core.level import Level
from qualitygate.proofs.finding import about
from qualitygate.proofs.waivers import Waiver, objection


def answered(
    found: Iterable[Finding], waivers: Sequence[Waiver], checks: Mapping[str, str], today: date, file: str
) -> list[Finding]:
    """Findings with their waivers: a waived error is a warning, a waiver that does not hold is an error of
    its own, and one that nothing needs a warning.

    Args:
        found: What is wrong; `born_of` is the incident.
        waivers: All of them.
        checks: Incident to the check of its case, where it has one.
        today: Day in UTC.
        file: Where waivers stand.
    """
    told: list[Finding] = []
    used: set[Waiver] = set()
    for finding in found:
        ours = [one for one in waivers if _covers(one, finding, checks)] if finding.level is Level.ERROR else []
        used.update(ours)
        valid = next((one for one in ours if objection(one, today) is None), None)
        if valid is not None:
            until = f"waived until {valid.expires.isoformat()}, approved by {valid.approved_by}: {valid.reason}"
            told.append(replace(finding, code="QG-1768", level=Level.WARNING, message=f"{finding.message}; {until}"))
            continue
        told.append(finding)
        for one in ours:
            message = f"waiver does not hold: {one.incident}, {objection(one, today)}"
            refused = about(one.incident, "QG-1767", Level.ERROR, message, file, one.where)
            if refused not in told:
                told.append(refused)
    for one in waivers:
        if one not in used:
            message = f"stale waiver: {one.incident}, {one.check} needs none; delete it"
            told.append(about(one.incident, "QG-1769", Level.WARNING, message, file, one.where))
    return told


def _covers(waiver: Waiver, finding: Finding, checks: Mapping[str, str]) -> bool:
    """A waiver names the check of the case; of a case that is gone, nobody knows which that was."""
    check = checks.get(waiver.incident)
    return waiver.incident == finding.born_of and (not check or waiver.check == check)
