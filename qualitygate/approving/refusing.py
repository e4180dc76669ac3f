"""Why a candidate must not become the reference, or why approving it would not help."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.task import PairTask
from qualitygate.pairing.accepted import alias_of, directory_of
from qualitygate.planning.pairs import PlannedSet, label
from qualitygate.planning.picture_files import shown as from_here
from qualitygate.policy.provenance import sidecar_of
from qualitygate.references.checks import ANSWERED
from qualitygate.vcs.repository import top_level
from qualitygate.vcs.versions import filter_of

_ANSWERED = ANSWERED | {"QG-1102", "QG-1906", "QG-1920", "QG-1921", "QG-1922"}


def refused(
    planned: PlannedSet, result: SubjectResult, task: PairTask | None, candidate: Path, name: str | None,
    incident: str | None,
) -> str:  # fmt: skip
    """Why an approval would be wrong, or would not help; empty where it is right.

    What breaks an absolute rule would break it against any reference. What fails at S0 is approved in an incident only.

    Args:
        planned: The set.
        result: What the gate said of the picture.
        task: The pair; None for a picture without a reference.
        candidate: The picture.
        name: Name of an accepted alternative to add, None to replace the reference.
        incident: The incident it is approved in.
    """
    errors = [finding for finding in result.findings if finding.level is Level.ERROR]
    left = [finding for finding in errors if finding.code not in _ANSWERED]
    if left:
        return f"an approval does not answer {short(left[0])}"
    grave = next((finding for finding in errors if finding.severity is Severity.S0), None)
    if grave is not None and incident is None:
        return f"severity S0, {short(grave)}: name the incident that it is approved in, by --incident"
    if any(finding.code == "QG-1906" for finding in result.findings):
        return "git ignores or lacks the picture, so that no review would see it"
    if name is not None and planned.pair_set.from_git:
        return "a set that is compared with git has one reference, the version before"
    if name is not None and task is None:
        return "there is no reference yet that another could be accepted beside: approve it without --as first"
    if planned.pair_set.from_git:
        return ""
    return _in_the_way(planned, candidate) if task is None else _unsuitable(planned, task, candidate, name)


def _in_the_way(planned: PlannedSet, candidate: Path) -> str:
    """Why a first reference must not be written."""
    one = planned.pair_set
    target = one.reference / candidate.relative_to(one.candidate)
    if target.exists() or target.is_symlink():
        return f"{label(one.reference_label, one.reference, target)} is there already, and no reference of the set"
    return ""


def _unsuitable(planned: PlannedSet, task: PairTask, candidate: Path, name: str | None) -> str:
    """Why the reference's file must not be written."""
    old = task.reference
    shown = task.subject.reference or old.name
    if old.is_symlink():
        return f"{shown} is a link, and what it leads to may be the reference of others: put a file in its place first"
    if name is not None:
        other = alias_of(old, name)
        return (
            "" if other is None else f"{other} is accepted already, which is {name} where file names do not tell case"
        )
    if old.suffix.lower() == candidate.suffix.lower():
        return ""
    if not planned.pair_set.reference.is_dir():
        return f"the set names {shown}, and the candidate has another extension: save it as {old.suffix}"
    target = old.with_suffix(candidate.suffix)
    if target.exists():
        return f"{target.name} is there already, beside {shown}"
    if directory_of(old).is_dir() and directory_of(target).exists():
        return f"{directory_of(target).name} is there already, beside {directory_of(old).name}: put them together first"
    top = top_level(old.parent)
    if top is not None:
        paths = [path.parent.resolve().relative_to(top.resolve()) / path.name for path in (old, target)]
        if filter_of(top, paths[0].as_posix()) == "lfs" != filter_of(top, paths[1].as_posix()):
            return (
                f"{shown} is kept in Git LFS and *{target.suffix} is not: run `git lfs track '*{target.suffix}'` first"
            )
    return ""


def farewell(planned: PlannedSet, result: SubjectResult) -> str:
    """How the reference of a picture goes that is no longer made; empty where that is not what is wrong."""
    if result.subject.reference is None or not any(finding.code == "QG-1101" for finding in result.findings):
        return ""
    one = planned.pair_set
    within = result.subject.reference.removeprefix(one.reference_label).lstrip("/")
    reference = one.reference / within if within else one.reference
    files = [path for path in (reference, sidecar_of(reference), directory_of(reference)) if os.path.lexists(path)]
    named = " ".join(shlex.quote(from_here(path)) for path in files)
    command = "git rm" if top_level(reference.parent) is not None else "rm"
    command += " -r" if directory_of(reference) in files else ""
    return f"; if it is not made any more, its reference goes, too: {command} {named}"


def short(finding: Finding) -> str:
    """A finding in a few words, with its code."""
    return f"{finding.message.partition(', profile ')[0]} [{finding.code}]"
