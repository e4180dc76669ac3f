"""Where incidents are kept, for every verb that looks for them or makes one."""

from __future__ import annotations

from pathlib import Path

from qualitygate.vcs import top_level


def incident_root(directory: Path) -> Path:
    """Where `run/` and `evidence/` stand by default: the git top level, else the directory itself."""
    return top_level(directory) or directory
