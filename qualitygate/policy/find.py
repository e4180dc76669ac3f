"""Finding the configuration, without loading what reads it."""

from __future__ import annotations

import tomllib
from pathlib import Path

FILE = "qualitygate.toml"
PYPROJECT = "pyproject.toml"


def find_config(start: Path) -> Path | None:
    """The configuration that holds for a directory.

    Looks in `start` and its parents up to the git top level (or the root of the file system): `qualitygate.toml`, then
    a `pyproject.toml` that has `[tool.qualitygate]`. The nearest directory wins.
    """
    start = start.absolute()
    for directory in (start, *start.parents):
        if (directory / FILE).is_file():
            return directory / FILE
        if _has_table(directory / PYPROJECT):
            return directory / PYPROJECT
        if (directory / ".git").exists():
            return None
    return None


def _has_table(pyproject: Path) -> bool:
    try:
        text = pyproject.read_text(encoding="utf-8-sig")
        # Files that do not mention us are not parsed: whether they are valid is their owner's concern.
        return "qualitygate" in text and "qualitygate" in tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError:
        # Reading it will say what is wrong; passing over it would silently lose what it configures.
        return "[tool.qualitygate" in text
    except (OSError, ValueError, TypeError):
        return False
