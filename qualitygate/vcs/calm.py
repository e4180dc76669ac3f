"""Git told to start no program of its configuration: a commit that is looked at is somebody's change.

A filter that the user configured may name a script of the tree, such as `bin/smudge.sh`; attributes are part of the
commit, so that a stranger's change could run its own version of it.
"""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import run_git

CALM = (
    "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", "-c", "submodule.recurse=false",
    "-c", "advice.detachedHead=false",
)  # fmt: skip
"""Options that keep hooks and the file system monitor from running, and submodules from being entered."""
_SECONDS = 60.0
_FILTERS = r"^filter\..*\.(smudge|clean|process|required)$"
_NOTHING = {"smudge": "", "clean": "", "process": "", "required": "false"}


def calmed(directory: Path) -> tuple[str, ...]:
    """Options that also switch off every filter, and programs of a relative path that git would start to fetch.

    Args:
        directory: Top of a working tree. What its configuration says there counts, with what the user's and the
            system's say and what those include.

    Raises:
        ConfigError: QG-1761, git does not answer, or a filter that cannot be switched off.
    """
    names = {"lfs"} | {key[len("filter.") : key.rindex(".")] for key in _keys(directory)}
    strange = next((name for name in sorted(names) if "=" in name), None)
    if strange is not None:
        raise ConfigError(f"the filter {strange!r} cannot be switched off, and could run code of a commit",
                          code="QG-1761", where="git", hint="give it a name without `=`")  # fmt: skip
    options = [f"filter.{name}.{key}={value}" for name in sorted(names) for key, value in _NOTHING.items()]
    command = _value(directory, "core.sshCommand").split()
    if command and "/" in command[0] and not os.path.isabs(os.path.expanduser(command[0])):  # noqa: PTH111, PTH117
        options.append("core.sshCommand=ssh")  # of a partial clone: git asks for objects from inside of the tree
    return (*CALM, *(part for option in options for part in ("-c", option)))


def _keys(directory: Path) -> list[str]:
    done = run_git(directory, "config", "-z", "--name-only", "--get-regexp", _FILTERS, timeout=_SECONDS)
    if done is None or done.returncode not in (0, 1):  # 1: there are none
        raise ConfigError("git does not say which filters are configured", code="QG-1761", where="git",
                          hint="check `git config --list`")  # fmt: skip
    return [os.fsdecode(key) for key in done.stdout.split(b"\0") if key]


def _value(directory: Path, key: str) -> str:
    done = run_git(directory, "config", "--get", key, timeout=_SECONDS)
    return os.fsdecode(done.stdout).strip() if done is not None and done.returncode == 0 else ""
