"""A change as evidence: its commits and its patch, by a git that runs no program of the repository's choice."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import run_git, top_level

_SECONDS = 120.0
_MAX_PATHS = 500
_MAX_COMMITS = 1000
# Nothing of the user's configuration may change what is listed or how a patch reads, nor start a program.
_PLAIN = (
    "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--full-index", "--no-relative",
    "--ignore-submodules=none", "-O/dev/null",
)  # fmt: skip
_PATCH = (
    "--patch", "--unified=3", "--inter-hunk-context=0", "--diff-algorithm=histogram", "--indent-heuristic",
    "--submodule=short", "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
_ZERO = frozenset("0")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: full name, names of its parents, author, time of authorship (ISO 8601), message."""

    name: str
    parents: tuple[str, ...]
    author: str
    time: str
    message: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that differs.

    Attributes:
        status: `A`, `D`, `M`, `R` or `T`, as git says.
        path: Where it is now, or was if it is gone.
        old_path: Where it was, None for a new one.
        old_blob, new_blob: Object names, None where there is no such side.
        old_bytes, new_bytes: Sizes, None where there is no such side or git does not have it.
        added, removed: Lines; None for a binary file.
    """

    status: str
    path: str
    old_path: str | None
    old_blob: str | None
    new_blob: str | None
    old_bytes: int | None
    new_bytes: int | None
    added: int | None
    removed: int | None

    @property
    def binary(self) -> bool:
        """Whether git takes it for binary."""
        return self.added is None


@dataclass(frozen=True, slots=True)
class History:
    """Everything from a base to a head, both full names; `origin` is their merge base, which the patch begins at."""

    base: str
    head: str
    origin: str
    commits: tuple[Commit, ...]
    more_commits: int
    files: tuple[FileChange, ...]


def revision(directory: Path, name: str) -> str | None:
    """Full name of the commit that a revision means; None where there is none."""
    done = run_git(directory, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
    return os.fsdecode(done.stdout.strip()) if done is not None and done.returncode == 0 else None


def history(directory: Path, base: str, head: str) -> History:
    """What happened between two revisions.

    Raises:
        ConfigError: QG-1792: no repository, an unknown revision, no common history, or git does not answer.
    """
    top = top_level(directory)
    if top is None:
        raise _unanswered("no git repository here", "run it inside one, or leave out --base")
    old, new = (revision(top, name) for name in (base, head))
    if old is None or new is None:
        raise _unanswered(f"unknown revision {base if old is None else head!r}", "fetch it first")
    origin = os.fsdecode(_run(top, f"merge base of {base} and {head}", "merge-base", old, new).strip())
    count = int(_run(top, "number of commits", "rev-list", "--count", f"{old}..{new}"))
    return History(old, new, origin, _commits(top, old, new), max(0, count - _MAX_COMMITS), _files(top, origin, new))


def patch(directory: Path, known: History, paths: tuple[str, ...]) -> bytes:
    """The patch of some files of a history, at most 500.

    Raises:
        ConfigError: QG-1792, git does not answer.
    """
    top = top_level(directory)
    if top is None or not paths:
        return b""
    arguments = (
        "--literal-pathspecs",
        "-c",
        "core.quotePath=false",
        "diff",
        *_PLAIN,
        *_PATCH,
        known.origin,
        known.head,
        "--",
    )
    return _run(top, "patch", *arguments, *paths[:_MAX_PATHS])


def files_called(directory: Path, commit: str, name: str) -> tuple[str, ...]:
    """Paths of the files of a commit that have a name, wherever they lie.

    Raises:
        ConfigError: QG-1792, git does not answer.
    """
    top = top_level(directory)
    if top is None:
        return ()
    listed = _split(_run(top, "files", "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit))
    return tuple(path for path in listed if path.rpartition("/")[2] == name)


def uncommitted(directory: Path, apart: tuple[str, ...] = ()) -> bool:
    """Whether files that git tracks differ from HEAD; False where git does not answer.

    Args:
        directory: Anywhere in the working tree.
        apart: Directories that are passed over, relative to its top.
    """
    others = (":(top)", *(f":(top,exclude,literal){path}" for path in apart))
    done = run_git(directory, "-c", "core.fsmonitor=false", "status", "--porcelain", "--untracked-files=no",
                   "--ignore-submodules=all", "--", *others, timeout=_SECONDS)  # fmt: skip
    return done is not None and done.returncode == 0 and bool(done.stdout.strip())


def _commits(top: Path, base: str, head: str) -> tuple[Commit, ...]:
    form = "--format=%H%x00%P%x00%an%x00%aI%x00%B"
    output = _run(
        top, "commits", "-c", "log.showSignature=false", "log", "-z", "--no-color", "--no-mailmap", "--no-notes",
        "--no-patch", "--encoding=UTF-8", f"--max-count={_MAX_COMMITS}", form, f"{base}..{head}",
    )  # fmt: skip
    fields = output.decode("utf-8", "backslashreplace").split("\0")
    found = []
    for position in range(0, len(fields) - 4, 5):
        name, parents, author, time, message = fields[position : position + 5]
        found.append(Commit(name, tuple(parents.split()), author, time, message.rstrip()))
    return tuple(found)


def _files(top: Path, origin: str, head: str) -> tuple[FileChange, ...]:
    raw = _split(_run(top, "changed files", "diff", "--raw", "--no-abbrev", "-z", *_PLAIN, origin, head, "--"))
    lines = _line_counts(_split(_run(top, "changed lines", "diff", "--numstat", "-z", *_PLAIN, origin, head, "--")))
    entries: list[tuple[str, str, str | None, str | None, str | None]] = []
    while raw:
        old_mode, new_mode, old, new, status = raw.pop(0).lstrip(":").split(" ")
        first = raw.pop(0)
        path = raw.pop(0) if status[0] in "RC" else first
        # A submodule is a commit of another repository, not a blob of this one.
        blobs = [
            None if set(name) <= _ZERO or mode == "160000" else name
            for name, mode in ((old, old_mode), (new, new_mode))
        ]
        entries.append((status[0], path, None if status[0] == "A" else first, blobs[0], blobs[1]))
    sizes = _sizes(top, [blob for entry in entries for blob in entry[3:] if blob])
    return tuple(
        FileChange(
            status, path, old_path, old, new, sizes.get(old or ""), sizes.get(new or ""), *lines.get(path, (None, None))
        )
        for status, path, old_path, old, new in entries
    )


def _line_counts(parts: list[str]) -> dict[str, tuple[int | None, int | None]]:
    """Path to lines added and removed; both None for binary files."""
    counts: dict[str, tuple[int | None, int | None]] = {}
    while parts:
        added, removed, path = parts.pop(0).split("\t", 2)
        if not path:  # renamed: the old and the new path follow
            parts.pop(0)
            path = parts.pop(0)
        counts[path] = (None, None) if added == "-" else (int(added), int(removed))
    return counts


def _sizes(top: Path, blobs: list[str]) -> dict[str, int]:
    if not blobs:
        return {}
    names = "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()
    done = run_git(
        top, "cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=names, timeout=_SECONDS,
        variables={"GIT_NO_LAZY_FETCH": "1"},
    )  # fmt: skip
    if done is None:
        return {}
    pairs = (line.split() for line in done.stdout.decode("ascii", "replace").splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()}


def _split(output: bytes) -> list[str]:
    return [os.fsdecode(part) for part in output.split(b"\0") if part]


def _run(top: Path, what: str, *arguments: str) -> bytes:
    done = run_git(top, "-c", "core.fsmonitor=false", *arguments, timeout=_SECONDS)
    if done is None or done.returncode != 0:
        said = "" if done is None else " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise _unanswered(
            f"git does not give the {what}{': ' if said else ''}{said}",
            "check the repository; in CI check out the whole history (`fetch-depth: 0`)",
        )
    return done.stdout


def _unanswered(message: str, hint: str) -> ConfigError:
    return ConfigError(message, code="QG-1792", where="git", hint=hint)
