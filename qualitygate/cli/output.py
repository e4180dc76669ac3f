"""Writing what a reporter rendered: the one place of the porch that opens files for reports."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from qualitygate.core.errors import ConfigError
from qualitygate.reporters.base import Rendered


def deliver(rendered: Rendered, output: Path | None, environ: Mapping[str, str]) -> None:
    """Print a report, or write it to `output`, and write its further files.

    Files named `$NAME` are appended to the file that the environment variable names, and skipped where it is not set.

    Raises:
        ConfigError: A file could not be written.
    """
    if output is None:
        click.echo(rendered.text, nl=not rendered.text.endswith("\n"))
    else:
        write(output, rendered.text)
    for name, text in rendered.files.items():
        if not name.startswith("$"):
            write(Path(name), text)
        elif environ.get(name[1:]):
            _append(Path(environ[name[1:]]), text)


def write(path: Path, content: str | bytes) -> None:
    """Write a file beside its target and rename it into place, so that no reader ever sees half of it.

    Raises:
        ConfigError: The directory cannot be made or the file cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            # mkstemp makes files private; a report is as readable as any file made here.
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(0o666 & ~umask)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=os.fspath(path)) from error


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=os.fspath(path)) from error
