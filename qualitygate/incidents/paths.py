"""Where the files of incidents are, and which incidents have one of a kind."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qualitygate.incidents.postmortem import ID_PATTERN

_ID = re.compile(ID_PATTERN)


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


def is_id(text: str) -> bool:
    """Whether a text is an incident id, of a day that exists."""
    if not _ID.fullmatch(text) or not text.isascii():
        return False
    try:
        date.fromisoformat(text[3:13])
    except ValueError:
        return False
    return True


def ids_in(root: Path, suffix: str) -> set[str]:
    """Ids of the incidents that have a file of a kind.

    Args:
        suffix: `.events.jsonl`, `.json` or `.md`.
    """
    try:
        names = os.listdir(postmortems(root))  # noqa: PTH208 - ten thousand names, no paths needed
    except OSError:
        return set()
    return {found for name in names if name.endswith(suffix) and is_id(found := name.removesuffix(suffix))}
