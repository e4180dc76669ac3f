"""Where threshold files lie."""

from __future__ import annotations

from pathlib import Path

SCHEMA = 1
FOLDER = "thresholds"

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_directory() -> Path:
    """Where the shipped threshold files lie: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / FOLDER
    return installed if installed.is_dir() else _PACKAGE.parent / FOLDER
