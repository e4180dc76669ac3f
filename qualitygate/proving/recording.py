"""Making a proof evidence: its file beside the incident's other evidence, and what the event log says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import structs

from qualitygate.core.incident import IncidentState
from qualitygate.incidents import durable
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import EvidenceAdded, Proved
from qualitygate.incidents.facts import Evidence, Proof
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import canonical
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.proofs import record as of
from qualitygate.proofs.reasons import short_reason
from qualitygate.proving.proof import Proven
from qualitygate.proving.suits import check_suits

FILE = "proof.json"
KIND = "proof"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a proof was written, and what became of the incident.

    Attributes:
        path: Of the proof, relative to the incident directory, with `/`.
        sha256: Digest of the file.
        record: The incident after it.
        before: Its state before it.
        again: Whether it failed as the last one did, so that nothing new happened to the incident.
        written: Whether a file was written; else `path` is that of the last one, which says the same.
    """

    path: str
    sha256: str
    record: Postmortem
    before: IncidentState
    again: bool = False
    written: bool = True


def record_proof(proven: Proven, ledger: Ledger, *, actor: str, at: datetime, recorded: datetime) -> Recorded:
    """Write `evidence/pm-…/proof.json`, and the events that make it evidence and the proof of the incident.

    An earlier proof is kept beside it, under a name with its digest. A proof whose bad files did not fail as they did
    (`ProofRecord.reproduced`) returns the incident to the gathering of evidence. One that fails as the last one did is
    told once: if it judged something else it becomes evidence under such a name, else nothing is written.

    Raises:
        ConfigError: QG-1701, there is no such incident; QG-1760, its case is too weak for it; QG-1702, its log cannot
            be read; QG-1412, not writable.
    """
    incident = proven.case.incident
    before = ledger.record(incident)  # an unknown incident gets no file
    check_suits(proven.case, before)
    folder, content = ledger.paths(incident).evidence, of.to_json(proven.record)
    reason = short_reason(proven.outcomes, before.lang, by_control=proven.case.control is not None)
    outcome: list[Recorded] = []

    def events(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
        """Under the lock, so that two provers see each other's proofs."""
        lines = canonical(lines)
        record = fold(lines)
        again = _as_before(lines, record, proven.record, reason)
        if again and record.proof is not None and _alike(ledger.root / record.proof.path, proven.record):
            outcome.append(Recorded(record.proof.path, record.proof.sha256, record, record.state, True, False))
            return ()
        items = _kept(folder, content, ledger.root) if again else _written(folder, content, ledger.root)
        made = items[-1]
        outcome.append(Recorded(made.path or "", made.sha256, record, record.state, again))
        if again:
            return (Entry(EvidenceAdded(items=tuple(items))),)
        proof = Proof(
            result=proven.record.result,
            at=rfc3339(at),
            path=made.path or "",
            sha256=made.sha256,
            check_id=proven.record.check,
            runs=proven.record.runs,
        )
        proved = Proved(proof=proof, reproduced=proven.record.reproduced, reason=reason or proven.record.reason)
        return Entry(EvidenceAdded(items=tuple(items))), Entry(proved)

    after = ledger.extend(incident, events, actor=actor, at=at, recorded=recorded)
    return replace(outcome[-1], record=after)


def _as_before(lines: Sequence[Line], record: Postmortem, proof: of.ProofRecord, reason: str | None) -> bool:
    """Whether the last proof failed in the same way, and nothing has brought the incident on since then."""
    position = next((n for n in reversed(range(len(lines))) if isinstance(lines[n].event.data, Proved)), None)
    if position is None or proof.result == "passed":
        return False
    last = lines[position].event.data
    assert isinstance(last, Proved)
    told = (last.proof.result, last.reproduced, last.reason, last.proof.check_id)
    if told != ("failed", proof.reproduced, reason, proof.check) or record.proof != last.proof:
        return False
    return fold(lines[: position + 1]).state is record.state


def _alike(path: Path, proof: of.ProofRecord) -> bool:
    """Whether a proof that was written says the same, but for when it was run and how long it took."""
    try:
        return _timeless(of.from_json(path.read_bytes())) == _timeless(proof)
    except (OSError, msgspec.DecodeError):
        return False


def _timeless(proof: of.ProofRecord) -> of.ProofRecord:
    cells = tuple(
        structs.replace(cell, runs=tuple(structs.replace(run, seconds=0.0) for run in cell.runs))
        for cell in proof.cells
    )
    return structs.replace(proof, started="", cells=cells)


def _written(folder: Path, content: bytes, root: Path) -> list[Evidence]:
    """The proof written, as the last of what is evidence from now on; an earlier one is kept."""
    target = folder / FILE
    items = [_evidence(target, content, root)]
    with durable.reported(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if target.is_file() and (before := target.read_bytes()) != content:
            items = [*_kept(folder, before, root), *items]
        durable.replace_file(target, content)
    return items


def _kept(folder: Path, content: bytes, root: Path) -> list[Evidence]:
    """A proof under a name with its digest."""
    path = folder / f"proof-{hashlib.sha256(content).hexdigest()[:12]}.json"
    with durable.reported(folder):
        folder.mkdir(parents=True, exist_ok=True)
        durable.create_file(path, content)
    return [_evidence(path, content, root)]


def _evidence(path: Path, content: bytes, root: Path) -> Evidence:
    digest = hashlib.sha256(content).hexdigest()
    return Evidence(kind=KIND, sha256=digest, bytes=len(content), path=path.relative_to(root).as_posix())
