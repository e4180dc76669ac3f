"""Storing what was gathered: files beside the incident, then one event; nothing where nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.kinds import is_drawn
from qualitygate.incidents.collecting.withholding import place
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

MAX_TOTAL_BYTES = 12_000_000
"""Of all stored evidence of an incident together: git keeps it for ever."""

_ATTRIBUTES = b"* -text\n"


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of what was gathered.

    Attributes:
        added: New.
        unchanged: As recorded.
        restored: Paths of files that were missing or altered and have the recorded content again.
    """

    added: tuple[Evidence, ...]
    unchanged: tuple[Evidence, ...]
    restored: tuple[str, ...] = ()


def store(root: Path, address: str, gathered: Sequence[Gathered], record: Postmortem) -> Stored:
    """Write the files of what was gathered and say what is new. The caller records `added` as an event.

    A piece that is there adds nothing; another one of the same name gets a name of its own, and the first stays. A
    killed call leaves files that no event names; collecting again names them.

    Args:
        root: The incident directory.
        address: The evidence directory relative to it, with `/`.
        gathered: Everything, already withheld where it must be.
        record: The incident as it is now.

    Raises:
        ConfigError: QG-1412, not writable; QG-1790, the evidence directory or a file in it is a link.
    """
    known = {place(item): item for item in record.evidence}
    drawn = {f"{address}/{one.name}" for one in gathered if is_drawn(one.kind)}
    room = MAX_TOTAL_BYTES - sum(item.bytes for item in record.evidence if item.path and item.path not in drawn)
    added: list[Evidence] = []
    unchanged: list[Evidence] = []
    restored: list[str] = []
    for one in gathered:
        whole = _evidence(one, _path(root, address, one, known))
        before = known.get(place(whole))
        same = before is not None and _same(before, whole)
        item = before if before is not None and same else whole
        if one.content is not None and not same and len(one.content) > room:
            item = _evidence(one, None)
            same = place(item) in known
        elif item.path is not None and one.content is not None:
            room -= 0 if same else len(one.content)
            if _write(root, item.path, one.content) and same:
                restored.append(item.path)
        known[place(item)] = item
        (unchanged if same else added).append(item)
    return Stored(tuple(added), tuple(unchanged), tuple(restored))


def _path(root: Path, address: str, one: Gathered, known: Mapping[tuple[str | None, ...], Evidence]) -> str | None:
    """Where a piece is stored, or is stored already; None for what is only a digest."""
    if one.content is None:
        return None
    path = f"{address}/{one.name}"
    if is_drawn(one.kind):
        return path
    digest = hashlib.sha256(one.content).hexdigest()
    stem, dot, ending = one.name.rpartition(".") if "." in one.name else (one.name, "", "")
    for length in (0, 8, 16, 64):
        path = f"{address}/{stem}-{digest[:length]}{dot}{ending}" if length else path
        recorded = known.get((path,))
        if recorded is not None:
            if _same(recorded, _evidence(one, path)):
                return path
        elif not (root / path).is_file() or (root / path).is_symlink() or (root / path).read_bytes() == one.content:
            return path
    return path


def _same(known: Evidence, item: Evidence) -> bool:
    """Whether a piece is recorded already. It may lie elsewhere in the repository by now; of a digest all is said."""
    return known.sha256 == item.sha256 and (item.path is None or known.reason == item.reason)


def _evidence(one: Gathered, path: str | None) -> Evidence:
    content = one.content if path is not None else None
    too_much = one.content is not None and path is None
    reason = f"over {MAX_TOTAL_BYTES // 1_000_000} MB of evidence in total, not stored" if too_much else one.reason
    return Evidence(
        kind=one.kind,
        sha256=one.original_sha256 if content is None else hashlib.sha256(content).hexdigest(),
        bytes=one.original_bytes if content is None else len(content),
        path=path,
        redacted=one.redacted or too_much,
        subject=one_line(one.subject) if one.subject else None,
        reason=one_line(reason) if reason else None,
    )


def _write(root: Path, name: str, content: bytes) -> bool:
    """Write a file unless it is there as it should be; True if this call wrote it."""
    target = root / name
    for path in (root / "evidence", target.parent, target):
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
