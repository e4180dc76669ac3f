"""Check, compare and judge one LUT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut_outcome import Drift, LutOutcome
from qualitygate.core.threshold import Severity
from qualitygate.corridor.lut_task import LutTask
from qualitygate.corridor.lut_versions import Versions, versions
from qualitygate.luts.checks import REGRESSIONS, Case, quality
from qualitygate.luts.drift import SPEC, drift, flat
from qualitygate.policy.lut_judge import judge_drift

if TYPE_CHECKING:
    from qualitygate.policy.approvals import Approval


def judge_lut(task: LutTask, *, digest: bool = False, granted: Approval | None = None) -> LutOutcome:
    """Give a verdict on one file. Whatever it holds, nothing is raised for it.

    Args:
        task: What to judge.
        digest: Whether the outcome says what the LUT does, so that duplicates can be told.
        granted: Approval of this change that is judged as if its record was there.

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
    findings += _moved(task)
    case = Case(task.file, result.lut, both.old, task.use, result.format)
    findings += quality(case)
    found: Drift | None = None
    if both.old is not None:
        found = drift(result.lut, both.old, task.use)
        findings += judge_drift(task.file, flat(found), SPEC, task.use)
        findings += _undeclared(task)
    elif both.old_data is None and not both.findings:
        findings.append(_alone(task))
    if both.old_data is not None:
        findings = _approved(task, both, findings, granted)
        findings += _way_out(task, both, findings)
    ordered = tuple(sorted(findings, key=lambda finding: list(Level).index(finding.level)))
    return replace(
        outcome,
        findings=ordered,
        drift=found,
        quality=case.numbers,
        previous=both.label,
        digest=_digest(case) if digest else None,
    )


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


def _alone(task: LutTask) -> Finding:
    why = f"{task.previous.label} has none" if task.previous else "nothing to compare with was named"
    message = f"no previous version: {task.file}, {why}, judged by structure and quality alone"
    return Finding("QG-1682", Level.NOTE, message, subject=task.file, path=task.file)


def _moved(task: LutTask) -> list[Finding]:
    """A rename into a path for which the threshold file says something else, or nothing."""
    if task.moved is None:
        return []
    message = f"rename changes what is assigned: {task.file}, the threshold file assigns {task.moved} something else"
    return [
        Finding(
            "QG-1689", Level.ERROR, message, subject=task.file, metric="lut_quality", statistic="assignment",
            severity=Severity.S2, path=task.file,
        )
    ]  # fmt: skip


def _undeclared(task: LutTask) -> list[Finding]:
    missing = [name for name, value in (("input", task.use.input), ("output", task.use.output)) if value is None]
    if not missing:
        return []
    message = f"encoding undeclared: {task.file}, {' and '.join(missing)} read as sRGB for the drift"
    return [Finding("QG-1683", Level.NOTE, message, subject=task.file, path=task.file)]


def _approved(task: LutTask, both: Versions, findings: list[Finding], granted: Approval | None) -> list[Finding]:
    """What only says that the LUT changed becomes a note if exactly this change was approved."""
    answered = [finding for finding in findings if finding.level is Level.ERROR and _is_change(finding)]
    if not answered or both.old_data is None:
        return findings
    from qualitygate.policy.approvals import digest, find_approval

    pair = digest(content_of(task, both)), digest(both.old_data)
    approval = find_approval(task.root, *pair, task.record)
    if approval is None and granted is not None and (granted.new_sha256, granted.old_sha256) == pair:
        approval = granted
    if approval is None:
        return findings
    note = Finding(
        "QG-1684", Level.NOTE,
        f"approved change: {task.file}, {approval.reason}, record {approval.path or 'to be written'}",
        subject=task.file, path=task.file,
    )  # fmt: skip
    kept = [
        replace(finding, level=Level.NOTE, severity=None) if finding in answered else finding for finding in findings
    ]
    return [*kept, note]


def _way_out(task: LutTask, both: Versions, findings: list[Finding]) -> list[Finding]:
    """Notes on a change that is rejected: whether this version stood here before, and how the change is approved.

    An earlier version is rejected like any other. That it stood here proves nothing: what passed by `--no-verify`, and
    what was rolled back, stood here, too.
    """
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    if not any(map(_is_change, errors)) or both.old_data is None:
        return []
    from qualitygate.policy.approvals import accepted_before, digest

    content = content_of(task, both)
    before = task.previous.stood(content) if task.previous is not None and task.previous.stood is not None else None
    record = accepted_before(task.root, digest(content), task.record)
    told = [before or "no version of this path on the base"] if before or record else []
    told += [f"approved on {record.approved[:10]}, {record.reason}, record {record.path}"] if record else []
    notes = [("QG-1694", f"earlier version: {task.file}, {'; '.join(told)}")] if told else []
    if task.approve is not None and all(map(_is_change, errors)):
        reason = f"back to {before.partition(', replaced')[0]}" if before else "…"
        notes.append(("QG-1695", f"change to approve if it is meant: {task.file}, {task.approve(reason)}"))
    return [Finding(code, Level.NOTE, text, subject=task.file, path=task.file) for code, text in notes]


def _is_change(finding: Finding) -> bool:
    if finding.metric == SPEC.name:
        return True
    return finding.metric == "lut_quality" and finding.statistic in REGRESSIONS | {"previous", "assignment"}


def content_of(task: LutTask, both: Versions) -> bytes:
    """Content of the new version, which was read before."""
    if both.data is not None:
        return both.data
    return task.content.read_bytes() if isinstance(task.content, Path) else task.content() or b""
