"""Cases that a change deleted or made easier, held against the merge base and against what was proved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import msgspec

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.ledger import Ledger
from qualitygate.proofs.case import FILE, FOLDER, Case, Check
from qualitygate.proofs.cells import Cell, outcome
from qualitygate.proofs.finding import about
from qualitygate.proofs.record import from_json
from qualitygate.proving import replaying
from qualitygate.proving.account import case_files
from qualitygate.proving.before import Before
from qualitygate.proving.case_file import read_case
from qualitygate.proving.commands import NO_COMMANDS
from qualitygate.proving.replaying import Replay

_EXCUSED = (IncidentState.MERGED, IncidentState.FALSE_POSITIVE)


def file_of(incident: str) -> str:
    """The case of an incident, relative to the repository."""
    return f"{FOLDER}/{incident}/{FILE}"


def as_it_was(case: Case, past: Before, how: Replay) -> list[Finding]:
    """What a case showed at the merge base, and was caught there, must be caught all the same.

    Else one change could lower both bars: loosen a threshold, and make the bad file worse.

    Args:
        case: A case that was changed.
        past: How things stood.
        how: How cases are replayed here.
    """
    at = f"{past.commit.revision} ({past.commit.short})"
    try:
        old = read_case(past.root / FOLDER / case.incident / FILE)
        before = replaying.replay(old, replace(how, root=past.root, top=how.root, commands=NO_COMMANDS))
    except ConfigError:
        return []  # it was of no use there
    told = []
    for was, cell in zip(before, replaying.cells_of(old), strict=True):
        seen = _again(old, cell, how, case.check)
        if was.holds and seen is not None:
            must = f"fail with {old.check_id}" if cell.fails else "pass"
            told.append(f"as it was at {at} its {cell.part} file {seen}; it must {must}")
    file = file_of(case.incident)
    return [about(case.incident, "QG-1765", Level.ERROR, f"case changed: {case.incident}, {one}", file) for one in told]


def _again(case: Case, cell: Cell, how: Replay, renamed: Check | None) -> str | None:
    """What a part of a case does by the thresholds of now; None where it does as it must.

    Args:
        case: As it was.
        cell: The part.
        how: How it is replayed here.
        renamed: What the case names now. The same check of a profile or set that has another name now will do.
    """
    how = replace(how, commands=NO_COMMANDS)
    try:
        found = outcome(cell, [how.observe(case, cell)], case.check_id)
    except ConfigError as error:
        if renamed is not None and case.check is not None and renamed.id == case.check.id and renamed != case.check:
            return (
                f"cannot be replayed: {error.message}"
                if _again(replace(case, check=renamed), cell, how, None)
                else None
            )
        return f"cannot be replayed: {error.message}"
    return None if found.holds else found.why


def since_its_proof(case: Case, ledger: Ledger) -> list[Finding]:
    """A note where a case is another than the one that was proved."""
    try:
        proof = ledger.record(case.incident).proof
        proved = from_json((ledger.root / proof.path).read_bytes()).case if proof is not None else None
    except (ConfigError, OSError, msgspec.DecodeError):
        return []  # `incident verify` says what is wrong with evidence
    if proved is None or proved == case_files(case.directory):
        return []
    message = f"case changed since it was proved: {case.incident}; run `qualitygate prove {case.incident}` again"
    return [about(case.incident, "QG-1765", Level.WARNING, message, file_of(case.incident))]


def lost(ledger: Ledger, ids: Collection[str]) -> list[Finding]:
    """Incidents that were proved by a case that is no longer there: nobody would see them come back.

    Args:
        ledger: The incidents and their proofs.
        ids: Incidents that have a case, or of which it is said already that they have none.
    """
    found = []
    for record in ledger.records().records:
        proof = record.proof
        counts = proof is not None and (proof.result == "passed" or record.state is IncidentState.CLOSED)
        if not counts or record.id in ids or record.state in _EXCUSED:
            continue
        assert proof is not None
        closed = "closed" if record.state is IncidentState.CLOSED else "proved"
        message = f"case gone: {record.id} is {closed} by {proof.path}, and the case that showed it is not there"
        found.append(about(record.id, "QG-1765", Level.ERROR, message, file_of(record.id)))
    return found


def excused(ledger: Ledger, incident: str) -> bool:
    """Whether an incident needs no case any more: it was none, or goes on in another one."""
    try:
        return ledger.record(incident).state in _EXCUSED
    except ConfigError:
        return False


def gone(past: Before | None, ids: Collection[str], ledger: Ledger) -> list[Finding]:
    """Cases of the merge base that are no longer there, but for those of incidents that were none."""
    found = []
    for incident in past.cases if past is not None else ():
        if incident not in ids and not excused(ledger, incident):
            assert past is not None
            message = f"case deleted: {incident}, which {past.commit.revision} ({past.commit.short}) has"
            found.append(about(incident, "QG-1765", Level.ERROR, message, file_of(incident)))
    return found
