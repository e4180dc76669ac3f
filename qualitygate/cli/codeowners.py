"""`qualitygate codeowners`: who must review what decides how pictures look."""

from __future__ import annotations

from pathlib import Path

import click

from qualitygate.cli import platform
from qualitygate.cli.codeowners_report import as_annotations, as_json, as_text
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.files import write
from qualitygate.governance.codeowners import PLACES
from qualitygate.governance.coverage import ANY
from qualitygate.governance.proposal import propose
from qualitygate.notifiers.github.protection import CannotTell, NotRequired, Required, codeowners_errors, owner_review
from qualitygate.ownership import Ownership, examine, findings


@click.group("codeowners")
def command() -> None:
    """Check who must review look-up tables, palettes, thresholds and prompts."""


@command.command("check")
@click.option("--file", type=click.Path(path_type=Path), help="CODEOWNERS.  [default: the one GitHub reads]")
@click.option("--base", metavar="REV", help="Read CODEOWNERS at REV: GitHub takes that of the branch merged into.")
@click.option("--owner", "owners", multiple=True, metavar="@ORG/TEAM", help="Brand owner; overrides those configured.")
@click.option("--write", "do_write", is_flag=True, help="Append the proposed lines.")
@click.option("--api", is_flag=True, help="Ask GitHub whether the review of code owners is required, and for errors.")
@click.option("--branch", metavar="NAME", help="With --api, the branch merged into.  [default: the default branch]")
@platform.options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def check(
    file: Path | None,
    base: str | None,
    owners: tuple[str, ...],
    do_write: bool,
    api: bool,
    branch: str | None,
    repo: str | None,
    api_url: str | None,
    timeout: float,
    max_wait: float,
    form: str,
) -> int:
    """List protected paths without a brand owner, and propose the lines that give them one.

    Exit 1 if a path lacks one, or the review is not required; 3 if only GitHub does not let that be told.
    """
    if do_write and base is not None:
        raise click.UsageError("--write changes the working tree, and --base reads a commit: give one of them")
    if branch is not None and not api:
        raise click.UsageError("--branch goes with --api")
    found = examine(Path.cwd(), file=file, base=base, owners=owners)
    lines = _lines(found)
    wrote = None
    if do_write and lines:
        wrote = _append(found, lines)
        found = examine(Path.cwd(), file=file, owners=owners)
    said = findings(found)
    if api:
        client, name = platform.connect(repo, api_url, timeout, max_wait)
        with client:
            verdict = owner_review(client, name, branch)
            errors = codeowners_errors(client, name, branch)
        said += _platform(verdict, errors)
    if form == "json":
        click.echo(as_json(found, said, lines, wrote))
    elif form == "github":
        click.echo(as_annotations(said), nl=bool(said))
    else:
        click.echo(as_text(found, said, lines, wrote))
    if any(finding.level is Level.ERROR for finding in said):
        return 1
    return 3 if any(finding.code == "QG-1787" for finding in said) else 0


def _lines(found: Ownership) -> tuple[str, ...]:
    """The lines that are missing; a file that is yet to be written must own itself, too."""
    owners = found.brand or (ANY,)
    lines = propose(found.rules, found.coverage, found.paths, owners)
    return (*lines, f"/{PLACES[0]} {' '.join(owners)}") if lines and found.file is None else lines


def _append(found: Ownership, lines: tuple[str, ...]) -> str:
    """Write the lines at the end of CODEOWNERS, in its own line ends; create it where there is none."""
    if not found.brand:
        message = "no owner of the brand is known to write"
        raise ConfigError(message, code="QG-1785", hint="give --owner @org/team, or write owners under [codeowners]")
    name = found.file or PLACES[0]
    path = found.top / name
    content = path.read_bytes() if found.file is not None else b""
    end = "\r\n" if b"\r\n" in content else "\n"
    before = b"" if not content or content.endswith(b"\n") else end.encode()
    note = "# What decides how pictures look, and when the gate fails; from `qualitygate codeowners check`."
    block = end.join(([""] if content else []) + [note, *lines, ""])
    write(path, content + before + block.encode())
    return name


def _platform(verdict: Required | NotRequired | CannotTell, errors: tuple[str, ...] | CannotTell) -> list[Finding]:
    said: list[Finding] = []
    if isinstance(verdict, Required):
        message = f"the review of code owners is required on {verdict.branch}, by {verdict.by}"
        said.append(Finding("QG-1786", Level.NOTE, message))
    elif isinstance(verdict, NotRequired):
        message = f"neither a ruleset nor branch protection requires the review of code owners on {verdict.branch}"
        said.append(Finding("QG-1786", Level.ERROR, message))
    else:
        message = f"cannot tell whether the review of code owners is required: {verdict.reason}"
        said.append(Finding("QG-1787", Level.WARNING, message))
    if isinstance(errors, CannotTell):
        message = f"cannot tell whether GitHub finds errors in CODEOWNERS: {errors.reason}"
        said.append(Finding("QG-1787", Level.WARNING, message))
    else:
        said += [Finding("QG-1788", Level.ERROR, f"GitHub finds an error: {line}") for line in errors]
    return said
