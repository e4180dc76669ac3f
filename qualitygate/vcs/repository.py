"""Questions to the git repository a directory lies in.

No repository, no `git` on the path, a repository git refuses to open (`safe.directory`) and a git that does not answer
in time all give None: the gate works outside git, with less to say about where a picture came from.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_TIMEOUT_SECONDS = 10.0
_DISTRUSTED = re.compile(rb"dubious ownership in repository at '([^\n]+)'")
# SHA-1 or SHA-256 object names.
_OBJECT_NAME = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def top_level(directory: Path) -> Path | None:
    """The top directory of the working tree that holds `directory`; None outside one and in a bare repository."""
    found = _git(directory, "rev-parse", "--show-toplevel")
    return Path(found) if found else None


def distrusted(directory: Path) -> str | None:
    """The command that has git open a repository of another user, as in a container of CI; None where that is not why.

    Git's own words are not passed on but for the path, which is quoted for a shell.
    """
    done = run_git(directory, "rev-parse", "--show-toplevel")
    if done is None or done.returncode == 0 or b"dubious ownership" not in done.stderr:
        return None
    import shlex

    named = _DISTRUSTED.search(done.stderr)
    path = os.fsdecode(named[1]) if named else str(directory.resolve())
    return f"git config --global --add safe.directory {shlex.quote(path)}"


def head_branch(directory: Path) -> str | None:
    """The branch checked out there, also one without commits yet; None when HEAD is detached or unknown."""
    return _git(directory, "symbolic-ref", "--quiet", "--short", "HEAD") or None


def head_commit(directory: Path) -> str | None:
    """The full object name of the commit checked out there; None before the first commit or when unknown."""
    found = _git(directory, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    return found if found and _OBJECT_NAME.fullmatch(found) else None


def user_name(directory: Path) -> str | None:
    """What git would write as the author's name there; None when it is not set or git does not answer."""
    return _git(directory, "config", "--get", "user.name") or None


def hook_path(directory: Path, name: str) -> Path | None:
    """Where git looks for a hook, `core.hooksPath` considered; None outside of a repository."""
    found = _git(directory, "rev-parse", "--git-path", f"hooks/{name}")
    return directory / found if found else None


def run_git(
    directory: Path,
    *arguments: str,
    stdin: bytes = b"",
    timeout: float = _TIMEOUT_SECONDS,
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes] | None:
    """Run a git command and catch both its streams; None where it could not be started or did not end in time.

    Args:
        directory: Where it runs.
        arguments: Command and arguments.
        stdin: Its standard input.
        timeout: Seconds it may take.
        variables: Environment variables it gets beside what is harmless.
    """
    import shutil
    import subprocess

    program = shutil.which("git")
    # A relative answer was found in the current directory, which may be an untrusted checkout with its own `git`.
    if program is None or not Path(program).is_absolute():
        return None
    try:
        return subprocess.run(
            [program, "--no-pager", *arguments],
            cwd=directory,
            env=_environment() | dict(variables or {}),
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _git(directory: Path, *arguments: str) -> str | None:
    """Standard output of a git command without its line end, or None if it failed in any way."""
    done = run_git(directory, *arguments)
    if done is None or done.returncode != 0:
        return None
    # Only the line end goes: a directory may itself end in white space.
    return os.fsdecode(done.stdout.removesuffix(b"\n").removesuffix(b"\r"))


def _environment() -> dict[str, str]:
    # A hook runs with GIT_DIR and GIT_INDEX_FILE set, and GIT_CONFIG_* can name programs to start: the directory asked
    # about decides, nothing else. A ceiling only makes the search shorter, so it stays.
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    if "GIT_CEILING_DIRECTORIES" in os.environ:
        kept["GIT_CEILING_DIRECTORIES"] = os.environ["GIT_CEILING_DIRECTORIES"]
    return kept | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
