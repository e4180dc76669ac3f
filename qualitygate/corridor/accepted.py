"""Several accepted references of one picture: what matches any of them passes, and it is said which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.verdict import Failed, Passed, SubjectResult, seriousness
from qualitygate.corridor.task import Alternative, PairTask


def judge_accepted(task: PairTask, judge: Callable[[PairTask], SubjectResult]) -> SubjectResult:
    """Judge a pair by its reference, and by the further ones until one is matched.

    Args:
        task: The pair, with `accepted`.
        judge: Judges by the reference of a task alone.

    Returns:
        The result by the first that passes: the reference, then the others in their order. Where none does, that of the
        least bad one, whose name `subject.reference` says, with a note on how many were tried. References that could
        not be compared with are told by a warning, and never hide that another one failed.
    """
    tried: list[tuple[Alternative | None, SubjectResult]] = []
    for alternative in (None, *task.accepted):
        result = judge(task if alternative is None else against(task, alternative))
        tried.append((alternative, result))
        if isinstance(result.verdict, Passed):
            return _passed(task, tried)
    # Among equals the first: the reference itself.
    best, result = min(tried, key=lambda one: _badness(one[1]))
    message = (
        f"no accepted reference matches: {task.subject.id}, {len(tried)} were tried, "
        f"the numbers are those of {_name(best)}"
    )
    note = _finding("QG-1911", Level.NOTE, message, task)
    return replace(result, findings=(*result.findings, *_unusable(task, tried, result), note))


def against(task: PairTask, alternative: Alternative) -> PairTask:
    """The task with an accepted reference in place of the reference."""
    subject = replace(task.subject, reference=alternative.label)
    return replace(task, subject=subject, reference=alternative.path, accepted=())


def spoken_of(task: PairTask, result: SubjectResult) -> PairTask:
    """The task with the one reference that a result speaks of, which is what there is to be looked at."""
    for alternative in task.accepted:
        if result.subject.reference == alternative.label:
            return against(task, alternative)
    return replace(task, accepted=()) if task.accepted else task


def _passed(task: PairTask, tried: list[tuple[Alternative | None, SubjectResult]]) -> SubjectResult:
    matched, result = tried[-1]
    if matched is None:
        return result
    message = f"accepted reference matched: {task.subject.id}, it matches {matched.name}, not its reference"
    note = _finding("QG-1910", Level.NOTE, message, task, matched.label)
    findings = (*result.findings, *_unusable(task, tried, result), note)
    return replace(result, accepted=matched.name, findings=findings)


def _unusable(
    task: PairTask, tried: list[tuple[Alternative | None, SubjectResult]], chosen: SubjectResult
) -> tuple[Finding, ...]:
    """Warnings about references that could not be compared with; none about the chosen one, which tells its own."""
    found = []
    for alternative, result in tried:
        if isinstance(result.verdict, Unmeasurable) and result is not chosen:
            message = f"accepted reference unusable: {task.subject.id}, {_name(alternative)}: {result.verdict.message}"
            path = task.subject.reference if alternative is None else alternative.label
            found.append(_finding("QG-1912", Level.WARNING, message, task, path))
    return tuple(found)


def _badness(result: SubjectResult) -> tuple[int, int, float]:
    """Larger is worse: what fails by numbers is better than what has none; then by the most serious limit broken."""
    if not isinstance(result.verdict, Failed):
        return 2, 0, 0.0
    rank, excess = min(seriousness(finding) for finding in result.findings if finding.level is Level.ERROR)
    comparable = result.reference is not None and all(finding.code != "QG-1104" for finding in result.findings)
    return 0 if comparable else 1, -rank, -excess


def _name(alternative: Alternative | None) -> str:
    return "the reference" if alternative is None else alternative.name


def _finding(code: str, level: Level, message: str, task: PairTask, path: str | None = None) -> Finding:
    return Finding(code, level, message, subject=task.subject.id, set_name=task.subject.set_name or None,
                   path=path or task.subject.candidate)  # fmt: skip
