"""Finding the incident of a failure: by its key, among those that are open; and opening one that is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from qualitygate.core.errors import ConfigError, RefusedError
from qualitygate.core.incident import IncidentKind, IncidentRef, IncidentState
from qualitygate.incidents import durable
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Mitigated, Reclassified
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.fold import fold
from qualitygate.incidents.identity import gate_incident_id
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.machine import check_kind
from qualitygate.incidents.markdown import render
from qualitygate.incidents.opening import GATE
from qualitygate.incidents.paths import ids_in, paths_of
from qualitygate.incidents.postmortem import Postmortem, from_json

_MAX_JSON_BYTES = 5_000_000
_REASON = "the same failure was found to be real (`check --incident-kind real`)"


class _Head(msgspec.Struct, frozen=True):
    """The part of a record that decides whether a failure belongs to it; all that is read of most files."""

    id: str
    state: IncidentState
    key: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Lookup(NamedTuple):
    """What was found, and one line for each file that could not be read."""

    ref: IncidentRef | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """The incidents below one directory.

    Attributes:
        root: The incident directory, which holds `run/` and `evidence/`. It need not exist to be searched.
    """

    root: Path

    def find_open(self, key: str) -> Lookup:
        """The oldest incident with this key that is neither closed, a false positive nor merged into another.

        Files that are no records of ours are passed over with a warning, so that one broken file cannot stop the gate.
        """
        warnings: list[str] = []
        for incident_id in sorted(ids_in(self.root, ".events.jsonl") | ids_in(self.root, ".json")):
            head = self._head(incident_id)
            if isinstance(head, str):
                warnings.append(head)
            elif head.key == key and head.state.is_open:
                return Lookup(self.ref(head.id, created=False, evidence=head.evidence), tuple(warnings))
        return Lookup(None, tuple(warnings))

    def free_gate_id(self, key: str, day: date) -> str:
        """The id for a gate failure opened on a day: a function of key and day, and of which ids are taken.

        An id is taken by any record but an open one of the same key, which is what a writer racing this one made.
        """
        attempt = 0
        while True:
            incident_id = gate_incident_id(key, day, attempt)
            paths = paths_of(self.root, incident_id)
            if not paths.events.exists() and not paths.json.exists():
                return incident_id
            head = self._head(incident_id)
            if not isinstance(head, str) and head.key == key and head.state.is_open:
                return incident_id
            attempt += 1

    def ref(self, incident_id: str, *, created: bool, evidence: tuple[Evidence, ...] = ()) -> IncidentRef:
        """Where an incident of this id is or would be."""
        return IncidentRef(
            id=incident_id,
            markdown=f"run/_/postmortems/{incident_id}.md",
            json=f"run/_/postmortems/{incident_id}.json",
            evidence=f"evidence/{incident_id.lower()}",
            created=created,
            heat_maps={item.subject: item.path for item in evidence if item.subject and item.path},
        )

    def create(self, record: Postmortem, recorded: datetime) -> bool:
        """Open an incident in the ledger. What the gate caught before the merge is mitigated the moment it is detected.

        Args:
            recorded: The time it is written down.

        Returns:
            True if this call created the incident, False if its id was taken.

        Raises:
            ConfigError: QG-1412, not writable. Without the event log there is no incident; what is made from the log
                and missing, the next run that meets it makes.
        """
        if paths_of(self.root, record.id).json.exists() and not paths_of(self.root, record.id).events.exists():
            return False  # opened by an earlier version, which kept no log
        stopped = (Entry(Mitigated(kind="gate")),) if record.kind is IncidentKind.NEAR_MISS else ()
        opened = Ledger(self.root).open(record, actor=GATE, recorded=recorded, following=stopped)
        self.complete(record.id)
        return opened is not None

    def found_real(self, incident_id: str, recorded: datetime) -> str | None:
        """Let an open incident be a real one, of which a later run knows that it is.

        Returns:
            One sentence to be told; None if it was real before.

        Raises:
            ConfigError: QG-1412, not writable; QG-1702, its log cannot be read.
        """
        if not paths_of(self.root, incident_id).events.exists():
            return f"{incident_id} keeps its kind until `qualitygate postmortem sync {incident_id}` begins its log"
        before = list[Postmortem]()

        def decide(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
            before[:] = [fold(lines)]
            if before[0].kind is IncidentKind.REAL:
                return ()
            check_kind(before[0], IncidentKind.REAL)
            return (Entry(Reclassified(kind=IncidentKind.REAL, reason=_REASON)),)

        try:
            Ledger(self.root).extend(incident_id, decide, actor=GATE, at=recorded, recorded=recorded)
        except RefusedError as error:
            return f"{error.message} and stays so: {error.hint}"
        was = before[0].kind
        if was is IncidentKind.REAL:
            return None
        return f"{incident_id} was {'a drill' if was is IncidentKind.DRILL else 'a near miss'} and is real from now on"

    def kind_of(self, incident_id: str) -> IncidentKind | None:
        """The kind of an incident that has a log, None for one that has none or cannot be read."""
        try:
            return Ledger(self.root).record(incident_id).kind
        except ConfigError:
            return None

    def complete(self, incident_id: str) -> None:
        """Make what is missing of an incident whose writer was killed; otherwise do nothing."""
        paths = paths_of(self.root, incident_id)
        if paths.events.exists():
            missing = (path for path in (paths.json, paths.markdown, paths.folder / "reports.csv") if not path.exists())
            if any(missing):
                Ledger(self.root).refresh(incident_id)
            return
        if paths.markdown.exists():
            return
        try:
            record = from_json(paths.json.read_bytes())
        except (OSError, ValueError, RecursionError):
            # Edited or written by a later version: what it says cannot be told here, and nothing is lost.
            return
        durable.create_file(paths.markdown, render(record).encode())

    def _head(self, incident_id: str) -> _Head | str:
        """The head of an incident, or why it cannot be read."""
        if paths_of(self.root, incident_id).events.exists():
            try:
                record = Ledger(self.root).record(incident_id)
            except ConfigError as error:
                return f"{incident_id}: passed over: {error.message}"
            return _Head(record.id, record.state, record.key, record.evidence)
        return _head_of_json(paths_of(self.root, incident_id).json)


def _head_of_json(path: Path) -> _Head | str:
    """The head of a record that has no log."""
    try:
        # A pipe would block for ever, and a huge file is none of ours.
        if not path.is_file() or path.stat().st_size > _MAX_JSON_BYTES:
            return f"{path.name}: not a postmortem, passed over"
        head = msgspec.json.decode(path.read_bytes(), type=_Head)
    except (OSError, ValueError, RecursionError) as error:
        return f"{path.name}: cannot be read, passed over: {error}"
    if head.id != path.stem:
        return f"{path.name}: says it is {head.id}, passed over"
    return head
