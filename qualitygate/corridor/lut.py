"""Read, check, compare and judge one LUT."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qualitygate import luts
from qualitygate.core.errors import LutError
from qualitygate.core.finding import Finding
from qualitygate.core.level import Level
from qualitygate.core.lut import Lut
from qualitygate.core.lut_outcome import Drift, LutOutcome
from qualitygate.core.lut_use import LutUse
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.luts.checks import REGRESSIONS, Case, quality
from qualitygate.luts.drift import SPEC, drift, flat
from qualitygate.luts.result import ReadResult
from qualitygate.policy.lut_judge import judge_drift

if TYPE_CHECKING:
    from qualitygate.policy.model import LutSet


@dataclass(frozen=True, slots=True)
class Previous:
    """Where the version that a LUT is compared with comes from.

    Attributes:
        label: What it is called in messages, such as `HEAD` or the path of a file.
        name: Name whose extension says its format.
        fetch: Gives its content; None where there was none.
    """

    label: str
    name: str
    fetch: Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class LutTask:
    """All that is needed to give a verdict on one LUT.

    Attributes:
        subject: What is judged.
        file: Name in messages; its extension says the format.
        use: What holds for it.
        content: File to read, or what gives its content (from the index); None of it means that there is none.
        previous: What it is compared with, None where nothing was named.
        root: Directory that holds `approvals/luts`.
    """

    subject: Subject
    file: str
    use: LutUse
    content: Path | Callable[[], bytes | None]
    previous: Previous | None
    root: Path


@dataclass(frozen=True, slots=True)
class PlannedLuts:
    """One set of LUTs, resolved.

    Attributes:
        lut_set: The set.
        tasks: What is judged.
        findings: What is wrong with the set as a whole: nothing matches, a named file is gone.
        against: What the files are compared with, as text.
    """

    lut_set: LutSet
    tasks: tuple[LutTask, ...]
    findings: tuple[Finding, ...] = ()
    against: str = "no previous version"


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """Two readable versions of a LUT, and the verdict on the readable or unreadable new one.

    Attributes:
        result: The new version as it was read.
        data: Content of the new version, None where it was read from a file.
        old: The previous version, None where there was none or it cannot be read.
        old_data: Its content.
        findings: What is wrong with the previous version.
    """

    result: ReadResult
    data: bytes | None
    old: Lut | None
    old_data: bytes | None
    findings: tuple[Finding, ...]


def judge_lut(task: LutTask, *, digest: bool = False) -> LutOutcome:
    """Give a verdict on one file. Whatever it holds, nothing is raised for it.

    Args:
        task: What to judge.
        digest: Whether the outcome says what the LUT does, so that duplicates can be told.

    Raises:
        ConfigError: Git does not answer (QG-1690), or the approval of the change is damaged (QG-1692).
    """
    both = versions(task)
    result = both.result
    findings = [structural(finding.as_finding()) for finding in result.findings]
    outcome = LutOutcome(task.file, result.format, result.kind, result.size, tuple(findings))
    if result.lut is None:
        return outcome
    findings += both.findings
    case = Case(task.file, result.lut, both.old, task.use, result.format)
    findings += quality(case)
    found: Drift | None = None
    if both.old is not None:
        found = drift(result.lut, both.old, task.use)
        findings += judge_drift(task.file, flat(found), SPEC, task.use)
        findings += _undeclared(task)
    elif both.old_data is None:
        findings.append(_alone(task))
    if both.old_data is not None:
        findings = _approved(task, both, findings)
    ordered = tuple(sorted(findings, key=lambda finding: list(Level).index(finding.level)))
    label = task.previous.label if task.previous is not None and both.old_data is not None else None
    return replace(outcome, findings=ordered, drift=found, previous=label, digest=_digest(case) if digest else None)


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
    try:
        old_data = task.previous.fetch()
    except LutError as error:
        problem = Finding(
            error.code, Level.ERROR, f"previous version cannot be had: {task.file}, {error.message}; {error.hint}",
            subject=task.file, severity=Severity.S2, path=task.file,
        )  # fmt: skip
        return Versions(result, data, None, b"", (problem,))
    if old_data is None:
        return Versions(result, data, None, None, ())
    old = luts.parse(old_data, task.previous.name)
    if old.lut is None:
        worst = old.findings[0]
        problem = Finding(
            "QG-1686", Level.ERROR,
            f"previous version unreadable: {task.file}, {task.previous.label} holds no valid LUT, "
            f"{'' if worst.line is None else f'line {worst.line}: '}{worst.message} [{worst.code}]",
            subject=task.file, metric="lut_quality", statistic="previous", severity=Severity.S2, path=task.file,
        )  # fmt: skip
        return Versions(result, data, None, old_data, (problem,))
    return Versions(result, data, old.lut, old_data, ())


def structural(finding: Finding) -> Finding:
    """A finding of a reader with its severity: a malformed file does limited damage, as it is noticed somewhere."""
    return replace(finding, severity=Severity.S2) if finding.level is Level.ERROR else finding


def measured(outcome: LutOutcome) -> Mapping[str, float]:
    """Drift by the statistics of its metric; empty where nothing was compared."""
    return {} if outcome.drift is None else flat(outcome.drift)


def _digest(case: Case) -> str:
    import hashlib

    digest = hashlib.sha256(case.codes().round(7).tobytes())
    digest.update(case.neutral_codes().round(7).tobytes())
    return digest.hexdigest()


def _refused(task: LutTask, error: LutError) -> ReadResult:
    from qualitygate.luts.finding import LutFinding

    entry = luts.format_of(task.file)
    finding = LutFinding(error.code, Level.ERROR, task.file, None, error.message, error.hint)
    return ReadResult(task.file, entry.name if entry else None, None, (finding,))


def _alone(task: LutTask) -> Finding:
    why = f"{task.previous.label} has none" if task.previous else "nothing to compare with was named"
    message = f"no previous version: {task.file}, {why}, judged by structure and quality alone"
    return Finding("QG-1682", Level.NOTE, message, subject=task.file, path=task.file)


def _undeclared(task: LutTask) -> list[Finding]:
    missing = [name for name, value in (("input", task.use.input), ("output", task.use.output)) if value is None]
    if not missing:
        return []
    message = f"encoding undeclared: {task.file}, {' and '.join(missing)} read as sRGB for the drift"
    return [Finding("QG-1683", Level.NOTE, message, subject=task.file, path=task.file)]


def _approved(task: LutTask, both: Versions, findings: list[Finding]) -> list[Finding]:
    """What only says that the LUT changed becomes a note if exactly this change was approved."""
    answered = [finding for finding in findings if finding.level is Level.ERROR and _is_change(finding)]
    if not answered or both.old_data is None:
        return findings
    import hashlib

    from qualitygate.policy.approvals import find_approval

    data = both.data if both.data is not None else _bytes(task)
    new_digest, old_digest = (hashlib.sha256(content).hexdigest() for content in (data, both.old_data))
    approval = find_approval(task.root, new_digest, old_digest)
    if approval is None:
        return findings
    note = Finding(
        "QG-1684", Level.NOTE,
        f"approved change: {task.file}, {approval.reason}, record {approval.path}",
        subject=task.file, path=task.file,
    )  # fmt: skip
    kept = [
        replace(finding, level=Level.NOTE, severity=None) if finding in answered else finding for finding in findings
    ]
    return [*kept, note]


def _is_change(finding: Finding) -> bool:
    if finding.metric == SPEC.name:
        return True
    return finding.metric == "lut_quality" and finding.statistic in REGRESSIONS | {"previous"}


def _bytes(task: LutTask) -> bytes:
    return task.content.read_bytes() if isinstance(task.content, Path) else task.content() or b""
