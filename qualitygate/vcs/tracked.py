"""Which files git knows and which it ignores, what one holds at a revision, and where a repository was cloned from."""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import distrusted, run_git, top_level
from qualitygate.vcs.versions import content, named

_TIMEOUT_SECONDS = 30.0


def tracked(directory: Path) -> tuple[str, ...]:
    """Every file in the index of the repository, from its top level with `/`, sorted.

    Raises:
        ConfigError: QG-1690, no repository, or git does not answer.
    """
    top = _top(directory)
    done = run_git(top, "ls-files", "-z", "--cached", timeout=_TIMEOUT_SECONDS)
    if done is None or done.returncode != 0:
        raise _unanswered(directory, "git does not list its files")
    return tuple(sorted({os.fsdecode(name) for name in done.stdout.split(b"\0") if name}))


def ignored(directory: Path, below: Path, name: str | None = None) -> bool:
    """Whether git ignores what lies below a directory, so that no commit will hold it. False where git does not answer.

    Args:
        directory: Inside of the repository.
        below: The directory asked about; it may be missing.
        name: A file of it, for patterns such as `build/*.webp`.
    """
    known = run_git(directory, "ls-files", "-z", "--", str(below), timeout=_TIMEOUT_SECONDS)
    if known is None or known.returncode != 0 or known.stdout:
        return False
    asked = [f"{below}{os.sep}", *([str(below / name)] if name else [])]  # `build/` matches a directory only
    done = run_git(directory, "check-ignore", "--", *asked, timeout=_TIMEOUT_SECONDS)
    return done is not None and done.returncode == 0


def content_at(directory: Path, revision: str, path: str, max_bytes: int) -> bytes | None:
    """Content of a file at a revision, None where it has no such file.

    Args:
        path: From the top level, with `/`.
        max_bytes: What is larger is refused.

    Raises:
        ConfigError: QG-1690, no repository, or no such revision; QG-1781, more than `max_bytes`.
    """
    top = _top(directory)
    found = run_git(top, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    if found is None or found.returncode != 0:
        raise ConfigError(
            f"unknown revision {revision!r}", code="QG-1690", hint="fetch it, or name a branch, tag or commit"
        )
    one = named(top, f"{os.fsdecode(found.stdout.strip())}:{path}")
    if one is None:
        return None
    if one.bytes > max_bytes:
        message = f"has {one.bytes:,} bytes, more than {max_bytes:,}"
        raise ConfigError(message, code="QG-1781", where=f"{revision}:{path}")
    return content(top, one)


def remote_url(directory: Path, name: str = "origin") -> str | None:
    """Where a remote is fetched from, None where there is no such remote. It may hold a password: never show it."""
    done = run_git(directory, "config", "--get", f"remote.{name}.url")
    if done is None or done.returncode != 0:
        return None
    return os.fsdecode(done.stdout).strip() or None


def _top(directory: Path) -> Path:
    top = top_level(directory)
    if top is None and (command := distrusted(directory)) is not None:
        raise _unanswered(directory, "is in a repository of another user, which git does not open", command)
    if top is None:
        raise _unanswered(directory, "is in no git repository")
    return top


def _unanswered(
    directory: Path, message: str, hint: str = "run it in a git repository that git can read"
) -> ConfigError:
    return ConfigError(message, code="QG-1690", where=str(directory), hint=hint)
