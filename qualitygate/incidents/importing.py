"""Bringing an incident home: a stub from a CI run joins the incidents here, by its identity or by what failed.

The same incident (same first event): events that are not here are added, in their chain.
The same failure (same key) of an open incident here: the run is noted there, its evidence is kept with it.
Anything else: a new incident, under its id, or under a free one where another has that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable, views
from qualitygate.incidents.bundle import Bundle
from qualitygate.incidents.events import EvidenceAdded, Line, Noted, Signal
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Entry, Ledger
from qualitygate.incidents.log import defects, parse
from qualitygate.incidents.postmortem import Evidence, Postmortem, Section, from_json
from qualitygate.incidents.store import Store
from qualitygate.incidents.text import one_line


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one incident of a bundle: its id there, its id here, and what was done."""

    theirs: str
    ours: str
    what: Literal["new", "same", "continued", "joined by key", "renumbered"]


def bring_home(ledger: Ledger, bundle: Bundle, incident_id: str, *, actor: str, now: datetime) -> Imported:
    """Import one incident of a bundle. Doing it again changes nothing.

    Raises:
        ConfigError: QG-1702, its log is broken, or its record is none; QG-1709, a file of its evidence has another
            digest than the record says; QG-1412, not writable.
    """
    content = bundle.file(incident_id, ".events.jsonl")
    lines = _sound(incident_id, content) if content is not None else ()
    record = fold(lines) if lines else _stub(incident_id, bundle)
    files = _evidence(bundle, record)
    if ledger.log_exists(incident_id):
        here = ledger.record(incident_id)
        if record.uid is not None and here.uid == record.uid:
            grown = ledger.adopt(incident_id, lines)
            _store(ledger, files, record.id, record.id)
            return Imported(incident_id, incident_id, "continued" if grown else "same")
    earlier = _same_failure(ledger, record)
    if earlier is not None:
        added = _note(ledger, earlier, record, files, actor, now)
        return Imported(incident_id, earlier, "joined by key" if added else "same")
    if not ledger.log_exists(incident_id) and not ledger.paths(incident_id).json.exists():
        _store(ledger, files, record.id, record.id)
        if lines:
            ledger.adopt(incident_id, lines)
        else:
            ledger.open(replace(record, chain=None, uid=None), actor=actor, recorded=now)
        _keep_markdown(ledger, bundle, incident_id)
        return Imported(incident_id, incident_id, "new")
    return _renumbered(ledger, record, files, actor, now)


def _stub(incident_id: str, bundle: Bundle) -> Postmortem:
    """The record of an incident that was seeded by a version without event logs."""
    try:
        record = from_json(bundle.file(incident_id, ".json") or b"")
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"no postmortem: {' '.join(str(error).split())[:200]}",
            code="QG-1702",
            where=f"{incident_id}.json",
            hint="download the artifact again",
        ) from error
    if record.id != incident_id:
        raise ConfigError(
            f"says it is {record.id}", code="QG-1702", where=f"{incident_id}.json", hint="give it the name of its id"
        )
    return record


def _sound(incident_id: str, content: bytes) -> tuple[Line, ...]:
    log = parse(content)
    wrong = next(defects(incident_id, log), None)
    if wrong is not None or not log.lines:
        raise ConfigError(
            f"the event log is broken: {f'line {wrong.line} {wrong.text}' if wrong else 'it is empty'}",
            code="QG-1702",
            where=f"{incident_id}.events.jsonl",
            hint="download the artifact again",
        )
    return log.lines


def _evidence(bundle: Bundle, record: Postmortem) -> dict[str, tuple[Evidence, bytes]]:
    """Evidence of a record that the bundle holds, each with the digest that the record says; never a path outside."""
    found = {}
    prefix = f"evidence/{record.id.lower()}/"
    for item in record.evidence:
        if item.path is None or not item.path.startswith(prefix) or ".." in PurePosixPath(item.path).parts:
            continue
        content = bundle.files.get(item.path)
        if content is None:
            continue
        if hashlib.sha256(content).hexdigest() != item.sha256:
            raise ConfigError(
                "has another digest than its record says", code="QG-1709", where=item.path, hint="download it again"
            )
        found[item.path] = (item, content)
    return found


def _same_failure(ledger: Ledger, record: Postmortem) -> str | None:
    if record.key is None or not record.state.is_open:
        return None
    found = Store(ledger.root).find_open(record.key).ref
    return found.id if found is not None and ledger.log_exists(found.id) else None


def _note(
    ledger: Ledger,
    here: str,
    record: Postmortem,
    files: dict[str, tuple[Evidence, bytes]],
    actor: str,
    now: datetime,
) -> bool:
    """Note in an incident here that its failure was met again, with the evidence of that run beside its own."""
    once = f"bundle/{record.uid or hashlib.sha256(repr(record).encode()).hexdigest()[:32]}"
    folder = f"evidence/{here.lower()}/{record.id.lower()}" if record.id != here else f"evidence/{here.lower()}"
    moved: list[tuple[Evidence, bytes]] = []
    for path, (item, content) in files.items():
        target = f"{folder}/{once[-8:]}-{PurePosixPath(path).name}"
        moved.append((replace(item, path=target), content))
    run = f", {record.ci_run}" if record.ci_run else ""
    text = f"The same failure was met again as {record.id}{run}: {one_line(record.title or record.impact.summary)}"
    written = False

    def decide(lines: tuple[Line, ...]) -> Sequence[Entry]:
        nonlocal written
        known = {event.data.alert for line in lines if isinstance((event := line.event).data, Signal)}
        if once in known:
            return ()
        for item, content in moved:
            assert item.path is not None
            durable.create_file(ledger.root / item.path, content)
        written = True
        signal = Entry(Signal(status="firing", alert=once, key=record.key))
        evidence = [Entry(EvidenceAdded(items=tuple(item for item, _ in moved)))] if moved else []
        return (signal, Entry(Noted(text=text)), *evidence)

    ledger.extend(here, decide, actor=actor, at=now, recorded=now)
    return written


def _renumbered(
    ledger: Ledger, record: Postmortem, files: dict[str, tuple[Evidence, bytes]], actor: str, now: datetime
) -> Imported:
    """Another incident has the id: this one gets a free one, and says which it had."""
    for known in ledger.records().records:
        if any(section.text == _origin(record) for section in known.sections):
            return Imported(record.id, known.id, "same")
    new = ledger.free_id(now.date().fromisoformat(record.id[3:13]))
    moved = []
    for item in record.evidence:
        path = item.path
        if path is not None and path in files:
            path = f"evidence/{new.lower()}/{path.split('/', 2)[2]}"
            durable.create_file(ledger.root / path, files[item.path or ""][1])
        moved.append(replace(item, path=path))
    origin = Section(after="lessons", text=_origin(record))
    made = replace(record, id=new, uid=None, chain=None, evidence=tuple(moved), sections=(*record.sections, origin))
    ledger.open(made, actor=actor, recorded=now)
    return Imported(record.id, new, "renumbered")


def _origin(record: Postmortem) -> str:
    return f"## Imported\n\nThis was {record.id} ({record.uid or 'without an event log'}) where it was opened."


def _store(ledger: Ledger, files: dict[str, tuple[Evidence, bytes]], theirs: str, ours: str) -> None:
    for path, (_, content) in files.items():
        durable.create_file(ledger.root / path.replace(theirs.lower(), ours.lower(), 1), content)


def _keep_markdown(ledger: Ledger, bundle: Bundle, incident_id: str) -> None:
    """The Markdown of the bundle, if somebody edited it there: what the log says is written already."""
    theirs = bundle.file(incident_id, ".md")
    path: Path = ledger.paths(incident_id).markdown
    if theirs is not None and theirs != views.read(path):
        durable.replace_file(path, theirs)
