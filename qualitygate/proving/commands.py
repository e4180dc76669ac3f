"""Running the commands of a case, where they may be run at all."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualitygate.core.errors import ConfigError
from qualitygate.proofs.case import Case, Inputs, Reproduce
from qualitygate.proofs.trust import refusal

_SHOWN = 400  # characters of what a command printed


@dataclass(frozen=True, slots=True)
class Commands:
    """Leave to run commands of cases, or why there is none.

    Attributes:
        refused: Why they are not run; None where they are.
        environ: Environment that they get.
    """

    refused: str | None
    environ: Mapping[str, str]

    def demand(self, case: Case, key: str) -> None:
        """Raise unless commands may be run.

        Raises:
            ConfigError: QG-1762, they may not.
        """
        if self.refused is not None:
            raise ConfigError(f"the command of [{key}] is not run: {self.refused}", code="QG-1762",
                              where=case.lines.get(key, case.where), hint=_hint(self.refused))  # fmt: skip


def leave(asked: bool, environ: Mapping[str, str]) -> Commands:
    """Whether commands may be run.

    Args:
        asked: Whether somebody said so, by `--allow-reproduce`.
        environ: Environment variables, which say whose change a CI job judges.
    """
    if not asked:
        return Commands(_UNASKED, environ)
    return Commands(refusal(environ, _payload(environ)), environ)


_UNASKED = "nobody allowed it"
NO_COMMANDS = Commands(_UNASKED, {})


def _hint(reason: str) -> str:
    if reason == _UNASKED:
        return "read the command, then allow it by --allow-reproduce"
    return "a case is part of the change, so anybody could write any command into it; run this on a branch of your own"


def _payload(environ: Mapping[str, str]) -> Mapping[str, Any] | None:
    path = environ.get("GITHUB_EVENT_PATH")
    try:
        found = json.loads(Path(path).read_bytes()) if path else None
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def filled(command: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """A command with its placeholders replaced, each argument once: a value is never searched for placeholders."""
    made = []
    for part in command:
        text, rest = "", part
        while rest:
            name = next((n for n in values if rest.startswith(f"{{{n}}}")), None)
            text += rest[0] if name is None else values[name]
            rest = rest[1:] if name is None else rest[len(name) + 2 :]
        made.append(text)
    return made


def generate(case: Case, task: Reproduce, given: Inputs, target: Path, cwd: Path, commands: Commands,
             reference: Path | None = None) -> Path:  # fmt: skip
    """Let the team's generator make a candidate; the file it wrote.

    Args:
        case: Whose generator it is.
        task, given: Its command and what it is told.
        target: Directory for the file, made anew.
        cwd: Where it runs.
        reference: The approved picture, for `{reference}`.

    Raises:
        ConfigError: QG-1762, it may not be run; QG-1763, it failed, took too long or wrote no file.
    """
    commands.demand(case, "reproduce")
    target.mkdir(parents=True, exist_ok=True)
    output = target / task.output
    output.unlink(missing_ok=True)
    values = dict.fromkeys(("prompt", "model_version", "seed"), "")
    values |= {**given.values, "output": str(output), "reference": str(reference or "")}
    where = case.lines.get("reproduce", case.where)
    status, said = run(filled(task.command, values), cwd, task.timeout, commands.environ, where)
    if status != 0:
        raise ConfigError(f"the generator ended with {status}{said}", code="QG-1763", where=where,
                          hint="run the command by hand")  # fmt: skip
    if not output.is_file() or output.is_symlink():
        raise ConfigError(f"the generator wrote no {task.output}{said}", code="QG-1763", where=where,
                          hint="it must write the file that {output} names")  # fmt: skip
    return output


def run(command: Sequence[str], cwd: Path, timeout: float, environ: Mapping[str, str], where: str) -> tuple[int, str]:
    """Run a program, never a shell; its exit code, and the end of what it printed as `: …`.

    Raises:
        ConfigError: QG-1763, it could not be started or took too long; then it and its children are ended.
    """
    with tempfile.TemporaryFile() as printed:
        try:
            started = subprocess.Popen(
                list(command), cwd=cwd, env=_own(environ), stdin=subprocess.DEVNULL, stdout=printed,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ConfigError(f"{command[0]!r} cannot be started: {reason}", code="QG-1763", where=where,
                              hint="a program on the PATH, or a path from the top of the tree") from None  # fmt: skip
        try:
            status = started.wait(timeout)
        except subprocess.TimeoutExpired:
            _end(started)
            raise ConfigError(f"{command[0]!r} took longer than {timeout:g} s", code="QG-1763", where=where,
                              hint="raise `timeout`, in seconds") from None  # fmt: skip
        except BaseException:
            _end(started)
            raise
        size = printed.seek(0, os.SEEK_END)
        printed.seek(max(0, size - 4 * _SHOWN))
        tail = " ".join(printed.read().decode("utf-8", "replace").split())[-_SHOWN:]
    return status, f": {tail}" if tail else ""


def _own(environ: Mapping[str, str]) -> dict[str, str]:
    """Without what git tells its hooks: a command that asks git must not meet the user's index."""
    return {name: value for name, value in environ.items() if not name.upper().startswith("GIT_")}


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
