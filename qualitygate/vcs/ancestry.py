"""How commits stand to each other."""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import run_git

_SECONDS = 120.0


def is_ancestor(directory: Path, old: str, new: str) -> bool:
    """Whether a commit can be reached from another by its parents, or is that commit, as far as is known here.

    Args:
        directory: Anywhere in the working tree.
        old, new: Full names.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    return old == new or _told(directory, "merge-base", "--is-ancestor", old, new)


def share_history(directory: Path, one: str, other: str) -> bool:
    """Whether two commits have a common ancestor, as far as is known here.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    return one == other or _told(directory, "merge-base", one, other)


def is_shallow(directory: Path) -> bool:
    """Whether the repository lacks commits, so that a no of `is_ancestor` may only mean that it cannot see them."""
    done = run_git(directory, "rev-parse", "--is-shallow-repository", timeout=_SECONDS)
    return done is not None and done.stdout.strip() == b"true"


def _told(directory: Path, *arguments: str) -> bool:
    done = run_git(directory, *arguments, timeout=_SECONDS)
    if done is None or done.returncode not in (0, 1):
        said = "" if done is None else " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise ConfigError(f"git does not say how two commits stand to each other{': ' if said else ''}{said}",
                          code="QG-1761", where="git", hint="check the repository")  # fmt: skip
    return done.returncode == 0


def changed_below(directory: Path, old: str, new: str, path: str) -> tuple[str, ...]:
    """Files below a path that are new or other in a commit than in another, relative to the top level.

    Args:
        directory: Top level of a working tree.
        old, new: Full names.
        path: File or directory, relative to the top level; no pattern.
    """
    done = run_git(directory, "--literal-pathspecs", "diff-tree", "-r", "-z", "--name-only", "--no-renames",
                   "--diff-filter=AMT", old, new, "--", path, timeout=_SECONDS)  # fmt: skip
    if done is None or done.returncode != 0:
        return ()
    return tuple(os.fsdecode(name) for name in done.stdout.split(b"\0") if name)
