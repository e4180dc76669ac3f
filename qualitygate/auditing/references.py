"""References that a change regenerated, deleted or added to, with what their provenance says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.auditing.past import Past, sha256_of
from qualitygate.auditing.succession import content_of, succession
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding_level import Level
from qualitygate.core.glob import matches_any
from qualitygate.pairing.walk import ACCEPTED, PICTURE_SUFFIXES
from qualitygate.policy.model import PairSet
from qualitygate.policy.provenance import read_provenance
from qualitygate.policy.ratchet.entry import Entry, Kind
from qualitygate.policy.ratchet.set_options import gravest
from qualitygate.policy.ratchet.state import State, partners
from qualitygate.vcs.blobs import Change

_WORDS = ("regenerated", "deleted", "accepted besides", "added", "renamed")
_HARMLESS = ("added", "renamed")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Replaced:
    """A reference that is another one now.

    Attributes:
        set_name: Its set.
        key: Path within the directory of references.
        word: `regenerated`, `deleted`, `accepted besides`, `added` or `renamed`.
        old, new: Paths from the top level; None where there is no such side.
        sha256: Digest of the new content; empty where there is none.
    """

    set_name: str
    key: str
    word: str
    old: str | None
    new: str | None
    sha256: str = ""


def replaced(
    past: Past, before: State, after: State, changes: Sequence[Change], *, pictures: bool = False
) -> tuple[Replaced, ...]:
    """Every reference of a set that stays which is not what it was.

    Files are compared by content, that of an LFS pointer being what it points to: neither a rename alone nor another
    run bit makes another reference.

    Args:
        past: The earlier commit.
        before, after: The two states.
        changes: What git says changed since.
        pictures: Whether sets count whose pictures are their own references, and sets that there were not yet, whose
            pictures may have been there.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    found: list[Replaced] = []
    earlier = {new.name: name for name, new in partners(before, after).items() if new is not None}
    was = {one.name: one for one in before.sets}
    for new in after.sets:
        old = was.get(earlier.get(new.name, ""))
        if old is None or (pictures and old.from_git != new.from_git):
            found += _of_set(past, (after, new), (after, new), changes) if pictures else []
        elif pictures or not (old.from_git or new.from_git):
            found += _of_set(past, (before, old), (after, new), changes)
    return tuple(found)


def moved_alike(past: Past, before: State, after: State) -> frozenset[str]:
    """Names of sets whose references lie in another directory, and are the same there, each by its path in it."""
    found = set()
    successors = partners(before, after)
    for old in before.sets:
        new = successors[old.name]
        if new is None or new.from_git or old.from_git:
            continue
        start, end = before.inside(old.reference), after.inside(new.reference)
        if start == end:
            continue
        keys = [key for path in past.tree if (key := _key(path, start, old)) is not None]
        if keys and all(_same(past, f"{start}/{key}", after.top / end / key) for key in keys):
            found.add(new.name)
    return frozenset(found)


def entries_of(found: Sequence[Replaced], before: State, after: State, drift: dict[str, str]) -> Iterator[Entry]:
    """One entry per set of what is no longer the same reference, and a note on what only came in or moved.

    Args:
        found: As `replaced` gives it.
        before, after: The two states.
        drift: Path of a new reference to how far it lies from the old one, where that was measured.
    """
    for one in after.sets:
        ours = [each for each in found if each.set_name == one.name]
        for harmless in (False, True):
            part = [each for each in ours if (each.word in _HARMLESS) == harmless]
            if part:
                yield _entry(one, part, before, after, drift, harmless=harmless)


def _of_set(
    past: Past, was: tuple[State, PairSet], now: tuple[State, PairSet], changes: Sequence[Change]
) -> Iterator[Replaced]:
    (before, old), (after, new) = was, now
    start, end = before.inside(old.reference), after.inside(new.reference)
    for change in succession(past, changes, start, end):
        before_key = _key(change.old_path, start, old) if change.old_path is not None else None
        key = _key(change.path, end, new) if change.path is not None else None
        there = change.old_path in past.tree and before_key is not None
        data = content_of(after.top / change.path) if key is not None and change.path is not None else b""
        digest = "unreadable" if data is None else sha256_of(data) if key is not None else ""
        more = ACCEPTED in (key or before_key or "")
        if not there and key is None:
            continue
        if not there or before_key is None or change.old_path is None:
            word = "accepted besides" if more else "added"
            yield Replaced(new.name, key or "", word, None, change.path, digest)
        elif key is None:
            left_out = change.path is not None  # it is there, and the globs of the set leave it out: that is told so
            if not more and not left_out:  # one accepted reference less lets nothing more pass
                yield Replaced(new.name, before_key, "deleted", change.old_path, None)
        elif data is None or not past.holds(change.old_path, data):
            yield Replaced(new.name, key, "regenerated", change.old_path, change.path, digest)
        elif key != before_key:
            yield Replaced(new.name, key, "renamed", change.old_path, change.path, digest)


def _entry(
    one: PairSet, part: list[Replaced], before: State, after: State, drift: dict[str, str], *, harmless: bool
) -> Entry:
    counts = [(word, sum(each.word == word for each in part)) for word in _WORDS]
    after_text = ", ".join(f"{count:,} {word}" for word, count in counts if count)
    lines = [line for each in part[:_SHOWN] for line in _lines(after.top, each, drift)]
    if len(part) > _SHOWN:
        lines.append(f"and {len(part) - _SHOWN:,} more")
    profile = before.profiles.get(one.profile) or after.profiles.get(one.profile)
    memory = gravest(profile) if profile is not None and profile.thresholds else None
    text = "\n".join(sorted(f"{each.key} {each.sha256 or 'deleted'}" for each in part))
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return Entry(
        Kind.REFERENCE,
        f"set {one.name}: {'new references' if harmless else 'references'}",
        "approved before",
        after_text,
        part[0].sha256 and f"sha256:{part[0].sha256}" if len(part) == 1 and part[0].sha256 else f"sha256:{digest}",
        part[0].new or part[0].old or "",
        amount=float(len(part)),
        unit=f"reference{'' if len(part) == 1 else 's'}",
        severity=None if harmless or memory is None else memory.severity,
        born_of=None if harmless or memory is None else memory.born_of,
        sets=(one.name,),
        details=tuple(lines),
        level=Level.NOTE if harmless else Level.ERROR,
    )


def _lines(top: Path, each: Replaced, drift: dict[str, str]) -> Iterator[str]:
    path = each.new or each.old or ""
    was = f", was {each.old}" if each.word == "renamed" else ""
    far = drift.get(each.new or "")
    yield f"{path} {each.word}{was}{f', {far}' if far else ''}; {_provenance(top, each)}"


def _provenance(top: Path, each: Replaced) -> str:
    """What its sidecar says, or that nobody says anything."""
    if each.new is None:
        return "nothing is compared with it any more"
    try:
        told = read_provenance(top / each.new)
    except ConfigError as error:
        return error.message
    if told is None:
        return "no provenance"
    if told.sha256 != each.sha256:
        return "its provenance is about another content"
    stack = f", {', '.join(f'{key} {value}' for key, value in told.stack.items())}" if told.stack else ""
    seed = f", seed {told.seed}" if told.seed else ""
    incident = f", in {told.incident}" if told.incident else ""
    return f"approved {told.approved[:10]} by {told.approved_by}{stack}{seed}{incident}: {told.reason}"


def _key(path: str, directory: str, one: PairSet) -> str | None:
    """The path of a reference within its directory, None for what is none of the set; accepted ones with it."""
    if path == directory:
        return path.rpartition("/")[2]
    prefix = "" if directory == "." else f"{directory}/"
    if not path.startswith(prefix):
        return None
    key = path.removeprefix(prefix)
    picture = key.partition(f"{ACCEPTED}/")[0]
    if os.path.splitext(key)[1].lower() not in PICTURE_SUFFIXES:  # noqa: PTH122 - a key is no path of this machine
        return None
    taken = matches_any(one.include, picture) and not matches_any(one.exclude, picture)
    return key if taken else None


def _same(past: Past, old: str, new: Path) -> bool:
    data = content_of(new)
    return data is not None and past.holds(old, data)
