"""Bringing an incident home: a stub from a CI run joins the incidents here, by its identity or by what failed.

The same incident (same first event): events that are not here are added, in their chain.
The same failure (same key) of an open incident here: the run is noted there, its evidence is kept with it.
Anything else: a new incident, under its id, or under a free one where another has that.

Where nothing may leak, of the evidence only digests come home: that is decided by the incident as it is here and now,
which may have become S0 after the run that packed the bundle.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable, views
from qualitygate.incidents.arrival import Arrival
from qualitygate.incidents.collecting.withholding import bare, to_remove
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import EvidenceAdded, Noted, Opened, Signal
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.fold import fold
from qualitygate.incidents.free_ids import free_id
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.locking import locked
from qualitygate.incidents.narrative import Section
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.store import Store
from qualitygate.incidents.text import one_line

Piece = tuple[Evidence, bytes]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one incident of a bundle: its id there, its id here, and what was done."""

    theirs: str
    ours: str
    what: Literal["new", "same", "continued", "joined by key", "renumbered"]


def bring_home(ledger: Ledger, arrival: Arrival, *, actor: str, at: datetime, now: datetime) -> Imported:
    """Import one incident of a bundle. Doing it again changes nothing.

    Args:
        at: When it came here.
        now: When that is written down.

    Raises:
        ConfigError: QG-1702, the log of the same incident here cannot be read; QG-1709, another file stands where a
            piece of its evidence belongs; QG-1412, not writable.
    """
    record, name = arrival.record, arrival.record.id
    if _is_here(ledger, arrival):
        _check(ledger, _allowed(arrival, ledger.record(name)))
        grown = bool(arrival.lines) and ledger.adopt(name, arrival.lines)
        _keep(ledger, arrival)
        if grown:
            _record_digests(ledger, arrival, actor, at, now)
        return Imported(name, name, "continued" if grown else "same")
    earlier = _same_failure(ledger, record)
    if earlier is not None:
        added = _note(ledger, earlier, arrival, actor, at, now)
        return Imported(name, earlier, "joined by key" if added else "same")
    paths = ledger.paths(name)
    if any(path.exists() for path in (paths.events, paths.json, paths.markdown)):
        return renumbered(ledger, arrival, actor, now)
    _check(ledger, _allowed(arrival, record))
    if arrival.lines:
        ledger.adopt(name, arrival.lines)
    elif ledger.open(arrival.bare, actor=actor, recorded=now) is None:
        return renumbered(ledger, arrival, actor, now)  # another writer has taken the id meanwhile
    _keep(ledger, arrival)
    if arrival.markdown is not None and arrival.markdown != views.read(paths.markdown):
        durable.replace_file(paths.markdown, arrival.markdown)  # what the log says is written already; this was edited
    _record_digests(ledger, arrival, actor, at, now)
    return Imported(name, name, "new")


def _is_here(ledger: Ledger, arrival: Arrival) -> bool:
    name = arrival.record.id
    if not ledger.log_exists(name):
        return False
    if arrival.record.uid is not None:
        return ledger.record(name).uid == arrival.record.uid
    first = ledger.lines(name)[0].event.data
    return isinstance(first, Opened) and first.record == arrival.bare


def _same_failure(ledger: Ledger, record: Postmortem) -> str | None:
    if record.key is None or not record.state.is_open:
        return None
    found = Store(ledger.root).find_open(record.key).ref
    return found.id if found is not None and ledger.log_exists(found.id) else None


def _note(ledger: Ledger, here: str, arrival: Arrival, actor: str, at: datetime, now: datetime) -> bool:
    """Note in an incident here that its failure was met again, with the evidence of that run beside its own."""
    record, once = arrival.record, f"bundle/{arrival.identity}"
    folder = f"evidence/{here.lower()}/{record.id.lower()}-{arrival.identity[-8:]}"
    run = f", {record.ci_run}" if record.ci_run else ""
    text = f"The same failure was met again as {record.id}{run}: {one_line(record.title or record.impact.summary)}"
    written = False

    def decide(lines: tuple[Line, ...]) -> Sequence[Entry]:
        nonlocal written
        known = {event.data.alert for line in lines if isinstance((event := line.event).data, Signal)}
        if once in known:
            return ()
        moved = _moved(arrival, folder, fold(lines), record)
        _check(ledger, moved)
        _write(ledger, moved)
        written = True
        signal = Entry(Signal(status="firing", alert=once, key=record.key))
        items = tuple(item for item, _ in moved)
        return (signal, Entry(Noted(text=text)), *([Entry(EvidenceAdded(items=items))] if items else []))

    ledger.extend(here, decide, actor=actor, at=at, recorded=now)
    return written


def renumbered(ledger: Ledger, arrival: Arrival, actor: str, now: datetime) -> Imported:
    """Another incident has the id: this one gets a free one, says which it had, and keeps its log as evidence."""
    record = arrival.record
    origin = f"## Imported\n\nThis was {record.id} ({arrival.identity}) where it was opened."
    for known in ledger.records().records:
        if any(section.text == origin for section in known.sections):
            return Imported(record.id, known.id, "same")
    new = free_id(ledger.root, date.fromisoformat(record.id[3:13]), _numbers(arrival.identity))
    moved = _moved(arrival, f"evidence/{new.lower()}", record)
    if arrival.log is not None:
        path = f"evidence/{new.lower()}/{record.id}.events.jsonl"
        digest = hashlib.sha256(arrival.log).hexdigest()
        moved.append((Evidence(kind="event_log", path=path, sha256=digest, bytes=len(arrival.log)), arrival.log))
    _check(ledger, moved)
    _write(ledger, moved)
    lost = [bare(item, record, record) for item in record.evidence if item.path not in arrival.files]
    evidence = (*lost, *(item for item, _ in moved))
    sections = (*record.sections, Section(after="lessons", text=origin))
    # A proof names the case of the id it was made for.
    made = replace(arrival.bare, id=new, evidence=evidence, sections=sections, proof=None)
    if ledger.open(made, actor=actor, recorded=now) is None:
        raise ConfigError("no free incident id was found", code="QG-1412", where=new, hint="run it again")
    return Imported(record.id, new, "renumbered")


def _numbers(identity: str) -> Callable[[int], int]:
    """Numbers that follow from who an incident is, so that it gets the same new id wherever it arrives."""
    count = itertools.count()
    return lambda limit: int.from_bytes(hashlib.sha256(f"{identity}/{next(count)}".encode()).digest()) % limit


def _moved(arrival: Arrival, folder: str, *whose: Postmortem) -> list[Piece]:
    """The evidence of an arrival as it is kept in another folder, each piece as these incidents allow it."""
    return [
        (bare(replace(item, path=f"{folder}/{path.split('/', 2)[2]}"), arrival.record, *whose), content)
        for path, (item, content) in arrival.files.items()
    ]


def _allowed(arrival: Arrival, here: Postmortem) -> list[Piece]:
    """The evidence of an arrival under its own paths, each piece as the incident allows it that it is of."""
    return [(bare(item, arrival.record, here), content) for item, content in arrival.files.values()]


def _keep(ledger: Ledger, arrival: Arrival) -> None:
    """Write the evidence of an incident that is here, as it allows it now: nobody escalates it meanwhile."""
    folder = ledger.paths(arrival.record.id).folder
    with durable.reported(folder), locked(folder):
        _write(ledger, _allowed(arrival, ledger.record(arrival.record.id)))


def _record_digests(ledger: Ledger, arrival: Arrival, actor: str, at: datetime, now: datetime) -> None:
    """Record digests in place of the files that an arrival speaks of and that must not be here."""
    name = arrival.record.id
    theirs = {item.path for item in arrival.record.evidence}

    def digests(record: Postmortem) -> tuple[Evidence, ...]:
        gone = [item for item in to_remove(record) if item.path in theirs and not _is_there(ledger, item)]
        return tuple(bare(item, arrival.record, record) for item in gone)

    def decide(lines: tuple[Line, ...]) -> Sequence[Entry]:
        items = digests(fold(lines))
        return (Entry(EvidenceAdded(items=items)),) if items else ()

    if digests(ledger.record(name)):  # else nothing is written: not even that two branches are joined
        ledger.extend(name, decide, actor=actor, at=at, recorded=now)


def _is_there(ledger: Ledger, item: Evidence) -> bool:
    return item.path is not None and views.read(ledger.root / item.path) is not None


def _check(ledger: Ledger, pieces: Sequence[Piece]) -> None:
    """Refuse to write any of it where another file stands in the way of a piece."""
    for item, _ in pieces:
        there = views.read(ledger.root / item.path) if item.path else None
        if there is not None and hashlib.sha256(there).hexdigest() != item.sha256:
            raise ConfigError(
                "another file stands where a piece of evidence belongs",
                code="QG-1709",
                where=item.path,
                hint="move it away, or restore it from git",
            )


def _write(ledger: Ledger, pieces: Sequence[Piece]) -> None:
    """Write evidence where it is not yet; never what is only a digest."""
    for item, content in pieces:
        if item.path:
            durable.create_file(ledger.root / item.path, content)
