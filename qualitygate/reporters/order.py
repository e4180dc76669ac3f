"""What every reporter tells together and in which order: worst first, everything about one file in one place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.ships import named
from qualitygate.core.verdict import Finding, Level, Report, SubjectResult, seriousness

_MISSING = "QG-1101"


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A subject without a verdict, and why."""

    result: SubjectResult
    reason: Unmeasurable

    @property
    def file(self) -> str:
        """Path of the file that the reason is about: the one it begins with, else the candidate."""
        subject = self.result.subject
        if subject.reference and self.reason.message.startswith(f"{subject.reference}: "):
            return subject.reference
        return subject.candidate or subject.reference or subject.id


@dataclass(frozen=True, slots=True)
class Block:
    """Everything of one level or below that is said of one file, or one finding of a set or of the run.

    Attributes:
        findings: Those of the block's level, the worst first; never empty.
        remarks: What else is said of the same file, at lower levels.
        alike: Findings of other files that say the same, where one block stands for all of them.
    """

    findings: tuple[Finding, ...]
    remarks: tuple[Finding, ...] = ()
    alike: tuple[Finding, ...] = ()

    @property
    def worst(self) -> Finding:
        return self.findings[0]


def without_postmortem(report: Report) -> Report:
    """The report without the path of the postmortem in its messages, for reporters that show it in its own place."""
    if report.incident is None:
        return report
    suffix = f", postmortem {report.incident.markdown}"

    def shorter(findings: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(replace(found, message=found.message.removesuffix(suffix)) for found in findings)

    results = tuple(replace(result, findings=shorter(result.findings)) for result in report.results)
    return replace(report, results=results, findings=shorter(report.findings))


def with_shipped(report: Report, known: Container[str]) -> Report:
    """The report in which incidents that ship with the package, and are not `known` here, are said to do so."""

    def said(findings: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(named(found, known) for found in findings)

    results = tuple(replace(result, findings=said(result.findings)) for result in report.results)
    steps = tuple(replace(step, findings=said(step.findings)) for step in report.steps)
    return replace(report, results=results, findings=said(report.findings), steps=steps)


def unmeasured(report: Report) -> list[Unmeasured]:
    """Subjects that could not be measured, in report order."""
    return [Unmeasured(r, r.verdict) for r in report.results if isinstance(r.verdict, Unmeasurable)]


def of_level(report: Report, level: Level) -> list[Finding]:
    """Findings of a level: errors worst first, others in report order."""
    if level is Level.ERROR:
        return list(report.errors)
    return [finding for finding in report.all_findings if finding.level is level]


def blocks(report: Report) -> list[Block]:
    """What failed, one block a file, the file with the worst finding first."""
    others: dict[str, list[Finding]] = {}
    for finding in report.all_findings:
        if finding.subject is not None and finding.level is not Level.ERROR:
            others.setdefault(finding.subject, []).append(finding)
    found = []
    for group in by_subject(report.errors):
        subject = group[0].subject
        found.append(Block(tuple(group), () if subject is None else tuple(others.get(subject, ()))))
    return found


def folded(report: Report, found: Iterable[Block]) -> list[Block]:
    """The blocks, with one for all pictures of a set in which no reference has a candidate: nothing was built."""
    built: dict[str, bool] = {}
    for result in report.results:
        one = result.subject
        missing = [finding.code for finding in result.findings] == [_MISSING]
        built[one.set_name] = built.get(one.set_name, False) or not missing
    kept: dict[object, Block] = {}
    for index, block in enumerate(found):
        name = block.worst.set_name
        unbuilt = name is not None and block.worst.code == _MISSING and not built.get(name, True)
        first = kept.setdefault(("set", name) if unbuilt else index, block)
        if first is not block:
            kept["set", name] = replace(first, alike=(*first.alike, block.worst))
    return list(kept.values())


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The errors among findings, the most serious first."""
    return sorted((finding for finding in findings if finding.level is Level.ERROR), key=seriousness)


def by_subject(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one subject together, in the order of each one's first; findings of the run stand alone."""
    groups: dict[object, list[Finding]] = {}
    for index, finding in enumerate(findings):
        groups.setdefault(index if finding.subject is None else finding.subject, []).append(finding)
    return list(groups.values())


def remarks(report: Report, level: Level, told: Iterable[Block]) -> list[list[Finding]]:
    """Warnings or notes, those that say the same of several files together.

    What a failed file's own block tells is left out, unless several files share it: that a whole set is shifted is
    worth a line of its own.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in of_level(report, level):
        groups.setdefault((finding.code, _impersonal(finding)), []).append(finding)
    inside = {id(remark) for block in told for remark in block.remarks}
    return [group for group in groups.values() if len(group) > 1 or id(group[0]) not in inside]


def _impersonal(finding: Finding) -> str:
    return finding.message.replace(finding.subject, "", 1) if finding.subject else finding.message
