"""The files made from an event log: JSON, Markdown, `reports.csv`. What a person changed is never overwritten."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable, following, markdown
from qualitygate.incidents.facts import Chain
from qualitygate.incidents.fold import fold
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import upto
from qualitygate.incidents.paths import Paths, ids_in, paths_of, postmortems
from qualitygate.incidents.postmortem import Postmortem, from_json, to_json
from qualitygate.incidents.reports_csv import from_csv, row, to_csv

LOCK = ".lock"
CSV = "reports.csv"
_KEPT_OUT = f"{LOCK}\n.*.tmp\n"
# A log or a table that two branches lengthened holds the lines of both; line ends of what is digested stay.
_ATTRIBUTES = f"*.events.jsonl text eol=lf merge=union\n{CSV} text eol=lf merge=union\nPM-*.json text eol=lf -merge\n"


def prepare(folder: Path) -> None:
    """Make the folder of postmortems, with what git has to know of it."""
    with durable.reported(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in ((".gitignore", _KEPT_OUT), (".gitattributes", _ATTRIBUTES)):
            if not (folder / name).exists():
                durable.create_file(folder / name, text.encode())


def write(paths: Paths, record: Postmortem, before: Sequence[Line] | None) -> None:
    """Bring JSON and Markdown to a record, unless somebody edited them since they were written.

    Args:
        record: As the log says now.
        before: The events there were before; None for an incident that begins.
    """
    if before is None:
        durable.create_file(paths.markdown, markdown.render(record).encode())
        durable.create_file(paths.json, to_json(record))
        return
    written = as_written(paths, before)
    earlier = written or fold(before)
    # The Markdown first: it is never older than the JSON, whose `chain` so tells a sync where its text stood at least.
    text = _text(paths.markdown)
    followed = follow(text, earlier, record)
    if followed is not None and followed != text:
        durable.replace_file(paths.markdown, followed.encode())
    if written is not None or not paths.json.exists():
        durable.replace_file(paths.json, to_json(record))


def as_written(paths: Paths, lines: Sequence[Line]) -> Postmortem | None:
    """The record that the JSON holds, if it is just what was written after these events or after some of them."""
    content = read(paths.json)
    if content is None:
        return None
    chain = stamp(content)
    known = upto(lines, chain.heads) if chain is not None else None
    if not known:
        return None
    record = fold(known)
    return record if is_same(content, record) else None


def is_same(content: bytes | None, record: Postmortem) -> bool:
    """Whether a JSON is that of a record as this program writes it, or an earlier version did, which had fewer keys."""
    if content is None or content == to_json(record):
        return content is not None
    try:
        return from_json(content) == record and _within(msgspec.json.decode(content), msgspec.to_builtins(record))
    except (ValueError, RecursionError):
        return False


def _within(old: Any, new: Any) -> bool:
    """Whether everything that stands in one JSON value stands in another, too."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and _within(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(_within, old, new))
    return bool(old == new)


def witnesses(root: Path, incident_id: str) -> Iterator[tuple[str, int, frozenset[str]]]:
    """What JSON and `reports.csv` say of a log: where that stands, how many events it had, and its ends."""
    paths = paths_of(root, incident_id)
    chain = stamp(read(paths.json) or b"")
    if chain is not None:
        yield paths.json.name, chain.length, frozenset(chain.heads)
    cells = from_csv(read(postmortems(root) / CSV) or b"").get(incident_id)
    if cells is not None and cells[-1]:
        yield CSV, int(cells[-2]) if cells[-2].isdecimal() else 0, frozenset(cells[-1].split())


def check_witnesses(root: Path, incident_id: str, lines: Sequence[Line]) -> None:
    """Refuse to go on with a log that was cut off or rewritten: what is written next would cover it up.

    Raises:
        ConfigError: QG-1705.
    """
    shas = {line.sha256 for line in lines}
    for where, length, ends in witnesses(root, incident_id):
        if not ends <= shas:
            was = "is gone" if not lines else "was cut off or rewritten"
            raise ConfigError(
                f"{where} speaks of {length} events of {incident_id}, and the event log {was}",
                code="QG-1705",
                where=str(paths_of(root, incident_id).events),
                hint="restore it from git; `qualitygate incident verify` tells all of it",
            )


def stamp(content: bytes) -> Chain | None:
    """Where the log stood when a JSON was written; None for a record that had no log, and for anything else."""
    try:
        return msgspec.json.decode(content, type=_Stamp).chain
    except (ValueError, RecursionError):
        return None


def uid_of(content: bytes) -> str | None:
    """Which incident a JSON is of, by its immutable uid; None where it does not say."""
    try:
        return msgspec.json.decode(content, type=_Stamp).uid
    except (ValueError, RecursionError):
        return None


class _Stamp(msgspec.Struct, frozen=True):
    chain: Chain | None = None
    uid: str | None = None


def follow(text: str | None, earlier: Postmortem, record: Postmortem) -> str | None:
    """The Markdown brought to a record, with what a person has edited in it and nobody has merged yet.

    Args:
        text: The Markdown there is, None if there is none.
        earlier: The record it was written for.
        record: The record as it is now.

    Returns:
        None where edits and events contradict each other or the Markdown cannot be read: `postmortem sync` tells of it.
    """
    if text is None or text == markdown.render(earlier):
        return markdown.render(record)
    return following.followed(text, earlier, record)


def settle(paths: Paths, record: Postmortem, seen: tuple[bytes | None, bytes | None]) -> None:
    """Bring Markdown and JSON to the record that they were merged into.

    Args:
        record: As the log says now.
        seen: Markdown and JSON as they were merged. What somebody has changed since then is left for the next time.
    """
    content, json = read(paths.markdown), read(paths.json)
    if json == seen[1] and json != to_json(record):
        durable.replace_file(paths.json, to_json(record))
    if content == seen[0]:
        made = settled(content, record)
        if made != content:
            durable.replace_file(paths.markdown, made)


def settled(content: bytes | None, record: Postmortem) -> bytes:
    """The Markdown as it has to be for a record: as it is, byte for byte, where it says it all.

    Raises:
        ConfigError: What `markdown.update` raises.
    """
    if content is None:
        return markdown.render(record).encode()
    text = content.decode("utf-8", "surrogateescape")
    return content if following.says(text, record) else markdown.update(text, record).encode()


def is_followed(paths: Paths, record: Postmortem) -> bool:
    """Whether JSON and Markdown say what the log says: nothing was edited that is not merged yet."""
    return is_same(read(paths.json), record) and markdown_follows(paths, record)


def has_conflict_markers(paths: Paths) -> bool:
    """Whether git left a merge of the Markdown to a person."""
    return any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in (_text(paths.markdown) or "").splitlines())


def markdown_follows(paths: Paths, record: Postmortem) -> bool:
    """Whether the Markdown says what a record says."""
    text = _text(paths.markdown)
    if text is None:
        return False
    return text == markdown.render(record) or following.says(text, record)


def write_csv(root: Path, changed: Postmortem | None, ids: Iterable[str], record: Callable[[str], Postmortem]) -> None:
    """Bring `reports.csv` up to date: the row of what changed is new, the others are taken over where they are whole.

    Args:
        root: The incident directory.
        changed: The incident whose row is new; None to make all rows anew.
        ids: All incidents there are.
        record: Gives the record of one that has no whole row.
    """
    path = postmortems(root) / CSV
    content = read(path)
    there = from_csv(content) if content is not None else {}
    known = there if changed is not None else {}
    ids = tuple(ids)
    # A row whose log is gone stays: it is what tells that there was one.
    rows = {incident_id: cells for incident_id, cells in there.items() if incident_id not in set(ids)}
    for incident_id in ids:
        if changed is not None and incident_id == changed.id:
            rows[incident_id] = row(changed)
        elif incident_id in known:
            rows[incident_id] = known[incident_id]
        else:
            # One unreadable log must not keep the others out of the table; `incident verify` tells of it.
            with contextlib.suppress(ConfigError):
                rows[incident_id] = row(record(incident_id))
    made = to_csv(rows)
    if made != content:
        durable.replace_file(path, made)


def unlogged(root: Path) -> list[str]:
    """Ids that have a JSON or a Markdown but no event log yet, in order."""
    return sorted((ids_in(root, ".json") | ids_in(root, ".md")) - ids_in(root, ".events.jsonl"))


def read(path: Path) -> bytes | None:
    """The content of a file, None if there is none or it is no file."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _text(path: Path) -> str | None:
    content = read(path)
    # A newline must stay what it is: a file that nobody changed stays as it is, byte for byte.
    return None if content is None else content.decode("utf-8", "surrogateescape")
