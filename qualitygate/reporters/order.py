"""What every reporter says in the same words: order, headlines, counts and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.verdict import Finding, Level, Report, SubjectResult
from qualitygate.reporters.printable import one_line as one_line


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A subject without a verdict, and why."""

    result: SubjectResult
    reason: Unmeasurable


def unmeasured(report: Report) -> list[Unmeasured]:
    """Subjects that could not be measured, in report order."""
    return [Unmeasured(r, r.verdict) for r in report.results if isinstance(r.verdict, Unmeasurable)]


def of_level(report: Report, level: Level) -> list[Finding]:
    """Findings of a level: errors worst first, others in report order."""
    if level is Level.ERROR:
        return list(report.errors)
    return [finding for finding in report.all_findings if finding.level is level]


def headline(finding: Finding) -> str:
    """What happened: the message up to the first `: `, such as `DeltaE00 5.31 exceeds 2.0`."""
    return one_line(finding.message.partition(": ")[0])


def detail(finding: Finding) -> str:
    """The rest of the message without what the finding says in fields of its own; empty for a metric's limit."""
    if finding.metric is not None and finding.subject is not None:
        return ""
    rest = one_line(finding.message.partition(": ")[2])
    reason = f" ({finding.why})" if finding.why else ""
    known = (
        finding.subject,
        finding.set_name and f"set {finding.set_name}",
        finding.profile and f"profile {finding.profile}",
        finding.severity and f"severity {finding.severity}",
        finding.born_of and f"born of {finding.born_of}{reason}",
        finding.why,
        finding.runbook and f"runbook {finding.runbook}",
    )
    for said in known:
        if said:
            rest = rest.replace(one_line(said), "", 1)
    return ", ".join(part for part in rest.split(", ") if part.strip(" ,;"))


def file_of(finding: Finding) -> str | None:
    """The file or subject a finding is about."""
    return finding.path or finding.subject


def statistic(finding: Finding) -> str | None:
    """Which number it is about: `p95`, or `p95 in region logo`."""
    if finding.statistic is None or finding.region is None:
        return finding.statistic
    return f"{finding.statistic} in region {finding.region}"


def remark(finding: Finding) -> str:
    """What a warning or note is about, beside headline and file."""
    profile = f"profile {finding.profile}" if finding.profile else None
    return ", ".join(part for part in (detail(finding), statistic(finding), profile) if part)


def by_subject(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one subject together, in the order of each one's first; findings of the run stand alone."""
    groups: dict[object, list[Finding]] = {}
    for index, finding in enumerate(findings):
        groups.setdefault(index if finding.subject is None else finding.subject, []).append(finding)
    return list(groups.values())


def counts(report: Report) -> str:
    """`3 failed, 1 unmeasurable, 96 passed of 100 pairs`; parts that are zero are left out, `passed` never is."""
    summary = report.summary
    parts = [f"{summary.failed:,} failed"] if summary.failed else []
    if summary.unmeasurable:
        parts.append(f"{summary.unmeasurable:,} unmeasurable")
    if summary.skipped:
        parts.append(f"{summary.skipped:,} skipped")
    parts.append(f"{summary.passed:,} passed")
    return f"{', '.join(parts)} of {summary.pairs:,} pair{'' if summary.pairs == 1 else 's'}"


def next_step(report: Report) -> str:
    """What to do now, one line; empty where everything passed."""
    codes = [finding.code for finding in report.errors] or [entry.reason.code for entry in unmeasured(report)]
    if not codes:
        return ""
    return f"{'look at the heat maps, then run' if report.heat_maps else 'run'} `qualitygate explain {codes[0]}`"


def heat_map_of(report: Report, subject: str | None) -> str | None:
    """Path of a subject's heat map beside the incident's other evidence, None where there is none."""
    return None if subject is None else report.heat_maps.get(subject)
