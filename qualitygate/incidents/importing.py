"""Bringing an incident home: a stub from a CI run joins the incidents here, by its identity or by what failed.

The same incident (same first event): events that are not here are added, in their chain.
The same failure (same key) of an open incident here: the run is noted there, its evidence is kept with it.
Anything else: a new incident, under its id, or under a free one where another has that.
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
from qualitygate.incidents.events import EvidenceAdded, Line, Noted, Opened, Signal
from qualitygate.incidents.ledger import Entry, Ledger
from qualitygate.incidents.postmortem import Evidence, Postmortem, Section
from qualitygate.incidents.store import Store
from qualitygate.incidents.text import one_line


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
        _store(ledger, arrival.files)
        grown = bool(arrival.lines) and ledger.adopt(name, arrival.lines)
        return Imported(name, name, "continued" if grown else "same")
    earlier = _same_failure(ledger, record)
    if earlier is not None:
        added = _note(ledger, earlier, arrival, actor, at, now)
        return Imported(name, earlier, "joined by key" if added else "same")
    paths = ledger.paths(name)
    if any(path.exists() for path in (paths.events, paths.json, paths.markdown)):
        return renumbered(ledger, arrival, actor, now)
    _store(ledger, arrival.files)
    if arrival.lines:
        ledger.adopt(name, arrival.lines)
    elif ledger.open(arrival.bare, actor=actor, recorded=now) is None:
        return renumbered(ledger, arrival, actor, now)  # another writer has taken the id meanwhile
    if arrival.markdown is not None and arrival.markdown != views.read(paths.markdown):
        durable.replace_file(paths.markdown, arrival.markdown)  # what the log says is written already; this was edited
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
    moved = {f"{folder}/{path.split('/', 2)[2]}": found for path, found in arrival.files.items()}
    run = f", {record.ci_run}" if record.ci_run else ""
    text = f"The same failure was met again as {record.id}{run}: {one_line(record.title or record.impact.summary)}"
    written = False

    def decide(lines: tuple[Line, ...]) -> Sequence[Entry]:
        nonlocal written
        known = {event.data.alert for line in lines if isinstance((event := line.event).data, Signal)}
        if once in known:
            return ()
        _store(ledger, moved)
        written = True
        signal = Entry(Signal(status="firing", alert=once, key=record.key))
        items = tuple(replace(item, path=path) for path, (item, _) in moved.items())
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
    new = ledger.free_id(date.fromisoformat(record.id[3:13]), _numbers(arrival.identity))
    kept = {path: f"evidence/{new.lower()}/{path.split('/', 2)[2]}" for path in arrival.files}
    moved = {kept[path]: found for path, found in arrival.files.items()}
    if arrival.log is not None:
        path = f"evidence/{new.lower()}/{record.id}.events.jsonl"
        digest = hashlib.sha256(arrival.log).hexdigest()
        moved[path] = (Evidence(kind="event_log", path=path, sha256=digest, bytes=len(arrival.log)), arrival.log)
    _store(ledger, moved)
    lost = [item for item in record.evidence if item.path not in kept]
    evidence = (*lost, *(replace(item, path=path) for path, (item, _) in moved.items()))
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


def _store(ledger: Ledger, files: dict[str, tuple[Evidence, bytes]]) -> None:
    """Write evidence where it is not yet; nothing of it where another file stands in the way of a piece."""
    for path, (item, _) in files.items():
        there = views.read(ledger.root / path)
        if there is not None and hashlib.sha256(there).hexdigest() != item.sha256:
            raise ConfigError(
                "another file stands where a piece of evidence belongs",
                code="QG-1709",
                where=path,
                hint="move it away, or restore it from git",
            )
    for path, (_, content) in files.items():
        durable.create_file(ledger.root / path, content)
