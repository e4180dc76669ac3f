"""Files as a commit holds them, read without checking anything out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import run_git

_SECONDS = 300.0
_REGULAR = (b"100644", b"100755")


def files_at(top: Path, commit: str, below: Sequence[str]) -> dict[str, bytes]:
    """Regular files of a commit, by path relative to the top level with `/`. Links and submodules are left out.

    Args:
        top: Top level of a working tree.
        commit: Full name of the commit.
        below: Files or directories; those that the commit does not have are passed over.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    listed = _run(top, ["--literal-pathspecs", "ls-tree", "-r", "-z", commit, "--", *below])
    found: dict[str, str] = {}
    for entry in listed.split(b"\0"):
        facts, _, path = entry.partition(b"\t")
        if facts[:6] in _REGULAR:
            found[os.fsdecode(path)] = facts.split()[2].decode("ascii")
    if not found:
        return {}
    names = "".join(f"{name}\n" for name in found.values())
    return dict(zip(found, _contents(_run(top, ["cat-file", "--batch"], names.encode("ascii"))), strict=True))


def _contents(batch: bytes) -> list[bytes]:
    """The contents in what `git cat-file --batch` writes: `NAME TYPE SIZE`, a line end, the content, a line end."""
    contents: list[bytes] = []
    position = 0
    while position < len(batch):
        end = batch.index(b"\n", position)
        size = int(batch[position:end].rsplit(b" ", 1)[1])
        contents.append(batch[end + 1 : end + 1 + size])
        position = end + 1 + size + 1
    return contents


def _run(top: Path, arguments: list[str], stdin: bytes = b"") -> bytes:
    done = run_git(top, *arguments, stdin=stdin, timeout=_SECONDS)
    if done is None or done.returncode != 0:
        said = "" if done is None else " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise ConfigError(
            f"git does not give the files of the base{': ' if said else ''}{said}",
            code="QG-1761",
            where="git",
            hint="check the repository; in CI check out the whole history (`fetch-depth: 0`)",
        )
    return done.stdout
