"""Places as annotations want them: relative to the top level of the repository."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import get_args

from qualitygate.core.errors import ConfigError
from qualitygate.policy.document import read
from qualitygate.policy.find import PYPROJECT
from qualitygate.policy.model import RuleKind
from qualitygate.policy.ratchet.entry import Entry
from qualitygate.policy.shipped import shipped_directory
from qualitygate.policy.toml_lines import KeyPath

_RULES = get_args(RuleKind)


def from_top(where: str, top: Path) -> str:
    """`file:LINE` relative to the top level, whatever the working directory; a shipped file is named as one.

    Args:
        where: As errors name a place, relative to the working directory; or relative to the top level already.
        top: Top level of the working tree.
    """
    path, colon, line = where.rpartition(":")
    if not (colon and line.isdecimal()):
        path, line = where, ""
    if not path:
        return where
    end = f":{line}" if line else ""
    if not Path(path).is_absolute() and not Path(path).exists():
        return where
    found = Path(os.path.abspath(path))  # noqa: PTH100 - links are not followed: the name is what people know
    for real in (found, found.parent.resolve() / found.name):
        if real.is_relative_to(top):
            return f"{real.relative_to(top).as_posix()}{end}"
    return f"shipped {found.name}{end}" if found.parent == shipped_directory() else where


def pinpointed(entry: Entry, top: Path) -> Entry:
    """An entry about a limit or rule with the line it stands or stood in, where only its file is known.

    Args:
        entry: With its place relative to the top level.
        top: Top level of the working tree.
    """
    keys = key_path(entry.change)
    file = top / entry.where
    if file.name == PYPROJECT and keys:
        keys = ("tool", "qualitygate", *keys)
    if not keys or not entry.where.endswith(".toml") or not file.is_file():
        return entry
    try:
        line = read(file).where(keys).rpartition(":")[2]
    except ConfigError:
        return entry
    return replace(entry, where=f"{entry.where}:{line}")


def readable(entry: Entry) -> Entry:
    """An entry whose file names can be encoded: bytes that are no UTF-8 become `\\xNN`, as in ids of pairs."""
    details = tuple(_readable(one) for one in entry.details)
    return replace(entry, change=_readable(entry.change), where=_readable(entry.where), details=details)


def _readable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def key_path(change: str) -> KeyPath:
    """Where in its file a limit, budget or rule stands, by the name of a change; empty for anything else."""
    name = change.rpartition(": ")[2].removesuffix(" severity")
    parts = tuple(name.split("."))
    subject = change.partition(": ")[0]
    if subject in ("limits", "check", "references", "codeowners", "incident"):
        return (subject, name)
    if name in _RULES:
        return ("rules", name)
    if parts[0] == "quality":
        return ("quality", "technical" if parts[1] in _TECHNICAL else "look", *parts[1:])
    if parts[0] in ("budget", "drift", "palette"):
        return parts
    return ("limits", *parts) if len(parts) == 2 else ()


_TECHNICAL = ("neutral_chroma", "black_white", "fold_share")
