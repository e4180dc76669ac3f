"""Where the files of incidents are, and which incidents have one of a kind."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.incident import is_incident_id


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of one incident, and the folder they share with the others; made when asked for, since there are many.

    Attributes:
        root: The incident directory.
        incident_id: The incident.
    """

    root: Path
    incident_id: str

    @property
    def folder(self) -> Path:
        """The folder of all postmortems."""
        return postmortems(self.root)

    @property
    def events(self) -> Path:
        """The event log."""
        return self.folder / f"{self.incident_id}.events.jsonl"

    @property
    def json(self) -> Path:
        """The record."""
        return self.folder / f"{self.incident_id}.json"

    @property
    def markdown(self) -> Path:
        """The text that a person edits."""
        return self.folder / f"{self.incident_id}.md"

    @property
    def evidence(self) -> Path:
        """The directory of its evidence."""
        return self.root / "evidence" / self.incident_id.lower()


def postmortems(root: Path) -> Path:
    """The folder of all postmortems below an incident directory."""
    return root / "run/_/postmortems"


def paths_of(root: Path, incident_id: str) -> Paths:
    """Where the files of an incident are or would be."""
    return Paths(root, incident_id)


def written_up(root: Path, incidents: Iterable[str | None]) -> dict[str, str]:
    """Incident to the path, with `/` and from the root, of the postmortem that a person reads; those that have one.

    Args:
        root: The incident directory.
        incidents: Ids, as somebody wrote them: what is no id has no postmortem.
    """
    known = sorted({one for one in incidents if one is not None and is_incident_id(one)})
    files = {one: paths_of(root, one).markdown for one in known}
    return {one: file.relative_to(root).as_posix() for one, file in files.items() if file.is_file()}


def ids_in(root: Path, suffix: str) -> set[str]:
    """Ids of the incidents that have a file of a kind.

    Args:
        suffix: `.events.jsonl`, `.json` or `.md`.
    """
    try:
        names = os.listdir(postmortems(root))  # noqa: PTH208 - ten thousand names, no paths needed
    except OSError:
        return set()
    return {found for name in names if name.endswith(suffix) and is_incident_id(found := name.removesuffix(suffix))}
