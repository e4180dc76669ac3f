"""Where incidents live: two files and a directory each, in the repository they concern.

run/_/postmortems/PM-….json    the record; an incident exists once this file does
run/_/postmortems/PM-….md      what a person edits; never overwritten
evidence/pm-…/                 heat maps
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from qualitygate.core.incident import IncidentRef, IncidentState
from qualitygate.incidents import durable
from qualitygate.incidents.identity import gate_incident_id
from qualitygate.incidents.markdown import render
from qualitygate.incidents.postmortem import ID_PATTERN, Evidence, Postmortem, from_json, to_json

_ID = re.compile(ID_PATTERN)
_MAX_JSON_BYTES = 5_000_000


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
        for path in self._records():
            head = self._head(path)
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
            path = self._path(incident_id, "json")
            if not path.exists():
                return incident_id
            head = self._head(path)
            if not isinstance(head, str) and head.key == key and head.state.is_open:
                return incident_id
            attempt += 1

    def next_manual_id(self, day: date) -> str:
        """The next id counted by hand for a day: `PM-…-01`, `PM-…-02`, … Gate ids, of eight digits, do not count.

        Only a proposal: `create` decides which of two writers that propose the same id gets it.
        """
        prefix = f"PM-{day.isoformat()}-"
        directories = (self._postmortems, self.root / "evidence")
        names = {
            path.name.upper().split(".")[0] for folder in directories if folder.is_dir() for path in folder.iterdir()
        }
        numbers = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        taken = [int(number) for number in numbers if number.isdecimal() and len(number) < 8]
        return f"{prefix}{max(taken, default=0) + 1:02d}"

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

    def create(self, record: Postmortem) -> bool:
        """Write an incident as JSON, then as Markdown; neither replaces a file that is there.

        Returns:
            True if this call created the incident, False if its id was taken.

        Raises:
            ConfigError: QG-1412, not writable. Without the JSON there is no incident; without the Markdown the next
                run that meets it writes the Markdown.
        """
        created = durable.create_file(self._path(record.id, "json"), to_json(record))
        self.complete(record.id)
        return created

    def complete(self, incident_id: str) -> None:
        """Write the Markdown of an incident whose writer was killed before it could; otherwise do nothing."""
        if self._path(incident_id, "md").exists():
            return
        try:
            record = from_json(self._path(incident_id, "json").read_bytes())
        except (OSError, ValueError, RecursionError):
            # Edited or written by a later version: what it says cannot be told here, and nothing is lost.
            return
        durable.create_file(self._path(incident_id, "md"), render(record).encode())

    @property
    def _postmortems(self) -> Path:
        return self.root / "run" / "_" / "postmortems"

    def _path(self, incident_id: str, suffix: str) -> Path:
        return self._postmortems / f"{incident_id}.{suffix}"

    def _records(self) -> list[Path]:
        try:
            return sorted(path for path in self._postmortems.glob("PM-*.json") if _ID.fullmatch(path.stem))
        except OSError:
            return []

    def _head(self, path: Path) -> _Head | str:
        """The head of a record, or why it cannot be read."""
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
