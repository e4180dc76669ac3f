"""Whether a content stood at a path before: by the names of git's objects, so that no old version is read."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from qualitygate.vcs.repository import run_git

_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Stood:
    """When a content stood at a path. Names of commits are short, days are ISO 8601.

    Attributes:
        commit, day: What brought it.
        replaced_by, replaced_on: What replaced it.
    """

    commit: str
    day: str
    replaced_by: str
    replaced_on: str


def stood_at(top: Path, commit: str, path: str, data: bytes) -> Stood | None:
    """When a content last stood at a path, and stands there no more; None where it never did, or git does not say.

    The history of a branch is what landed on it: of a merge what its first parent did not have. CR LF and LF are the
    same, and what an LFS pointer stands for is the content.

    Args:
        top: Top level of a working tree.
        commit: Where the history ends, full name.
        path: Relative to the top level, with `/`.
        data: The content.
    """
    done = run_git(
        top, "--literal-pathspecs", "-c", "log.showSignature=false", "log", "--first-parent", "-m", "--no-color",
        "--no-mailmap", "--no-notes", "--raw", "--no-abbrev", "--no-renames", "--date=short", "--format=%x00%H %cd",
        commit, "--", path, timeout=_SECONDS,
    )  # fmt: skip
    if done is None or done.returncode != 0:
        return None
    names = _names(data, like=commit)
    replaced: tuple[str, str] | None = None
    for entry in os.fsdecode(done.stdout).split("\0"):
        lines = [line for line in entry.splitlines() if line]
        if len(lines) < 2:
            continue
        name, day = lines[0].split(" ")
        _, _, old, new = lines[1].split(" ")[:4]
        if replaced is None and old in names:
            replaced = name[:10], day
        elif replaced is not None and new in names:
            return Stood(name[:10], day, *replaced)
    return None


def _names(data: bytes, like: str) -> frozenset[str]:
    """What git may call a content: as it is, with LF, or as a pointer to it."""
    made = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    plain = data if b"\0" in data else data.replace(b"\r\n", b"\n")
    found = {data, plain}
    for one in (data, plain):
        oid = hashlib.sha256(one).hexdigest()
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(one)}\n".encode()
        found.add(pointer)
    return frozenset(made(b"blob %d\0" % len(one) + one, usedforsecurity=False).hexdigest() for one in found)
