"""What commands print and write: the one place of the porch that opens files for reports."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qualitygate.cli.leftovers import remove_leftovers
from qualitygate.core.errors import ConfigError
from qualitygate.files import write

if TYPE_CHECKING:
    from qualitygate.reporters.base import Rendered


def as_json(value: object) -> str:
    """JSON as every command prints it."""
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)


def deliver(
    rendered: Rendered, output: Path | None, environ: Mapping[str, str], *, colour: bool = False
) -> ConfigError | None:
    """Print a report, or write it to `output`, and write its further files: all of it that can be written.

    Files named `$NAME` are appended to the file that the environment variable names, and skipped where it is not set.
    A verdict must not be lost because a summary could not be written: that is said on stderr, and no more.

    Returns:
        Why the report or one of its files could not be written; None where everything was.

    Raises:
        BrokenPipeError: Whoever read standard output has gone.
    """
    lost: list[ConfigError] = []
    gone: BrokenPipeError | None = None
    try:
        if output is None:
            click.echo(rendered.text, nl=not rendered.text.endswith("\n"), color=colour or None)
        else:
            write(output, rendered.text)
    except BrokenPipeError as error:
        gone = error
    except OSError as error:
        lost.append(ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where="standard output"))
    except ConfigError as error:
        lost.append(error)
    for name, text in rendered.files.items():
        if not name.startswith("$"):
            try:
                write((output.parent if output is not None else Path()) / name, text)
            except ConfigError as error:
                lost.append(error)
        elif environ.get(name[1:]) and isinstance(text, str):
            append(Path(environ[name[1:]]), text)
    if output is not None:
        remove_leftovers(output.parent, rendered)
    if gone is not None:
        raise gone
    return lost[0] if lost else None


def check_writable(output: Path) -> None:
    """Refuse a target that cannot be written, before anything is measured.

    Raises:
        ConfigError: QG-1412, the target is a directory, or it or the first directory above it that exists is read-only.
    """
    existing = next((path for path in (output, *output.absolute().parents) if path.exists()), output)
    if output.is_dir() or not os.access(existing, os.W_OK) or not (existing == output or existing.is_dir()):
        reason = "it is a directory" if output.is_dir() else f"{existing} is not a directory that may be written to"
        raise ConfigError(f"cannot write: {reason}", code="QG-1412", where=os.fspath(output))


def append(path: Path, text: str) -> None:
    """Append to one of the files of a CI step; where that cannot be done, it is said on stderr."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        click.echo(f"qualitygate: {path}: cannot write: {error.strerror} [QG-1412]", err=True)
