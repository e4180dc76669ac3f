"""Reading a LUT and its previous version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qualitygate import luts
from qualitygate.core.errors import LutError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Lut
from qualitygate.core.threshold import Severity
from qualitygate.corridor.lut_lineage import predecessor
from qualitygate.corridor.lut_task import LutTask
from qualitygate.luts.finding import LutFinding
from qualitygate.luts.result import ReadResult


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """Two readable versions of a LUT, and the verdict on the readable or unreadable new one.

    Attributes:
        result: The new version as it was read.
        data: Content of the new version, None where it was read from a file.
        old: The previous version, None where there was none or it cannot be read.
        old_data: Its content, None where there was none or it cannot be had.
        findings: What is wrong with the previous version, or how it was chosen.
        label: What the previous version is called in messages.
    """

    result: ReadResult
    data: bytes | None
    old: Lut | None
    old_data: bytes | None
    findings: tuple[Finding, ...]
    label: str | None = None


def versions(task: LutTask) -> Versions:
    """Read the new version and, if that can be read, the previous one."""
    try:
        data = None if isinstance(task.content, Path) else task.content()
    except LutError as error:
        return Versions(_refused(task, error), None, None, None, ())
    if isinstance(task.content, Path):
        result = luts.read(task.content, name=task.file)
    elif data is None:
        gone = LutError(
            "the file is not in the index", code="QG-1616", where=task.file, hint="a file that `git add` took"
        )
        return Versions(_refused(task, gone), None, None, None, ())
    else:
        result = luts.parse(data, task.file)
    if result.lut is None or task.previous is None:
        return Versions(result, data, None, None, ())
    previous, chosen = predecessor(task, result.lut)
    try:
        old_data = previous.fetch()
    except LutError as error:
        problem = Finding(
            error.code, Level.ERROR, f"previous version cannot be had: {task.file}, {error.message}; {error.hint}",
            subject=task.file, severity=Severity.S2, path=task.file,
        )  # fmt: skip
        return Versions(result, data, None, None, (problem,))
    if old_data is None:
        return Versions(result, data, None, None, ())
    old = luts.parse(old_data, previous.name)
    if old.lut is None:
        worst = old.findings[0]
        problem = Finding(
            "QG-1686", Level.ERROR,
            f"previous version unreadable: {task.file}, {previous.label} holds no valid LUT, "
            f"{'' if worst.line is None else f'line {worst.line}: '}{worst.message} [{worst.code}]",
            subject=task.file, metric="lut_quality", statistic="previous", severity=Severity.S2, path=task.file,
        )  # fmt: skip
        return Versions(result, data, None, old_data, (*chosen, problem), previous.label)
    return Versions(result, data, old.lut, old_data, chosen, previous.label)


def _refused(task: LutTask, error: LutError) -> ReadResult:
    entry = luts.format_of(task.file)
    finding = LutFinding(error.code, Level.ERROR, task.file, None, error.message, error.hint)
    return ReadResult(task.file, entry.name if entry else None, None, (finding,))
