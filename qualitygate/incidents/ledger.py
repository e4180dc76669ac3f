"""The ledger: every incident of a repository, read from its event log, and the only place where events are written.

run/_/postmortems/PM-….events.jsonl    what happened; an incident exists once this file does
run/_/postmortems/PM-….json            the record, folded from it
run/_/postmortems/PM-….md              what a person reads and edits
run/_/postmortems/reports.csv          a row for each incident
evidence/pm-…/                         what shows how it happened

An event is acknowledged when it is on the disk: the log is written whole beside itself, flushed and renamed, under a
lock that ends with its holder. The other files are made from the log, and again if a writer was killed before them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable, views
from qualitygate.incidents.archive import Archive, folded, whole
from qualitygate.incidents.document import Document
from qualitygate.incidents.entries import Entry, Writer, readable
from qualitygate.incidents.events import Joined, Opened, Payload
from qualitygate.incidents.fold import fold
from qualitygate.incidents.joining import agreed_document
from qualitygate.incidents.line import Line, digest
from qualitygate.incidents.locking import locked
from qualitygate.incidents.log import canonical, heads, order, parse, to_bytes, upto
from qualitygate.incidents.markdown import render
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.paths import postmortems
from qualitygate.incidents.postmortem import Postmortem, to_json


@dataclass(frozen=True, slots=True)
class Ledger(Archive):
    """The incidents below one directory, for reading and writing.

    Attributes:
        root: The incident directory, which holds `run/` and `evidence/`. It need not exist to be read.
        new_uid: Gives 32 hexadecimal digits, never the same twice.
    """

    new_uid: Callable[[], str] = lambda: secrets.token_hex(16)

    def open(
        self,
        record: Postmortem,
        *,
        actor: str,
        recorded: datetime,
        alert: str | None = None,
        following: Sequence[Entry] = (),
    ) -> Postmortem | None:
        """Open an incident under the id in its record, unless the id is taken.

        Args:
            record: All that is known, `chain` and `uid` aside.
            actor: Who or what found it.
            recorded: The time it is written down, with a time zone.
            alert: Idempotency key of the alert it came from.
            following: Events that are written with the opening, at the time of detection.

        Returns:
            The record, None if the id is taken; then nothing was written.

        Raises:
            ConfigError: QG-1412, not writable; QG-1705, there was an incident of this id, and its log is gone.
        """
        paths = self.paths(record.id)
        if not paths.events.exists():
            try:
                views.check_witnesses(self.root, record.id, ())
            except ConfigError:
                if not paths.events.exists():  # else somebody opened it since: a log is there before what speaks of it
                    raise
        writer = Writer(record.id, actor, recorded, self.new_uid)
        lines: list[Line] = []
        for entry in (Entry(Opened(record=record, alert=alert)), *following):
            lines.append(writer.line(lines, entry, record.times.detected))
        with durable.reported(self.root):
            views.prepare(paths.folder)
            if not durable.create_file(paths.events, readable(paths, to_bytes(lines))):
                return None
            with locked(paths.folder):
                # Somebody who saw the log before its other files were made may have written on already.
                self._make_views(self.record(record.id), None)
        return fold(lines)

    def append(self, incident_id: str, data: Payload, *, actor: str, at: datetime, recorded: datetime) -> Postmortem:
        """Write one event; see `extend`."""
        return self.extend(incident_id, lambda _: (Entry(data),), actor=actor, at=at, recorded=recorded)

    def extend(
        self,
        incident_id: str,
        decide: Callable[[tuple[Line, ...]], Sequence[Entry]],
        *,
        actor: str,
        at: datetime,
        recorded: datetime,
        resolve: Callable[[tuple[Line, ...]], Document] | None = None,
    ) -> Postmortem:
        """Write what follows from the state an incident is in. All of it is on the disk when this returns, or none.

        Branches that both wrote are joined on the way. Where their texts contradict each other, what happens is written
        behind one of them, and they stay apart until somebody resolves it.

        Args:
            decide: Called under the lock with the events there are; returns those to write, none for nothing. What it
                raises ends the call, and nothing is written.
            actor: Who did it.
            at: When it happened.
            recorded: When it is written down.
            resolve: Gives the text that holds where branches contradict each other.

        Raises:
            ConfigError: QG-1701, no such incident; QG-1702, its log cannot be read; QG-1412, not writable; QG-1705, the
                log was cut off or rewritten; QG-1722, two incidents were given its id.
        """
        paths = self.paths(incident_id)
        self.content(incident_id)
        with durable.reported(paths.folder), locked(paths.folder):
            content = self.content(incident_id)
            before = whole(incident_id, parse(content), paths)
            views.check_witnesses(self.root, incident_id, before)
            writer = Writer(incident_id, actor, recorded, self.new_uid)
            new: list[Line] = []
            behind = before
            if len(heads(before)) > 1:
                document = agreed_document(incident_id, before, resolve)
                if document is not None:
                    sealed = Entry(Joined(order=order(before), document=document))
                    new.append(writer.line(before, sealed, rfc3339(at)))
                else:
                    behind = upto(before, heads(before)[-1:]) or before
            for entry in decide((*before, *new)):
                new.append(writer.line((*behind, *new), entry, rfc3339(at)))
            if not new:
                return folded(incident_id, before)
            after = folded(incident_id, canonical((*before, *new)))
            # What is there stays as it is, byte for byte.
            durable.replace_file(paths.events, readable(paths, content + to_bytes(new)))
            self._make_views(after, before)
        return after

    def adopt(self, incident_id: str, lines: Sequence[Line]) -> bool:
        """Take in events of an incident that were written elsewhere, in their chain: those that are not here are added.

        Args:
            lines: The whole log from elsewhere, sound, each event after those it follows.

        Returns:
            Whether anything was added.

        Raises:
            ConfigError: QG-1412, not writable; QG-1702, the log here cannot be read.
        """
        paths = self.paths(incident_id)
        with durable.reported(paths.folder), locked(paths.folder):
            content = self.content(incident_id) if paths.events.exists() else b""
            before = whole(incident_id, parse(content), paths) if content else ()
            known = {line.sha256 for line in before}
            new = [line for line in lines if line.sha256 not in known]
            if not new:
                return False
            after = folded(incident_id, canonical((*before, *new)))
            durable.replace_file(paths.events, readable(paths, content + to_bytes(new)))
            self._make_views(after, before or None)
        return True

    def refresh(self, incident_id: str) -> Postmortem:
        """Make the files of an incident again from its log, as after a writer that was killed. Edits are kept."""
        paths = self.paths(incident_id)
        with durable.reported(paths.folder), locked(paths.folder):
            lines = whole(incident_id, self.log(incident_id), paths)
            views.check_witnesses(self.root, incident_id, lines)
            record = folded(incident_id, lines)
            self._make_views(record, lines)
        return record

    def tabulate(self) -> None:
        """Make `reports.csv` anew from the logs. The rows of those that are gone or cut off stay: they tell of it."""
        folder = postmortems(self.root)
        with durable.reported(folder), locked(folder):
            views.write_csv(self.root, None, [name for name in self.ids() if self._is_told_right(name)], self.record)

    def keep_only(self, incident_id: str, digests: Collection[str], *, foreign: Callable[[str], bool]) -> Postmortem:
        """Take lines out of a log that are of another incident, and make its files again from those that stay.

        Args:
            digests: Of the lines that stay.
            foreign: Whether a Markdown is that of the other incident.
        """
        paths = self.paths(incident_id)
        with durable.reported(paths.folder), locked(paths.folder):
            raw_lines = self.content(incident_id).split(b"\n")
            kept = [raw for raw in raw_lines if digest(raw.removesuffix(b"\r")) in digests]
            durable.replace_file(paths.events, b"".join(raw + b"\n" for raw in kept))
            lines = self.lines(incident_id)
            record = folded(incident_id, lines)
            text, json = views.read(paths.markdown), views.read(paths.json)
            if text is None or foreign(text.decode("utf-8", "surrogateescape")):
                durable.replace_file(paths.markdown, render(record).encode())
            # A JSON that somebody edited stays, as everywhere; one of the other incident, or of none, does not.
            if json is None or views.uid_of(json) != record.uid or views.as_written(paths, lines) is not None:
                durable.replace_file(paths.json, to_json(record))
            views.write_csv(self.root, record, self.ids(), self.record)
        return record

    def settle(self, incident_id: str, seen: tuple[bytes | None, bytes | None]) -> Postmortem:
        """Bring Markdown and JSON to the record, after what was edited in them was merged and written as an event.

        Args:
            seen: Markdown and JSON as they were merged; what somebody has changed since then stays.

        Raises:
            ConfigError: As `log`; QG-1412, not writable; QG-1753, a section cannot stand in the Markdown.
        """
        paths = self.paths(incident_id)
        with durable.reported(paths.folder), locked(paths.folder):
            record = self.record(incident_id)
            views.settle(paths, record, seen)
            views.write_csv(self.root, record, self.ids(), self.record)
        return record

    def _is_told_right(self, incident_id: str) -> bool:
        try:
            views.check_witnesses(self.root, incident_id, self.lines(incident_id))
        except ConfigError:
            return False
        return True

    def _make_views(self, record: Postmortem, before: Sequence[Line] | None) -> None:
        try:
            views.write(self.paths(record.id), record, before)
            views.write_csv(self.root, record, self.ids(), self.record)
        except ConfigError as error:
            # Who repeats the step would write it twice.
            raise ConfigError(
                f"what happened is recorded, but a file made from it is not: {error.message}",
                code=error.code,
                where=error.where,
                hint=f"do not repeat it; fix the disk and run `qualitygate incident verify --repair {record.id}`",
            ) from error
