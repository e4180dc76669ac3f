"""What keeps a run from beginning, told to GitHub, too: an annotation, and the output `verdict=error`.

A step that ends with a line on standard error alone looks in the pull request like a gate that failed.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from qualitygate.cli.output import append
from qualitygate.cli.variables import VariableCommand
from qualitygate.core.codes import CODES
from qualitygate.core.errors import QualityGateError
from qualitygate.reporters.workflow_command import command, outputs
from qualitygate.vcs import top_level

FORM, VARIABLE = "github", "QUALITYGATE_CHECK_FORMAT"
_PLACE = re.compile(r"(?P<file>.+):(?P<line>[1-9][0-9]{0,8})")


class AnnouncedCommand(VariableCommand):
    """A command whose errors are annotations, too, where `--format github` is asked for."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Read the command line; what is wrong with it is announced and raised."""
        asked = wanted(args, os.environ)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except (QualityGateError, click.ClickException) as error:
            if asked:
                announce(error, os.environ)
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what keeps it from a verdict is announced and raised."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("form") == FORM:
                announce(error, os.environ)
            raise


def wanted(args: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Whether `--format github` is asked for, as far as can be told before the command line was understood."""
    asked = environ.get(VARIABLE, "").strip()
    for word, following in itertools.zip_longest(args, args[1:], fillvalue=""):
        if word == "--":
            break
        if word == "--format":
            asked = following
        elif word.startswith("--format="):
            asked = word.partition("=")[2]
    return asked == FORM


def announce(error: Exception, environ: Mapping[str, str]) -> None:
    """Print the annotation of an error, and append `verdict=error` to the step's outputs."""
    with contextlib.suppress(OSError):  # it is on standard error as well
        click.echo(annotation(error))
    if target := environ.get("GITHUB_OUTPUT"):
        append(Path(target), outputs({"verdict": "error"}))


def annotation(error: Exception) -> str:
    """The workflow command that shows an error, at its file and line where it has them."""
    if not isinstance(error, QualityGateError):
        usage = isinstance(error, click.ClickException)
        text = error.format_message() if isinstance(error, click.ClickException) else f"{type(error).__name__}: {error}"
        return command("error", " ".join(text.split()), title="usage" if usage else "the gate could not run")
    file, line = place(error.where)
    title = f"{CODES[error.code].title} ({error.code})" if error.code in CODES else error.code
    # What the annotation stands at need not be said twice, least of all by a path of the runner.
    hint = f"; {error.hint}" if error.hint else ""
    text = str(error) if file is None else f"{error.message}{hint} [{error.code}]"
    return command("error", " ".join(text.split()), file=file, line=line, title=title)


def place(where: str | None) -> tuple[str | None, str | None]:
    """File from the top level of the repository, and line, of what an error is about; None where it is no file."""
    match = _PLACE.fullmatch(where or "")
    name, line = (match["file"], match["line"]) if match else (where, None)
    try:
        if not name or not Path(name).exists():
            return None, None
        path = Path(name).resolve()
    except (OSError, ValueError, RuntimeError):
        return None, None
    top = top_level(Path.cwd())
    if top is None or not path.is_relative_to(top.resolve()):
        return name, line
    return path.relative_to(top.resolve()).as_posix(), line
