"""`validate-lut`, the same as `qualitygate lut validate`: the command that git hooks and CI call.

Whatever goes wrong on the way to a verdict, the exit code is not 0, so that a hook that cannot do its work blocks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qualitygate.cli import terminal
from qualitygate.cli.options import Target
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.lut_outcome import LutOutcome
from qualitygate.corridor.lut import judge_lut
from qualitygate.corridor.lut_task import LutTask
from qualitygate.planning.lut_changes import changed, every, following, gone, unkept
from qualitygate.planning.lut_predecessors import in_repository
from qualitygate.planning.luts import Ground, ground, named, task_of
from qualitygate.reporters.lut import FORMS, render
from qualitygate.vcs.change import in_ci

if TYPE_CHECKING:
    from qualitygate.vcs.blobs import Comparison


@click.command("validate", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--against", type=click.Path(path_type=Path), metavar="OLD", help="File that is the previous version.")
@click.option("--base", metavar="REV", help="Compare with the merge base with REV; without FILE every changed LUT.")
@click.option("--staged", "index", is_flag=True, help="Judge the index against HEAD; without FILE every staged LUT.")
@click.option("--all", "everything", is_flag=True, help="Judge every LUT that git tracks, of any format and name.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="What to print.")
@click.option(
    "--thresholds", default="lut", metavar="NAME|FILE", help="Threshold file.  [default: thresholds/lut.toml]"
)
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Configuration to use.")
@click.option("--incident/--no-incident", default=None, help="Open an incident on failure.  [default: where CI is set]")
@click.option("--incident-dir", type=Target(file=False), help="Where run/ and evidence/ go.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this file.")
def command(
    files: tuple[str, ...],
    against: Path | None,
    base: str | None,
    index: bool,
    everything: bool,
    form: str,
    thresholds: str,
    config: Path | None,
    incident: bool | None,
    incident_dir: Path | None,
    output: Path | None,
) -> int:
    """Validate look-up tables: structure, quality, and drift from the previous version.

    Exit codes: 0 accepted, 1 a file was rejected, 2 usage or configuration, git included.
    """
    chosen = [name for name, given in (("--against", against), ("--base", base), ("--staged", index)) if given]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} exclude each other")
    if not files and not (base or index or everything):
        raise click.UsageError("give at least one FILE, or --staged, --base REV or --all")
    if everything and (files or against is not None):
        raise click.UsageError(f"--all and {'FILE' if files else '--against'} exclude each other")
    if against is not None and len(files) > 1:
        raise click.UsageError("--against is the previous version of one FILE, not of several")
    where = ground(Path.cwd(), config, thresholds, staged_content() if index else None)
    comparison = compared(base, index, where)
    for name in files:
        _refuse_no_file(name, comparison)
    names = list(files) or (changed(comparison, where) if comparison is not None else [])
    if everything:
        names = sorted({*names, *every(where, comparison)})
    if output is not None or incident_dir is not None:
        _refuse_places([*names, *([against] if against else [])], output, incident_dir)
    options = [*(("--against", str(against)) if against else ()), *(("--base", base) if base else ()),
               *(("--staged",) if index else ()), *named(thresholds)]  # fmt: skip
    tasks = [task_of(name, where, comparison=comparison, against=against, set_name="luts", options=options)
             for name in names]  # fmt: skip
    outcomes = [judge_lut(task) for task in tasks]
    outcomes += absent(comparison, where, names)
    if everything:
        known = {finding.path for outcome in outcomes for finding in outcome.findings}
        outcomes += [LutOutcome(one.path or "", findings=(one,)) for one in unkept(where) if one.path not in known]
    opened = None
    if any(not outcome.accepted for outcome in outcomes):
        opened = _incident(where, tasks, outcomes, incident, incident_dir, base)
    if not outcomes and index and form == "text" and output is None and "GIT_INDEX_FILE" in os.environ:
        return 0  # git runs it as a hook: nothing to say of most commits
    coloured = output is None and terminal.colours()
    text = render(outcomes, form, opened, colour=coloured, width=terminal.width())
    if output is None:
        click.echo(text, nl=False, color=coloured)
    else:
        from qualitygate.files import write

        write(output, text)
    return 0 if all(outcome.accepted for outcome in outcomes) else 1


def _refuse_no_file(name: str, comparison: Comparison | None) -> None:
    """Refuse a directory, and a file that is nowhere: a mistyped name says nothing of a LUT.

    One that the change deletes, or that only the index has, is a matter of the verdict.

    Raises:
        ConfigError: QG-1401.
    """
    path = Path(name)
    if path.is_dir() and not path.is_symlink():
        hint = "name its files, or use --staged, --base REV or --all"
        raise ConfigError("is a directory", code="QG-1401", where=name, hint=hint)
    if os.path.lexists(path):
        return
    if comparison is not None:
        inside = in_repository(path, comparison.top)
        if inside in {change.old_path for change in comparison.changes}:
            return
        if comparison.staged and comparison.has(inside):
            return
    raise ConfigError("no such file", code="QG-1401", where=name)


def _refuse_places(given: Sequence[str | Path], output: Path | None, incident_dir: Path | None) -> None:
    """Refuse what would take the place of something that is read, or be judged by the next run."""
    from qualitygate.cli.inputs import inputs_here
    from qualitygate.cli.output import check_writable
    from qualitygate.cli.replacing import refuse_file, refuse_pictures

    read = inputs_here(*map(Path, given))
    if output is not None:
        check_writable(output)
        refuse_file(output, read)
    if incident_dir is not None:
        refuse_pictures(incident_dir, read, "evidence/heat.png")


def compared(base: str | None, index: bool, where: Ground) -> Comparison | None:
    """The states of the repository that are compared, None where none are."""
    if base is None and not index:
        return None
    from qualitygate.vcs.blobs import since, staged

    return following(staged(Path.cwd()) if base is None else since(Path.cwd(), base), where)


def staged_content() -> Callable[[Path], bytes | None]:
    """Thresholds and approvals as they would be committed: CI will judge the commit by those and no others."""
    from qualitygate.vcs.blobs import indexed

    return indexed(Path.cwd())


def absent(comparison: Comparison | None, where: Ground, names: Sequence[str]) -> list[LutOutcome]:
    """Verdicts on LUTs that are named somewhere and were deleted or renamed."""
    if comparison is None:
        return []
    given = {where.key(name) for name in names}
    by_file: dict[str, list[Finding]] = {}
    for finding in gone(comparison, where):
        if finding.path is not None and finding.path not in given:
            by_file.setdefault(finding.path, []).append(finding)
    return [LutOutcome(path, findings=tuple(findings)) for path, findings in by_file.items()]


def _incident(
    where: Ground,
    tasks: Sequence[LutTask],
    outcomes: Sequence[LutOutcome],
    asked: bool | None,
    directory: Path | None,
    base: str | None,
) -> str | None:
    """Open the incident where it is wanted: in CI, or when asked for. A local hook only prints."""
    if not (in_ci(os.environ) if asked is None else asked):
        return None
    from qualitygate.cli.lut_incident import open_for

    try:
        return open_for(where, tasks, outcomes, directory, base)
    except ConfigError as error:
        if error.code != "QG-1412":
            raise
        hint = f"{error.hint}, or use --no-incident"
        raise ConfigError(error.message, code=error.code, where=error.where, hint=hint) from error
