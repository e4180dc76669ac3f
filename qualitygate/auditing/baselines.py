"""Approved pictures that batches are held against: another baseline is another limit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from qualitygate.auditing.past import Past, sha256_of
from qualitygate.auditing.succession import digest_of
from qualitygate.core.glob import matches_any
from qualitygate.pairing.walk import PICTURE_SUFFIXES
from qualitygate.policy.palette_model import BatchSet
from qualitygate.policy.ratchet.entry import Entry, Kind
from qualitygate.policy.ratchet.sets import shown
from qualitygate.policy.ratchet.state import State
from qualitygate.vcs.blobs import Change


def baselines(past: Past, before: State, after: State, changes: Sequence[Change]) -> Iterator[Entry]:
    """Batches of both states whose baseline has other pictures, or whose stored one is another.

    Args:
        past: The earlier commit.
        before, after: The two states.
        changes: What git says changed since.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    known = {one.name for one in before.batches}
    for one in after.batches:
        if one.name not in known:
            continue
        other = {}
        for path in dict.fromkeys(path for change in changes for path in (change.old_path, change.path) if path):
            if _counts(after, one, path):
                was, now = past.content(path), digest_of(past.top / path) if (past.top / path).is_file() else ""
                if (sha256_of(was) if was is not None else "") != now:
                    other[path] = now or "deleted"
        if other:
            text = "\n".join(f"{path} {digest}" for path, digest in sorted(other.items()))
            digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
            yield Entry(Kind.REFERENCE, f"batch {one.name}: baseline pictures", "approved before",
                        f"{len(other):,} others", f"sha256:{digest}", min(other), amount=float(len(other)),
                        unit="pictures", sets=(one.name,), details=shown(other))  # fmt: skip


def _counts(after: State, one: BatchSet, path: str) -> bool:
    """Whether a file is part of a baseline."""
    if not isinstance(one.baseline, tuple):
        return path == after.inside(one.baseline)
    root = after.inside(after.config.root) if after.config is not None else "."
    prefix = "" if root == "." else f"{root}/"
    key = path.removeprefix(prefix)
    picture = f".{path.rpartition('.')[2].lower()}" in PICTURE_SUFFIXES
    return picture and path.startswith(prefix) and matches_any(one.baseline, key) and not matches_any(one.exclude, key)
