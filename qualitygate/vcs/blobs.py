"""Versions of files: at the merge base, at HEAD, in the index.

Other questions to git may go unanswered; these may not, since an unanswered one would let a change pass unseen.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError, LutError
from qualitygate.vcs.lfs import resolved
from qualitygate.vcs.repository import distrusted, run_git, top_level

_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Change:
    """One file of a change, paths relative to the top level with `/`.

    Attributes:
        path: Where it is now; None where it was deleted.
        old_path: Where it was; None where it is new.
        candidates: Where a new one may have been, if several files vanished.
    """

    path: str | None
    old_path: str | None
    candidates: tuple[str, ...] = ()

    @property
    def renamed(self) -> bool:
        """Whether it has another path than before."""
        return self.path is not None and self.old_path is not None and self.path != self.old_path


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of a repository: a commit before, and the working tree or the index now.

    Attributes:
        top: Top level of the working tree.
        before: Full name of the commit compared with; None for a repository without commits.
        staged: Whether the index is judged, and not the working tree.
        changes: Every file that differs.
        label: The state before, for messages, such as `merge base 1a2b3c4`.
    """

    top: Path
    before: str | None
    staged: bool
    changes: tuple[Change, ...]
    label: str

    def old_path(self, path: str) -> str | None:
        """Where a file was before, None for a new one."""
        return next((one.old_path for one in self.changes if one.path == path), path)

    def candidates(self, path: str) -> tuple[str, ...]:
        """Where a new file may have been, if several files vanished."""
        return next((one.candidates for one in self.changes if one.path == path), ())

    def old(self, path: str, max_bytes: int) -> bytes | None:
        """Content that the file which is now at `path` had before, None for a new one.

        Raises:
            ConfigError: QG-1690, git does not answer.
            LutError: QG-1687, it is an LFS pointer that cannot be resolved; QG-1602, it is larger than `max_bytes`.
        """
        was = self.old_path(path)
        return None if was is None else self.at(was, max_bytes)

    def at(self, was: str, max_bytes: int) -> bytes | None:
        """Content before at a path of before, None where there was none. Raises as `old` does."""
        if self.before is None:
            return None
        name = f"{self.before}:{was}"
        if not _exists(self.top, name):
            return None
        return resolved(self.top, _content(self.top, name, max_bytes, {}), was)

    def has(self, path: str) -> bool:
        """Whether the index has a file at a path."""
        return _exists(self.top, f":0:{path}")

    def new(self, path: str, max_bytes: int) -> bytes | None:
        """Content in the index, None where the index has no such file. LFS pointers stay pointers if need be.

        Raises:
            ConfigError: QG-1690, git does not answer.
            LutError: QG-1602, it is larger than `max_bytes`.
        """
        if not _exists(self.top, f":0:{path}"):
            return None
        data = _content(self.top, f":0:{path}", max_bytes, _index())
        try:
            return resolved(self.top, data, path)
        except LutError:
            return data  # the reader says of a pointer that it is one


def indexed(directory: Path) -> Callable[[Path], bytes | None]:
    """What gives the content of small files in the index, None for one it has not.

    A file outside of the repository is read as it is. Calling it raises QG-1690 where git does not answer.
    """
    top = _top(directory).resolve()

    def content(path: Path) -> bytes | None:
        found = path.parent.resolve() / path.name
        if not found.is_relative_to(top):
            return path.read_bytes() if path.is_file() else None
        name = f":0:{found.relative_to(top).as_posix()}"
        done = run_git(top, "cat-file", "blob", name, timeout=_TIMEOUT_SECONDS, variables=_index())
        if done is not None and done.returncode == 0:
            return done.stdout
        return _run(top, f"content of {name}", "cat-file", "blob", name) if _exists(top, name) else None

    return content


def since(directory: Path, revision: str) -> Comparison:
    """The working tree, untracked files included, against its merge base with a revision.

    Raises:
        ConfigError: QG-1690: no repository, unknown revision, no common history (a shallow clone).
    """
    top = _top(directory)
    tip = _text(top, f"unknown revision {revision!r}", "rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}")
    base = _text(top, f"no merge base of HEAD and {revision!r}", "merge-base", "HEAD", tip)
    return against(top, base, f"{revision} at {base[:10]}")


def against(directory: Path, commit: str, label: str) -> Comparison:
    """The working tree, untracked files included, against a commit.

    Args:
        directory: Anywhere in the working tree.
        commit: Full name.
        label: What the commit is called in messages.

    Raises:
        ConfigError: QG-1690, no repository, or git does not answer.
    """
    top = _top(directory)
    changes = _changes(top, "diff", commit)
    lying = _run(top, "untracked files", "ls-files", "-z", "--others", "--exclude-standard")
    untracked = {os.fsdecode(name) for name in lying.split(b"\0") if name}
    # What left the index and still lies there was not deleted.
    left = {one.old_path for one in changes if one.path is None} & untracked
    changes = tuple(one for one in changes if one.path is not None or one.old_path not in left)
    changes += tuple(Change(name, name if name in left else None) for name in sorted(untracked))
    return Comparison(top, commit, False, changes, label)


def staged(directory: Path) -> Comparison:
    """The index against HEAD. Honours `GIT_INDEX_FILE`, since `git commit FILE` gives hooks an index of its own.

    Raises:
        ConfigError: QG-1690, no repository.
    """
    top = _top(directory)
    head = run_git(top, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    if head is None:
        raise _unanswered("git does not answer", "install git, or check the repository")
    if head.returncode != 0:  # before the first commit everything is new
        names = _run(top, "files of the index", "ls-files", "-z", "--cached")
        found = tuple(Change(os.fsdecode(name), None) for name in names.split(b"\0") if name)
        return Comparison(top, None, True, found, "a repository without commits")
    commit = os.fsdecode(head.stdout.strip())
    return Comparison(top, commit, True, _changes(top, "diff", "--cached", commit), "HEAD")


def _changes(top: Path, *command: str) -> tuple[Change, ...]:
    """What a diff names."""
    output = _run(top, "changes", *command, "--name-status", "-z", "--find-renames", "--no-ext-diff", "--no-relative")
    parts = [os.fsdecode(part) for part in output.split(b"\0") if part]
    found: list[Change] = []
    while parts:
        status = parts.pop(0)
        if status[0] in "RC":
            old, new = parts.pop(0), parts.pop(0)
            found.append(Change(new, old))
        else:
            path = parts.pop(0)
            found.append(Change(None if status[0] == "D" else path, None if status[0] == "A" else path))
    return tuple(found)


def _top(directory: Path) -> Path:
    top = top_level(directory)
    if top is None and (command := distrusted(directory)) is not None:
        raise _unanswered("git does not open this repository, since it is of another user", command)
    if top is None:
        raise _unanswered("no git repository here, or git cannot open it", "run it inside one, or compare by --against")
    return top


def _exists(top: Path, name: str) -> bool:
    done = run_git(top, "cat-file", "-e", name, timeout=_TIMEOUT_SECONDS, variables=_index())
    if done is None:
        raise _unanswered(f"git does not answer for {name}", "check the repository")
    return done.returncode == 0


def _content(top: Path, name: str, max_bytes: int, variables: dict[str, str]) -> bytes:
    done = run_git(top, "cat-file", "-s", name, timeout=_TIMEOUT_SECONDS, variables=variables)
    size = 0 if done is None or done.returncode else int(done.stdout)
    if size > max_bytes:
        raise LutError(
            f"{size:,} bytes", code="QG-1602", where=name.rpartition(":")[2], hint=f"at most {max_bytes:,} are read"
        )
    return _run(top, f"content of {name}", "cat-file", "blob", name)


def _text(top: Path, failure: str, *arguments: str) -> str:
    done = run_git(top, *arguments, timeout=_TIMEOUT_SECONDS)
    if done is None or done.returncode != 0 or not done.stdout.strip():
        raise _unanswered(failure, "fetch it first; in CI check out the whole history (`fetch-depth: 0`)")
    return os.fsdecode(done.stdout.strip())


def _run(top: Path, what: str, *arguments: str) -> bytes:
    done = run_git(top, *arguments, timeout=_TIMEOUT_SECONDS, variables=_index())
    if done is None or done.returncode != 0:
        detail = "" if done is None else " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise _unanswered(f"git does not give the {what}{': ' if detail else ''}{detail}", "check the repository")
    return done.stdout


def _index() -> dict[str, str]:
    """The index a hook was given, absolute because commands run at the top level."""
    given = os.environ.get("GIT_INDEX_FILE")
    return {"GIT_INDEX_FILE": os.path.abspath(given)} if given else {}  # noqa: PTH100 - must not follow links


def _unanswered(message: str, hint: str) -> ConfigError:
    return ConfigError(message, code="QG-1690", where="git", hint=hint)
