"""Commits, checked out beside the user's own working tree for as long as they are looked at.

Detached worktrees in a temporary directory: the checkout, the index and HEAD of the user are never touched. They are
removed whatever happens; what a killed run left is found by its name and removed by the next one. A worktree of
somebody else is left alone, also one whose directory is missing, so `git worktree prune` is never run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.calm import CALM, calmed
from qualitygate.vcs.repository import distrusted, run_git, top_level

PREFIX = "qualitygate-proof-"
_OWNER = "owner.lock"
_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as it was asked for, its full name and that of its tree."""

    revision: str
    name: str
    tree: str

    @property
    def short(self) -> str:
        """The first ten digits."""
        return self.name[:10]


def commit_of(directory: Path, revision: str, what: str = "the commit") -> Commit:
    """The commit that a revision means.

    Args:
        directory: Anywhere in the working tree.
        revision: As git understands it; never taken for an option.
        what: What it is, for the error.

    Raises:
        ConfigError: QG-1761, no repository here, or no such commit in it, which a shallow clone is told apart.
    """
    top = _top(directory)
    name = _asked(top, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    tree = _asked(top, "rev-parse", "--quiet", "--verify", f"{name}^{{tree}}") if name else None
    if not name or not tree:
        raise _absent(top, f"{what} {revision!r} is not in this repository")
    return Commit(revision, name, tree)


def parent_of(directory: Path, commit: Commit) -> Commit:
    """The first parent of a commit.

    Raises:
        ConfigError: QG-1761, it has none, or it is not in a shallow clone.
    """
    top = _top(directory)
    name = _asked(top, "rev-parse", "--quiet", "--verify", f"{commit.name}^1^{{commit}}")
    if not name:
        raise _absent(top, f"the commit before {commit.short} is not in this repository", "name another by `parent`")
    return Commit(f"{commit.revision}^", name, _asked(top, "rev-parse", f"{name}^{{tree}}") or "")


def merge_base(directory: Path, revision: str) -> Commit:
    """The merge base of HEAD and a revision.

    Raises:
        ConfigError: QG-1761, there is no such revision, or no common history here.
    """
    tip = commit_of(directory, revision, "the base")
    top = _top(directory)
    name = _asked(top, "merge-base", "HEAD", tip.name)
    if not name:
        raise _absent(top, f"HEAD and {revision!r} have no history in common here")
    return commit_of(top, name)


@dataclass(slots=True)
class Worktrees:
    """Commits that are checked out, each once.

    Attributes:
        top: Top level of the user's working tree.
        directory: Temporary directory that holds them.
    """

    top: Path
    directory: Path
    made: dict[str, Path] = field(default_factory=dict)

    def at(self, commit: Commit) -> Path:
        """The directory that a commit is checked out in.

        Raises:
            ConfigError: QG-1761, git cannot check it out.
        """
        if commit.name not in self.made:
            target = self.directory / commit.name[:16]
            self.made[commit.name] = target  # before git begins, so that half a worktree is removed, too
            self._git(self.top, commit, *calmed(self.top), "worktree", "add", "--no-checkout", "--detach", "--quiet",
                      str(target), commit.name)  # fmt: skip
            # Only now does git know what its configuration includes for this worktree. Files come as they are stored:
            # LFS pointers stay pointers, of which those that are judged are resolved later.
            self._git(target, commit, *calmed(target), "reset", "--hard", "--quiet", "--no-recurse-submodules")
        return self.made[commit.name]

    def _git(self, directory: Path, commit: Commit, *arguments: str) -> None:
        done = run_git(directory, *arguments, timeout=_SECONDS)
        if done is None or done.returncode != 0:
            said = "" if done is None else " ".join(done.stderr.decode("utf-8", "replace").split())[-300:]
            raise ConfigError(f"git cannot check out {commit.short}{': ' if said else ''}{said}", code="QG-1761",
                              where="git", hint="is there room on the disk, and every object here?")  # fmt: skip


@contextlib.contextmanager
def worktrees(directory: Path) -> Iterator[Worktrees]:
    """Check out commits for the length of a `with` block. What killed runs left in this repository is removed first.

    Raises:
        ConfigError: QG-1761, no repository here.
    """
    top = _top(directory)
    sweep(top)
    scratch = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    owner = FileLock(scratch / _OWNER)
    owner.acquire()
    found = Worktrees(top, scratch)
    try:
        yield found
    finally:
        for path in found.made.values():
            _remove(top, path)
        owner.release()
        shutil.rmtree(scratch, ignore_errors=True)


def sweep(directory: Path) -> int:
    """Remove the worktrees of runs that were killed; how many there were. Those of runs that go on are kept."""
    top = top_level(directory)
    if top is None:
        return 0
    listed = _asked(top, "worktree", "list", "--porcelain") or ""
    removed = 0
    for line in listed.splitlines():
        path = Path(line.removeprefix("worktree "))
        if not line.startswith("worktree ") or not path.parent.name.startswith(PREFIX):
            continue
        if _alive(path.parent):
            continue
        _remove(top, path)
        shutil.rmtree(path.parent, ignore_errors=True)
        removed += 1
    return removed


def _alive(scratch: Path) -> bool:
    """Whether the run that made a directory still holds its lock. The system lets go of the locks of the dead."""
    if not (scratch / _OWNER).exists():
        return False
    try:
        with FileLock(scratch / _OWNER, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return True  # of somebody else


def _remove(top: Path, path: Path) -> None:
    """Remove a worktree and what git remembers of it."""
    done = run_git(top, *CALM, "worktree", "remove", "--force", "--force", str(path), timeout=_SECONDS)
    if path.exists():
        shutil.rmtree(path, ignore_errors=True)
    if done is None or done.returncode != 0:  # now that the directory is gone, git lets go of its record
        run_git(top, *CALM, "worktree", "remove", "--force", "--force", str(path), timeout=_SECONDS)


def _asked(top: Path, *arguments: str) -> str | None:
    done = run_git(top, *arguments, timeout=_SECONDS)
    return os.fsdecode(done.stdout).strip() if done is not None and done.returncode == 0 else None


def _top(directory: Path) -> Path:
    top = top_level(directory)
    if top is None and (command := distrusted(directory)) is not None:
        raise ConfigError("git does not open this repository, since it is of another user", code="QG-1761", where="git",
                          hint=command)  # fmt: skip
    if top is None:
        raise ConfigError(
            "no git repository here, or git cannot open it", code="QG-1761", where="git", hint="a proof needs commits"
        )
    return top


def _absent(
    top: Path, message: str, hint: str = "fetch it, in CI by `fetch-depth: 0`, or correct the name"
) -> ConfigError:
    if _asked(top, "rev-parse", "--is-shallow-repository") == "true":
        message += ", which is a shallow clone"
        hint = "check out the whole history: `fetch-depth: 0` in CI, `git fetch --unshallow` elsewhere"
    return ConfigError(message, code="QG-1761", where="git", hint=hint)
