"""A finding about an incident: `born_of` names it, `path` and `line` the file that must change."""

from __future__ import annotations

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level


def about(incident: str, code: str, level: Level, message: str, path: str, where: str | None = None) -> Finding:
    """Make one.

    Args:
        incident: Its id.
        code, level, message: As in `Finding`.
        path: The file that must change.
        where: `file.toml:LINE`, of which the line is taken.
    """
    line = (where or "").rpartition(":")[2]
    return Finding(code, level, message, path=path, line=int(line) if line.isdecimal() else None, born_of=incident)
