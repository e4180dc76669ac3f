"""The files of one postmortem brought together: what `sync` and `translate` do, and what `sync --check` would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qualitygate import clock
from qualitygate.cli.postmortem_files import read, shown, text_of
from qualitygate.core.errors import ConfigError
from qualitygate.incidents import adopting, durable
from qualitygate.incidents.document import Document, content_digest, document_of, with_document
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Edited
from qualitygate.incidents.fold import fold
from qualitygate.incidents.following import completed, stated
from qualitygate.incidents.joining import joined_document, resolved_document
from qualitygate.incidents.json_edits import read_edited
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.markdown import normalised, parse
from qualitygate.incidents.paths import Paths
from qualitygate.incidents.postmortem import Postmortem, to_json
from qualitygate.incidents.sync import Merge, merge
from qualitygate.incidents.views import settled


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sync did to one incident, or would do.

    Attributes:
        created: Whether its event log began with this.
        changed: What of the text changed, as the record names it.
        source: Where that was edited; None if nothing was.
        written: The files that were brought up to date.
        notes: What a person has to know.
    """

    id: str
    created: bool
    changed: tuple[str, ...]
    source: str | None
    written: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def in_step(self) -> bool:
        """Whether there was nothing to do."""
        return not self.created and not self.changed and not self.written


def synced(ledger: Ledger, incident_id: str, *, actor: str, at: datetime | None) -> Outcome:
    """Bring the files of one incident together.

    Raises:
        ConfigError: QG-1701, it has no file; what `sync.merge` raises, then nothing was written.
    """
    now = clock.now()
    paths = ledger.paths(incident_id)
    first = _contents(paths)
    created = not paths.events.exists()
    adopted = created and first[1] is not None
    if created:
        record, following = _beginning(ledger, incident_id)
        # Where somebody was quicker, their log is as good.
        completed_text = _completed(first[0], record) if adopted else None
        ledger.open(record, actor=actor, recorded=now, following=following)
        if completed_text is not None and read(paths.markdown) == first[0]:
            durable.replace_file(paths.markdown, completed_text)
    before = ledger.record(incident_id)
    seen, merges = [first], list[Merge]()

    def decide(lines: tuple[Line, ...]) -> Sequence[Entry]:
        seen[:] = [_contents(paths)]
        json = None if adopted else seen[0][1]
        merges[:] = [merge(lines, text_of(seen[0][0]), json, where=_names(paths))]
        found = merges[0]
        return (Entry(Edited(document=found.document, source=found.source)),) if found.source else ()

    def resolve(lines: tuple[Line, ...]) -> Document:
        text = text_of(_contents(paths)[0])
        if text is None:
            joined_document(incident_id, lines)  # says what they contradict each other in
        record = fold(lines)
        parse(text or "", where=_names(paths)[0])
        return resolved_document(lines, stated(text or "", record))

    ledger.extend(incident_id, decide, actor=actor, at=at or now, recorded=now, resolve=resolve)
    after = ledger.settle(incident_id, seen[0])
    return _outcome(before, after, created, merges[0], _changed(paths, first, _contents(paths)))


def checked(ledger: Ledger, incident_id: str) -> Outcome:
    """What a sync would do, with nothing written. Raises what `synced` raises."""
    paths = ledger.paths(incident_id)
    now = _contents(paths)
    if not paths.events.exists():
        record, following = _beginning(ledger, incident_id)
        for entry in following:
            if isinstance(entry.data, Edited):
                record = with_document(record, entry.data.document)
        return Outcome(incident_id, True, (), None, _changed(paths, now, (settled(now[0], record), b"")), ())
    lines = ledger.lines(incident_id)
    before = fold(lines)
    found = merge(lines, text_of(now[0]), now[1], where=_names(paths))
    after = with_document(before, found.document) if found.source else before
    made = (settled(now[0], after), to_json(after))
    return _outcome(before, after, False, found, _changed(paths, now, made))


def _completed(markdown: bytes | None, record: Postmortem) -> bytes | None:
    return None if markdown is None else completed(text_of(markdown) or "", record).encode()


def _contents(paths: Paths) -> tuple[bytes | None, bytes | None]:
    return read(paths.markdown), read(paths.json)


def _names(paths: Paths) -> tuple[str, str]:
    return shown(paths.markdown), shown(paths.json)


def _changed(
    paths: Paths, before: tuple[bytes | None, bytes | None], after: tuple[bytes | None, bytes | None]
) -> tuple[str, ...]:
    return tuple(name for name, was, now in zip(_names(paths), before, after, strict=True) if was != now)


def _outcome(before: Postmortem, after: Postmortem, created: bool, found: Merge, written: tuple[str, ...]) -> Outcome:
    notes = list(found.notes)
    old, new = normalised(document_of(before)), normalised(document_of(after))
    if after.approvals and content_digest(old) != content_digest(new):
        notes.append("the approval covers the text as it was: have it approved again")
    return Outcome(after.id, created, tuple(_changes(old, new)), found.source, written, tuple(notes))


def _changes(old: Document, new: Document) -> list[str]:
    """What differs, as the record names it."""
    found = []
    for name in old.__struct_fields__:
        was, now = getattr(old, name), getattr(new, name)
        if name == "rca" and was != now:
            found += [f"rca.{one}" for one in was.__struct_fields__ if getattr(was, one) != getattr(now, one)]
        elif was != now:
            found.append(name)
    return found


def _beginning(ledger: Ledger, incident_id: str) -> tuple[Postmortem, tuple[Entry, ...]]:
    """The record an incident without event log begins with.

    Raises:
        ConfigError: QG-1701, it has no file either; QG-1758, the file is of another incident.
    """
    paths = ledger.paths(incident_id)
    json, markdown = read(paths.json), text_of(read(paths.markdown))
    if json is not None:
        record = read_edited(json, where=shown(paths.json))
        if record.id != incident_id:
            raise _another(record.id, incident_id, f"{shown(paths.json)}: $.id")
        return adopting.from_json(record, where=shown(paths.json))
    if markdown is None:
        hint = f"write one with `qualitygate postmortem new {incident_id}`, or see `qualitygate incident list`"
        raise ConfigError(f"there is no incident {incident_id}", code="QG-1701", where=str(ledger.root), hint=hint)
    parsed = parse(markdown, where=shown(paths.markdown))
    if parsed.document.id != incident_id:
        raise _another(parsed.document.id, incident_id, f"{shown(paths.markdown)}:{parsed.lines['id']}")
    return adopting.from_markdown(parsed)


def _another(found: str, wanted: str, where: str) -> ConfigError:
    hint = "an id never changes; name the file after the incident it is of"
    return ConfigError(f"this is of {found}, the file's name says {wanted}", code="QG-1758", where=where, hint=hint)
