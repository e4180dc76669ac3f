"""Storing what was gathered: files beside the incident, then one event; nothing where nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.postmortem import Evidence, Postmortem
from qualitygate.incidents.text import one_line

MAX_TOTAL_BYTES = 12_000_000
"""Of all stored evidence of an incident together: git keeps it for ever."""

_ATTRIBUTES = b"* -text\n"


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of what was gathered.

    Attributes:
        added: New, or with another content than before.
        unchanged: As recorded.
        restored: Paths of files that were missing or altered and have the recorded content again.
    """

    added: tuple[Evidence, ...]
    unchanged: tuple[Evidence, ...]
    restored: tuple[str, ...] = ()


def store(root: Path, address: str, gathered: Sequence[Gathered], record: Postmortem) -> Stored:
    """Write the files of what was gathered and say what is new. The caller records `added` as an event.

    A killed call leaves files that no event names; collecting again names them.

    Args:
        root: The incident directory.
        address: The evidence directory relative to it, with `/`.
        gathered: Everything, already withheld where it must be.
        record: The incident as it is now.

    Raises:
        ConfigError: QG-1412, not writable; QG-1790, the evidence directory or a file in it is a link.
    """
    known = {_place(item): item for item in record.evidence}
    fresh = {f"{address}/{item.name}" for item in gathered if item.content is not None}
    room = MAX_TOTAL_BYTES - sum(item.bytes for item in record.evidence if item.path and item.path not in fresh)
    added: list[Evidence] = []
    unchanged: list[Evidence] = []
    restored: list[str] = []
    for one in gathered:
        too_much = one.content is not None and len(one.content) > room
        item = _evidence(one, address, too_much=too_much)
        if item.path is not None and one.content is not None:
            room -= len(one.content)
            written = _write(root, address, one.name, one.content)
            if written and known.get(_place(item)) == item:
                restored.append(item.path)
        if known.get(_place(item)) == item:
            unchanged.append(item)
        else:
            added.append(item)
    return Stored(tuple(added), tuple(unchanged), tuple(restored))


def _evidence(one: Gathered, address: str, *, too_much: bool) -> Evidence:
    stored = one.content is not None and not too_much
    reason = one.reason
    if too_much:
        reason = f"over {MAX_TOTAL_BYTES // 1_000_000} MB of evidence in total, not stored"
    content = one.content if stored else None
    return Evidence(
        kind=one.kind,
        sha256=one.original_sha256 if content is None else hashlib.sha256(content).hexdigest(),
        bytes=one.original_bytes if content is None else len(content),
        path=f"{address}/{one.name}" if stored else None,
        redacted=one.redacted or too_much,
        subject=one_line(one.subject) if one.subject else None,
        reason=one_line(reason) if reason else None,
    )


def _place(item: Evidence) -> tuple[str | None, ...]:
    return (item.path,) if item.path else (None, item.kind, item.subject)


def _write(root: Path, address: str, name: str, content: bytes) -> bool:
    """Write a file unless it is there as it should be; True if this call wrote it."""
    target = root / address / name
    for path in (root / "evidence", root / address, target):
        if path.is_symlink():
            raise ConfigError(
                "is a link; evidence is stored in the repository itself",
                code="QG-1790",
                where=path.relative_to(root).as_posix(),
                hint="remove the link",
            )
    with durable.reported(target):
        if target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        # A checkout that turns line ends would change every digest.
        durable.create_file(root / "evidence" / ".gitattributes", _ATTRIBUTES)
    durable.replace_file(target, content)
    return True
