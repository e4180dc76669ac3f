"""`--report FORMAT=PATH`: several reports of one run, each to a file or directory of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import click

from qualitygate.cli.leftovers import remove_leftovers
from qualitygate.cli.output import check_writable
from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Threshold
from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.core.verdict import Report
from qualitygate.files import write
from qualitygate.planning.plan import Plan
from qualitygate.reporters import reporter
from qualitygate.reporters.base import Rendered, Reporter, View


@dataclass(frozen=True, slots=True)
class Target:
    """One `--report`."""

    form: str
    path: Path
    telling: Reporter

    @property
    def index(self) -> str | None:
        """Name of the file that begins the report, for a report that is a directory."""
        return getattr(self.telling, "index", None)

    @property
    def wants_exhibits(self) -> bool:
        """Whether it shows pictures."""
        return bool(getattr(self.telling, "exhibits", False))

    @property
    def file(self) -> Path:
        """The file that its text goes to."""
        return self.path if self.index is None else self.path / self.index

    @property
    def mark(self) -> bytes | None:
        """What tells a page of ours; None where nothing does."""
        return getattr(self.telling, "mark", None)

    @property
    def directories(self) -> tuple[Path, ...]:
        """Directories that its further files go to, so that nothing else may stand in their place."""
        return tuple(self.path / name for name in getattr(self.telling, "directories", ()))


def printing(form: str, output: Path | None) -> Reporter:
    """The reporter of `--format`, refused where it cannot be printed.

    Raises:
        ConfigError: QG-1405, an unknown format; QG-1430, a report of several files without `--output`.
    """
    telling = reporter(form)
    if output is None and getattr(telling, "index", None) is not None:
        raise ConfigError(
            f"{form} is more than can be printed", code="QG-1430", where="--format",
            hint=f"write --report {form}=DIRECTORY",
        )  # fmt: skip
    return telling


def targets(asked: Sequence[str], output: Path | None = None) -> tuple[Target, ...]:
    """Read `html=report/` and the like, and refuse what cannot be written before anything is measured.

    Args:
        asked: What `--report` was given.
        output: Where `--output` writes, so that no report takes its place.

    Raises:
        ConfigError: QG-1405, an unknown format; QG-1412, a path that cannot be written; QG-1430, a report that does not
            go into a file; QG-1431, a file that two reports would write; QG-1432, a directory with files of somebody
            else.
        UsageError: No path.
    """
    found: list[Target] = []
    for one in asked:
        form, equals, path = one.partition("=")
        if not equals or not path:
            raise click.UsageError(f"--report {one}: a path is missing; write --report {form or 'html'}=PATH")
        target = Target(form, Path(path), reporter(form))
        _refuse(target, path)
        taken = [(other.form, other.file, other.directories) for other in found]
        for name, file, directories in taken + ([("--output", output, ())] if output else []):
            if (
                _collide(file, target.file)
                or any(_above(file, one) for one in target.directories)
                or any(_above(target.file, one) for one in directories)
            ):
                raise ConfigError(f"two reports go to it, {name} and {form}", code="QG-1431", where=path)
        found.append(target)
    files = [*(one.file for one in found), *([output] if output else [])]
    for target in found:
        if target.index is not None and target.mark is not None:
            own = getattr(target.telling, "leftovers", {})
            from qualitygate.cli.replacing import refuse_foreign  # of interest to directories alone

            refuse_foreign(target.path, target.index, target.mark, own, [one for one in files if one != target.file])
    return tuple(found)


def write_reports(asked: Iterable[Target], report: Report, view: View) -> Mapping[Target, ConfigError]:
    """Write every report that can be written.

    Returns:
        What could not be: no report, and no verdict, is lost because the disk was full for another.
    """
    lost = {}
    for target in asked:
        try:
            _write(target, target.telling.render(report, replace(view, colour=False)))
        except ConfigError as error:
            lost[target] = error
    return lost


def limits(plan: Plan) -> Mapping[str, tuple[Threshold, ...]]:
    """Set name to the limits on metrics that hold in it, those of its regions last."""
    found = {}
    for planned in plan.sets:
        own = planned.pair_set
        held = (*planned.profile.thresholds, *(limit for region in own.regions for limit in region.thresholds))
        found[own.name] = tuple(limit for limit in held if own.metrics is None or limit.metric in own.metrics)
    return found


def threshold_files(plan: Plan) -> Mapping[str, ThresholdFile]:
    """Set name to the file in which its limits are changed, of pictures and of LUTs."""
    found = {one.pair_set.name: one.profile.file for one in plan.sets}
    found |= {one.lut_set.name: one.file for one in plan.luts}
    return {name: file for name, file in found.items() if file is not None}


def configured(plan: Plan) -> bool:
    """Whether the configuration names the sets; else the command line does."""
    return all(one.pair_set.place.name for one in plan.sets)


def prefix(plan: Plan, root: Path, here: Path) -> str:
    """Path from the top level of the repository to what paths in the report are relative to, for `View.prefix`.

    Args:
        plan: The run; sets of its configuration are named relative to that, others to the working directory.
        root: The top level.
        here: The working directory.
    """
    base = plan.config.root if configured(plan) else here
    try:
        inside = base.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return ""
    return "" if inside == "." else inside


def _write(target: Target, rendered: Rendered) -> None:
    if target.index is None:
        write(target.path, rendered.text)
        lost = _beside(target.path.parent, rendered)
    else:
        lost = _beside(target.path, rendered)
        # Last, so that whoever waits for it finds everything it points to; and whatever became of the rest, since it
        # holds most of what there is to know.
        write(target.file, rendered.text)
        remove_leftovers(target.path, rendered)
    if lost:
        first = lost[0]
        others = len(lost) - 1
        more = f" ({others:,} more file{'' if others == 1 else 's'} neither)" if others else ""
        raise ConfigError(
            f"{first.message}{more}", code=first.code, where=first.where,
            hint=f"{target.file} is there without {'them' if others else 'it'}",
        )  # fmt: skip


def _beside(directory: Path, rendered: Rendered) -> list[ConfigError]:
    """Write the further files of a report, all that can be written; why the others could not be."""
    lost = []
    for name, content in rendered.files.items():
        if name.startswith("$"):
            continue
        inside = PurePosixPath(name)
        try:
            if inside.is_absolute() or ".." in inside.parts:
                raise ConfigError("a report may only write beside itself", code="QG-1412", where=name)
            write(directory / inside, content)
        except ConfigError as error:
            lost.append(error)
    return lost


def _refuse(target: Target, path: str) -> None:
    """Raise for a target that makes no sense or cannot be written."""
    form = target.form
    if path == "-" or getattr(target.telling, "printed", False):
        why = "`-` is no file" if path == "-" else f"{form} speaks to whoever reads standard output"
        right = f"--format {form}" if target.index is None else f"--report {form}=DIRECTORY"
        raise ConfigError(why, code="QG-1430", where=f"--report {form}={path}", hint=f"write {right}")
    if target.index is None:
        if path.endswith(("/", os.sep)):
            raise ConfigError(
                "cannot write: a file is expected", code="QG-1412", where=path, hint=f"write {form}={path}NAME"
            )
        check_writable(target.path)
        return
    if target.path.exists() and not target.path.is_dir():
        raise ConfigError("cannot write: a directory is expected", code="QG-1412", where=path, hint="name a directory")
    check_writable(target.file)
    for directory in target.directories:
        _refuse_directory(directory)


def _refuse_directory(directory: Path) -> None:
    """Raise for what cannot be a directory to write to."""
    if directory.is_dir():
        wrong = "" if os.access(directory, os.W_OK | os.X_OK) else "the directory may not be written to"
    else:
        # A link that leads nowhere does not exist, and is in the way all the same.
        wrong = "the report needs a directory of this name" if os.path.lexists(directory) else ""
    if wrong:
        raise ConfigError(
            f"cannot write: {wrong}", code="QG-1412", where=os.fspath(directory),
            hint="move it away, or name another directory for the report",
        )  # fmt: skip


def _above(file: Path, directory: Path) -> bool:
    """Whether a file stands where a directory, or one that it is in, has to be."""
    return directory.absolute().resolve().is_relative_to(file.absolute().resolve())


def _collide(one: Path, other: Path) -> bool:
    """Whether two files cannot both be: they are the same, or one would have to be a directory for the other."""
    first, second = one.absolute().resolve(), other.absolute().resolve()
    return first.is_relative_to(second) or second.is_relative_to(first)
