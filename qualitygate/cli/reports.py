"""`--report FORMAT=PATH`: several reports of one run, each to a file or directory of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import click

from qualitygate.cli.output import check_writable, write
from qualitygate.core.errors import ConfigError
from qualitygate.core.verdict import Report
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


def targets(asked: Sequence[str]) -> tuple[Target, ...]:
    """Read `html=report/` and the like, and refuse what cannot be written before anything is measured.

    Raises:
        ConfigError: QG-1405, an unknown format; QG-1412, a path that cannot be written, or that two reports share.
        UsageError: No path.
    """
    found: list[Target] = []
    for one in asked:
        form, equals, path = one.partition("=")
        if not equals or not path:
            raise click.UsageError(f"--report {one}: a path is missing; write --report {form or 'html'}=PATH")
        target = Target(form, Path(path), reporter(form))
        if target.index is None:
            check_writable(target.path)
        else:
            _check_directory(target.path)
        other = next((other for other in found if _same(other.path, target.path)), None)
        if other is not None:
            raise ConfigError(f"two reports go to it, {other.form} and {form}", code="QG-1412", where=path)
        found.append(target)
    return tuple(found)


def write_report(target: Target, report: Report, view: View) -> None:
    """Write one report.

    Raises:
        ConfigError: QG-1412, a file could not be written.
    """
    rendered = target.telling.render(report, replace(view, colour=False))
    if target.index is None:
        write(target.path, rendered.text)
        _beside(target.path.parent, rendered)
    else:
        _beside(target.path, rendered)
        # Last, so that whoever waits for it finds everything it points to.
        write(target.path / target.index, rendered.text)


def _beside(directory: Path, rendered: Rendered) -> None:
    for name, content in rendered.files.items():
        if name.startswith("$"):
            continue
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts:
            raise ConfigError("a report may only write beside itself", code="QG-1412", where=name)
        write(directory / inside, content)


def _check_directory(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise ConfigError(
            "cannot write: a directory is expected", code="QG-1412", where=os.fspath(path), hint="name a directory"
        )
    check_writable(path / "index.html")


def _same(one: Path, other: Path) -> bool:
    return one.absolute().resolve() == other.absolute().resolve()
