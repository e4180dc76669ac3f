"""What provenance sidecars have to say once a set is measured: of its references, or of changes compared with git."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Passed, SubjectResult
from qualitygate.corridor.task import PairTask
from qualitygate.planning.pairs import PlannedSet
from qualitygate.policy.provenance import SUFFIX, Provenance, read_provenance
from qualitygate.policy.settings import ReferenceSettings
from qualitygate.references.files import sha256_of as sha256_of

ANSWERED = frozenset({"QG-1001", "QG-1003", "QG-1104"})
"""Codes of errors that come of comparing with the reference. An approval answers no others: what breaks an absolute
rule breaks it whatever it is compared with."""


def checked(
    planned: PlannedSet, judged: Mapping[str, SubjectResult], settings: ReferenceSettings
) -> list[SubjectResult]:
    """The results of a set's tasks, in order, with what their sidecars say of them.

    A reference whose sidecar approves another content is a warning (QG-1920); where provenance is required, an error,
    as are a reference without a sidecar (QG-1921) and one that cannot be read (QG-1922). In a set that is compared with
    git the sidecar lies beside the picture itself, and approves its change: what the comparison has against the change
    becomes warnings that begin with `approved although`, if the sidecar names exactly these two contents.

    Args:
        planned: The set.
        judged: Results by subject.
        settings: Whether provenance is required.
    """
    results = [judged[task.subject.id] for task in planned.tasks]
    if planned.pair_set.from_git:
        return [_approved(task, result) for task, result in zip(planned.tasks, results, strict=True)]
    required = settings.provenance == "required"
    return [_with_origin(task, result, required) for task, result in zip(planned.tasks, results, strict=True)]


def _with_origin(task: PairTask, result: SubjectResult, required: bool) -> SubjectResult:
    files = [(task.reference, task.subject.reference or task.reference.name)]
    files += [(one.path, one.label) for one in task.accepted]
    found = [finding for path, shown in files if (finding := _origin(task, path, shown, required)) is not None]
    if not found:
        return result
    failed = any(finding.level is Level.ERROR for finding in found)
    # What could not be measured still says why; the report fails all the same.
    verdict = Failed() if failed and not isinstance(result.verdict, Unmeasurable) else result.verdict
    first, last = (found, []) if failed else ([], found)
    return replace(result, verdict=verdict, findings=(*first, *result.findings, *last))


def _origin(task: PairTask, path: Path, shown: str, required: bool) -> Finding | None:
    level = Level.ERROR if required else Level.WARNING
    try:
        provenance = read_provenance(path)
    except ConfigError as error:
        why = error.message.partition(": ")[2]
        return _finding(
            task, "QG-1922", level, f"unreadable provenance: {task.subject.id}, {shown}{SUFFIX}: {why}", shown
        )
    if provenance is None:
        if not required:
            return None
        return _finding(task, "QG-1921", level, f"no provenance: {task.subject.id}, {shown} has no {SUFFIX}", shown)
    digest = sha256_of(path)
    if digest is None or digest == provenance.sha256:
        return None
    message = (
        f"changed without approval: {task.subject.id}, {shown} is not the file that {provenance.approved_by} approved "
        f"on {provenance.approved[:10]}"
    )
    if digest == provenance.previous_sha256:
        message += ", but what that took the place of: approve it again if that was interrupted"
    return _finding(task, "QG-1920", level, message, shown)


def _approved(task: PairTask, result: SubjectResult) -> SubjectResult:
    try:
        provenance = read_provenance(task.candidate)
    except ConfigError as error:
        shown = f"{task.subject.candidate}{SUFFIX}"
        why = error.message.partition(": ")[2]
        message = f"unreadable provenance: {task.subject.id}, {shown}: {why}"
        found = _finding(task, "QG-1922", Level.WARNING, message, task.subject.candidate)
        return replace(result, findings=(*result.findings, found))
    if provenance is None or not isinstance(result.verdict, Failed) or not _is_of(provenance, result):
        return result
    findings = tuple(
        replace(finding, level=Level.WARNING, message=f"approved although {finding.message}")
        if finding.level is Level.ERROR and finding.code in ANSWERED
        else finding
        for finding in result.findings
    )
    message = f"approved change: {task.subject.id}, by {provenance.approved_by}, because {provenance.reason}"
    findings += (_finding(task, "QG-1909", Level.NOTE, message, task.subject.candidate),)
    failed = any(finding.level is Level.ERROR for finding in findings)
    return replace(result, verdict=result.verdict if failed else Passed(), findings=findings)


def _is_of(provenance: Provenance, result: SubjectResult) -> bool:
    """Whether a sidecar approves exactly the change that was judged."""
    old, new = result.reference, result.candidate
    return old is not None and new is not None and (provenance.previous_sha256, provenance.sha256) == (
        old.sha256, new.sha256)  # fmt: skip


def _finding(task: PairTask, code: str, level: Level, message: str, path: str | None) -> Finding:
    severity = Severity.S3 if level is Level.ERROR else None
    return Finding(code, level, message, subject=task.subject.id, set_name=task.subject.set_name or None,
                   severity=severity, path=path)  # fmt: skip
