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
    """The files of one incident, and the folder they share with the others."""

    folder: Path
    events: Path
    json: Path
    markdown: Path
    evidence: Path


def postmortems(root: Path) -> Path:
    """The folder of all postmortems below an incident directory."""
    return root / "run" / "_" / "postmortems"


def paths_of(root: Path, incident_id: str) -> Paths:
    """Where the files of an incident are or would be."""
    folder = postmortems(root)
    return Paths(
        folder=folder,
        events=folder / f"{incident_id}.events.jsonl",
        json=folder / f"{incident_id}.json",
        markdown=folder / f"{incident_id}.md",
        evidence=root / "evidence" / incident_id.lower(),
    )


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
