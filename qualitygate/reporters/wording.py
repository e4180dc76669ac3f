"""What every reporter says in the same words: headlines, reasons, counts and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qualitygate.core.borderline import BORDERLINE
from qualitygate.core.codes import CODES
from qualitygate.core.measurement import MetricSpec, Unmeasurable
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Finding, Level, Report, StepInfo, status_of
from qualitygate.reporters import order
from qualitygate.reporters.printable import one_line


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
        finding.why and f"because {finding.why}",
        finding.runbook and f"runbook {finding.runbook}",
    )
    for said in (*known, finding.set_name):
        if said:  # a whole part between commas: "set images: references" is more than the set's name
            rest = re.sub(rf"(?:^|(?<=, )){re.escape(one_line(said))}(?:, |;? ?$|(?=; ))", "", rest, count=1)
    return rest.strip(" ,;").removeprefix("; ")


def reason(reason: Unmeasurable, *files: str | None) -> str:
    """Why there is no number, without the path of one of the `files` and the code, which stand beside it."""
    text = reason.message.removesuffix(f" [{reason.code}]")
    for file in files:
        if file:
            text = text.removeprefix(f"{file}: ")
    return one_line(text)


def file_of(finding: Finding) -> str | None:
    """The file or subject a finding is about, and the line where it concerns one."""
    file = finding.path or finding.subject
    return file if file is None or finding.line is None else f"{file}:{finding.line}"


def statistic(finding: Finding) -> str | None:
    """Which number it is about: `p95`, or `p95 in region logo`."""
    if finding.statistic is None or finding.region is None:
        return finding.statistic
    return f"{finding.statistic} in region {finding.region}"


def limit_name(finding: Finding, specs: Mapping[str, MetricSpec]) -> str:
    """Which limit or rule it is about: `DeltaE00 p95`, or the headline where no metric is concerned."""
    if finding.metric is None:
        return headline(finding)
    spec = specs.get(finding.metric)
    label = spec.label if spec else finding.metric.replace("_", " ")
    return f"{label} {statistic(finding) or ''}".rstrip()


def standing_name(finding: Finding) -> str:
    """A name for a finding of a set or of the run, the same in every run: `byte budget exceeded (QG-1010, mean)`."""
    known = CODES.get(finding.code)
    title = known.title if known else headline(finding)
    return f"{title} ({', '.join(text for text in (finding.code, statistic(finding)) if text)})"


def in_short(finding: Finding) -> str:
    """One line beside a worse finding of the same file: `DeltaE00 6.06 exceeds 4.0 (worst_tile, S2)`."""
    known = [text for text in (statistic(finding), finding.severity) if text]
    said = headline(finding) + (f" ({', '.join(known)})" if known else "")
    return f"{said}, {BORDERLINE}" if finding.borderline else said


def borderline(finding: Finding) -> str | None:
    """That rounding could flip the verdict; None where it could not."""
    return BORDERLINE if finding.borderline else None


def remark(finding: Finding) -> str:
    """What a warning or note is about, beside headline and file."""
    profile = f"profile {finding.profile}" if finding.profile else None
    return ", ".join(part for part in (detail(finding), statistic(finding), profile, borderline(finding)) if part)


def remark_in_short(finding: Finding) -> str:
    """A warning or note of a file that is named already, on one line, with its code."""
    about = ", ".join(part for part in (detail(finding), statistic(finding), borderline(finding)) if part)
    return f"{headline(finding)}{f': {about}' if about else ''} ({finding.code})"


def verdict(report: Report) -> str:
    """The verdict, with the further checks that alone account for it: `failed audit`."""
    found = report.verdict
    steps = [step for step in report.steps if step.verdict == found]
    if found == "passed" or not steps:
        return found
    of_steps = {finding for step in steps for finding in step.findings}
    others = any(status_of(result.verdict) == found for result in report.results) or any(
        finding not in of_steps for finding in report.errors
    )
    return found if others else f"{found} {', '.join(step.name for step in steps)}"


def counts(report: Report) -> str:
    """`3 failed, 1 unmeasurable, 96 passed of 100 pairs; 1 finding of the set`.

    Parts that are zero are left out. Where no pair failed, what did stands first: `1 finding of the set; 3 of 3 pairs
    passed`. LUTs are counted as LUTs, and as files where a run has both.
    """
    summary = report.summary
    own = _of_the_run(report)
    kinds = {result.subject.kind for result in report.results}
    noun = "pair" if kinds <= {"pair"} else "LUT" if kinds == {"lut"} else "file"
    pairs = f"{summary.pairs:,} {noun}{'' if summary.pairs == 1 else 's'}"
    if not summary.pairs:
        return "; ".join(part for part in (own, "no pairs") if part)
    if own and summary.passed == summary.pairs:
        return f"{own}; {summary.passed:,} of {pairs} passed"
    parts = [
        f"{number:,} {name}"
        for number, name in (
            (summary.failed, "failed"),
            (summary.unmeasurable, "unmeasurable"),
            (summary.skipped, "skipped"),
        )
        if number
    ]
    judged = f"{', '.join([*parts, f'{summary.passed:,} passed'])} of {pairs}"
    return "; ".join(part for part in ((judged, own) if summary.failed else (own, judged)) if part)


def _of_the_run(report: Report) -> str:
    failures = [finding for finding in report.findings if finding.level is Level.ERROR]
    if not failures:
        return ""
    sets = {finding.set_name for finding in failures}
    where = "the run" if None in sets else "the set" if len(sets) == 1 else f"{len(sets)} sets"
    return f"{len(failures):,} finding{'' if len(failures) == 1 else 's'} of {where}"


def step(step: StepInfo) -> str:
    """How a further check that did not pass ended, such as `failed, 12 changes`."""
    if step.verdict == "unmeasurable":
        return f"could not be checked{f': {one_line(step.detail)}' if step.detail else ''}"
    return step.verdict + (f", {one_line(step.detail)}" if step.detail else "")


def unpassed(steps: Iterable[StepInfo]) -> list[StepInfo]:
    """The further checks that are worth a line: those that failed, then those that could not be made."""
    return sorted((step for step in steps if step.verdict != "passed"), key=lambda step: step.verdict != "failed")


def passed_steps(steps: Iterable[StepInfo]) -> str:
    """The others together: `codeowners (12 protected files), prove (3 cases)`."""
    passed = [step for step in steps if step.verdict == "passed"]
    return ", ".join(step.name + (f" ({one_line(step.detail)})" if step.detail else "") for step in passed)


def next_step(report: Report) -> str:
    """What to do now, one line; empty where everything passed."""
    codes = [finding.code for finding in report.errors] or [entry.reason.code for entry in order.unmeasured(report)]
    codes = codes or ["QG-1422"] * any(step.verdict == "unmeasurable" for step in report.steps)
    if not codes:
        return ""
    return f"{'look at the heat maps, then run' if report.heat_maps else 'run'} `qualitygate explain {codes[0]}`"


def standing(report: Report) -> str:
    """What to know of an incident that an earlier run opened; empty for one of this run."""
    if report.incident is None or report.incident.created:
        return ""
    kept = "stub and heat maps are" if report.heat_maps else "stub is"
    return f"open already; its {kept} of the run that opened it, --incident-dir DIR draws fresh ones"


def no_heat_maps(report: Report) -> str:
    """Why an incident has no heat maps although pictures failed; empty where it has, or nothing could be drawn."""
    if report.incident is None or report.heat_maps:
        return ""
    secret = any(finding.severity is Severity.S0 for finding in report.errors)
    return "none, incidents of severity S0 store no pictures" if secret else ""


def heat_map_of(report: Report, subject: str | None) -> str | None:
    """Path of a subject's heat map beside the incident's other evidence, None where there is none."""
    return None if subject is None else report.heat_maps.get(subject)


def files(report: Report, findings: Iterable[Finding]) -> str:
    """`12 candidates`, or `12 files` where not all of them belong to pairs."""
    pairs = {result.subject.id for result in report.results if result.subject.kind == "pair"}
    subjects = [finding.subject for finding in findings]
    return f"{len(subjects):,} {'candidates' if pairs.issuperset(subjects) else 'files'}"
