"""The reports of a test run: what its checks were, told as `qualitygate check` tells a run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
import pytest

from qualitygate import __version__
from qualitygate.cli.inputs import Inputs
from qualitygate.cli.replacing import refuse_file
from qualitygate.cli.reports import Target, targets, write_reports
from qualitygate.core.errors import QualityGateError
from qualitygate.core.verdict import Finding, Level, Report, SetInfo
from qualitygate.decode import decoder_versions
from qualitygate.incident_root import incident_root
from qualitygate.incidents.paths import written_up
from qualitygate.reporters import reporter
from qualitygate.reporters.base import View
from qualitygate.testing.given import label_of
from qualitygate.testing.options import Options
from qualitygate.testing.records import Record, collect
from qualitygate.vcs import top_level


def targets_of(options: Options) -> tuple[Target, ...]:
    """Where the reports go.

    Args:
        options: Options of the run. No report lies in a directory of references of its root.

    Raises:
        UsageError: An unknown format, or a path that cannot be written or takes the place of something else.
    """
    try:
        found = targets(options.reports)
        for target in found:
            above = (path for path in target.file.parents if path.is_relative_to(options.root))
            refuse_file(target.file, Inputs(references=tuple(path for path in above if path.match(options.references))))
        return found
    except (QualityGateError, click.UsageError) as error:
        told = error.format_message() if isinstance(error, click.UsageError) else str(error)
        raise pytest.UsageError(told.replace("--report ", "--qualitygate-report ")) from None


def showing(reports: Iterable[str]) -> set[str]:
    """Those of the reports that show pictures."""
    return {one for one in reports if getattr(reporter(one.partition("=")[0]), "exhibits", False)}


def write_all(spool: Path, asked: Sequence[Target], died: Sequence[str], options: Options) -> tuple[list[str], bool]:
    """Write every report of a run.

    Args:
        spool: Directory that the processes of the run wrote to.
        asked: Where the reports go.
        died: Tests whose worker died.
        options: Options of the run.

    Returns:
        A line for each report, and whether one could not be written.
    """
    records = collect(spool)
    report = report_of(records, died, options.root)
    view = View(
        {name: spec for record in records for name, spec in record.specs.items()},
        exhibits={record.result.subject.id: record.exhibit for record in records if record.exhibit is not None},
        thresholds={record.result.subject.set_name: record.thresholds for record in records if record.thresholds},
        prefix=_prefix(options.root),
        files={record.result.subject.set_name: record.file for record in records if record.file is not None},
        tests={record.result.subject.id: record.test for record in records},
        postmortems=written_up(incident_root(options.root), (finding.born_of for finding in report.all_findings)),
    )
    lost = write_reports(asked, report, view)
    lines = [
        f"not written: {lost[target]} [QG-1467]"
        if target in lost
        else f"{target.form} report of {_pictures(len(records))}: {label_of(target.file, options.here)}"
        for target in asked
    ]
    return lines, bool(lost)


def report_of(records: Sequence[Record], died: Sequence[str], root: Path) -> Report:
    """The report of a run.

    Args:
        records: Its checks, in order.
        died: Tests whose worker died, so that their checks are missing.
        root: Pytest's root directory, which paths are told from.
    """
    findings = [
        Finding(
            "QG-1468", Level.ERROR, f"a worker died: {test}, what it checked is not known", path=test.partition("::")[0]
        )
        for test in died
    ]
    if not records:
        findings.append(
            Finding("QG-1467", Level.WARNING, "no picture was checked: no test that ran has used image_gate")
        )
    names = dict.fromkeys((record.result.subject.set_name, record.result.profile) for record in records)
    sets = tuple(SetInfo(name, profile, "pytest", "references", "candidates") for name, profile in names)
    settings = {"qualitygate": __version__, "pytest": pytest.__version__, "numpy": np.__version__, **decoder_versions()}
    return Report(
        tuple(record.result for record in records),
        tuple(findings),
        sets,
        settings,
        datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        heat_maps={
            record.result.subject.id: label_of(record.heat_map, root)
            for record in records
            if record.heat_map is not None
        },
    )


def _prefix(root: Path) -> str:
    """Path from the top level of the repository to what paths in the report are relative to."""
    top = top_level(root)
    inside = "." if top is None else Path(os.path.relpath(root.resolve(), top.resolve())).as_posix()
    return "" if inside == "." else inside


def _pictures(count: int) -> str:
    return f"{count:,} picture{'' if count == 1 else 's'}"
