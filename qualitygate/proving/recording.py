"""Making a proof evidence: its file beside the incident's other evidence, and what the event log says of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qualitygate.incidents import durable
from qualitygate.incidents.events import EvidenceAdded, Line, Proved
from qualitygate.incidents.ledger import Entry, Ledger
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.postmortem import Evidence, Postmortem, Proof
from qualitygate.proofs import record as of
from qualitygate.proving.proof import Proven

FILE = "proof.json"
KIND = "proof"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a proof was written, and what became of the incident.

    Attributes:
        path: Of the proof, relative to the incident directory, with `/`.
        sha256: Digest of the file.
        record: The incident after it.
    """

    path: str
    sha256: str
    record: Postmortem


def record_proof(proven: Proven, ledger: Ledger, *, actor: str, at: datetime, recorded: datetime) -> Recorded:
    """Write `evidence/pm-…/proof.json`, and the events that make it evidence and the proof of the incident.

    An earlier proof is kept beside it, under a name with its digest. A proof whose bad files did not fail as they did
    returns the incident to the gathering of evidence.

    Raises:
        ConfigError: QG-1701, there is no such incident; QG-1702, its log cannot be read; QG-1412, not writable.
    """
    incident = proven.case.incident
    ledger.record(incident)  # an unknown incident gets no file
    folder = ledger.paths(incident).evidence
    target = folder / FILE
    content = of.to_json(proven.record)
    items = [_evidence(target, content, ledger.root)]
    with durable.reported(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if target.is_file() and (before := target.read_bytes()) != content:
            kept = folder / f"proof-{hashlib.sha256(before).hexdigest()[:12]}.json"
            durable.create_file(kept, before)
            items.insert(0, _evidence(kept, before, ledger.root))
        durable.replace_file(target, content)
    made = items[-1]
    assert made.path is not None
    proof = Proof(
        result=proven.record.result,
        at=rfc3339(at),
        path=made.path,
        sha256=made.sha256,
        check_id=proven.record.check,
        runs=proven.record.runs,
    )
    proved = Proved(proof=proof, reproduced=proven.record.reproduced, reason=proven.record.reason)

    def events(_: tuple[Line, ...]) -> tuple[Entry, ...]:
        return Entry(EvidenceAdded(items=tuple(items))), Entry(proved)

    after = ledger.extend(incident, events, actor=actor, at=at, recorded=recorded)
    return Recorded(made.path, made.sha256, after)


def _evidence(path: Path, content: bytes, root: Path) -> Evidence:
    digest = hashlib.sha256(content).hexdigest()
    return Evidence(kind=KIND, sha256=digest, bytes=len(content), path=path.relative_to(root).as_posix())
