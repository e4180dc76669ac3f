"""How a finding counts. A module of its own, so that a git hook need not load the records of a whole run."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How a finding counts: an error fails the run, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
