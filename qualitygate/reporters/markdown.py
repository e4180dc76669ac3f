"""The report as a comment on a pull request: GitHub-flavoured Markdown within the 65,536 characters of a comment."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.core.borderline import BORDERLINE
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.number_text import kilobytes, limit_text, value_text
from qualitygate.core.threshold import Direction
from qualitygate.core.verdict import Finding, Level, Passed, Report, StepInfo, SubjectResult
from qualitygate.reporters import markdown_parts as parts
from qualitygate.reporters import order, wording
from qualitygate.reporters.approval import approvable, approve_command
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.headroom import nearest
from qualitygate.reporters.markdown_page import MarkdownPage
from qualitygate.reporters.markdown_text import code, escaped

# The first line, invisible, by which a later run finds the comment of an earlier one.
MARKER = "<!-- qualitygate -->"
MAX_BYTES = 64_000
MAX_ROWS = 50
# Left by each table for the tables after it, so that many failures do not hide what else there is.
KEEP = 12_000
# Limits of one picture, and pictures to approve in one command.
ALSO, APPROVED = 3, 5
_SIGNS = {"passed": "✅", "failed": "❌", "unmeasurable": "⚠️"}


class Markdown:
    """`--format markdown`: verdict first, worst first, and no pictures, since a comment shows those of the web only."""

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        return Rendered(comment(report, view))


def comment(report: Report, view: View, max_bytes: int = MAX_BYTES) -> str:
    """The report as Markdown of at most `max_bytes` bytes in UTF-8; what does not fit is counted."""
    report = order.with_shipped(order.without_postmortem(report), view.postmortems)
    page = MarkdownPage(max_bytes, MAX_ROWS)
    page.add(f"{MARKER}\n## {_SIGNS[report.verdict]} Quality gate: {escaped(wording.verdict(report))}\n\n")
    page.add(f"**{escaped(wording.counts(report))}**\n\n")
    of_steps = {finding for step in report.steps for finding in step.findings}
    failed = [block for block in order.blocks(report) if block.worst not in of_steps]
    page.table(
        "Failures",
        ("File", "What", "Measured", "Limit", "Severity", "Born of"),
        failed,
        lambda block: _failure_cells(block, view),
        keep=KEEP,
    )
    missing = order.unmeasured(report)
    page.table("Could not be measured", parts.UNMEASURED_HEADER, missing, parts.unmeasured_cells, keep=KEEP // 2)
    if report.steps:
        page.add(f"### Further checks\n\n{parts.step_lines(report.steps)}", reserve=KEEP // 4)
    broken = [(step, finding) for step in report.steps for finding in order.worst_first(step.findings)]
    page.table("What they found", ("Check", "File", "Finding", "Code"), broken, _step_cells, keep=KEEP // 4)
    page.table(
        "Why",
        parts.RULE_HEADER,
        parts.rules(report, view.specs),
        lambda rule: parts.rule_cells(rule, view.postmortems),
        keep=KEEP // 4,
    )
    page.add(parts.incident_lines(report))
    for approved in (APPROVED, 1, 0):
        if page.add(_what_now(report, view, failed, approved)):
            break
    for title, level in (("Warnings", Level.WARNING), ("Notes", Level.NOTE)):
        page.table(
            title,
            parts.REMARK_HEADER,
            order.remarks(report, level, ()),
            lambda group: parts.remark_cells(report, group),
            folded=True,
        )
    passed = [result for result in report.results if isinstance(result.verdict, Passed)]
    header = ("File", "Nearest limit", "Accepted as")[: 3 if any(result.accepted for result in passed) else 2]
    title = f"{len(passed):,} passed"
    page.table(title, header, passed, lambda result: _passed_cells(result, view)[: len(header)], folded=True)
    page.add(parts.settings_table(report.settings))
    return page.text


def _failure_cells(block: order.Block, view: View) -> tuple[str, ...]:
    shown = block.findings[: ALSO + 1]
    columns = list(zip(*(_finding_cells(finding, view) for finding in shown), strict=True))
    more = len(block.findings) - len(shown)
    rows = [_column(column) for column in columns]
    if more:
        rows[0] += f"<br>and {more} more"
    worst = block.worst
    return (code(wording.file_of(worst) or worst.set_name or "the run"), *rows)


def _column(cells: tuple[str, ...]) -> str:
    """One cell of several lines; what all of them say is said once."""
    if len(set(cells)) == 1:
        return cells[0]
    return "<br>".join(cell or "–" for cell in cells)


def _finding_cells(finding: Finding, view: View) -> tuple[str, str, str, str, str]:
    """What, measured, limit, severity and incident of one finding."""
    severity = finding.severity.value if finding.severity else ""
    what, measured, limit = _numbers(finding, view.specs.get(finding.metric or ""))
    return what, measured, limit, severity, escaped(finding.born_of or "")


def _numbers(finding: Finding, spec: MetricSpec | None) -> tuple[str, str, str]:
    if finding.value is not None and finding.limit is not None:
        if spec is not None:
            sign = "≤" if spec.direction is Direction.LOWER_IS_BETTER else "≥"
            unit = f" {escaped(spec.unit)}" if spec.unit else ""
            value = value_text(finding.value, finding.limit, spec.decimals)
            what = escaped(f"{spec.label} {wording.statistic(finding) or ''}".rstrip())
            near = f", {BORDERLINE}" if finding.borderline else ""
            return what, f"**{value}**{unit}{near}", f"{sign} {limit_text(finding.limit)}{unit}"
        if finding.metric == "file_size":
            value = kilobytes(finding.value, finding.limit)
            return escaped(f"{finding.statistic} file size"), f"**{value}** KB", f"≤ {kilobytes(finding.limit)} KB"
    detail = wording.detail(finding)
    return f"**{escaped(wording.headline(finding))}**{f', {escaped(detail)}' if detail else ''}", "", ""


def _what_now(report: Report, view: View, failed: Sequence[order.Block], approved: int) -> str:
    """Where to look, and how to accept `approved` changes, the worst first; empty where nothing is wrong."""
    step = wording.next_step(report)
    if not step:
        return ""
    told = f"### What now\n\n{step[0].upper()}{step[1:]}.\n\n"
    known = {result.subject.id: result.subject for result in report.results if approvable(result)}
    subjects = [known[name] for block in failed if (name := block.worst.subject) in known]
    if not subjects[:approved]:
        return told
    command = approve_command(subjects[:approved], report, view)
    more = f"# and {len(subjects) - approved:,} more\n" if len(subjects) > approved else ""
    return (
        f"{told}If the pictures are meant to look like this, whoever answers for the brand approves them, and the new "
        f"references are reviewed as part of this change:\n\n```sh\n{command}\n{more}```\n\n"
    )


def _step_cells(entry: tuple[StepInfo, Finding]) -> tuple[str, ...]:
    step, finding = entry
    detail = wording.detail(finding)
    said = f"**{escaped(wording.headline(finding))}**{f', {escaped(detail)}' if detail else ''}"
    return escaped(step.name), code(wording.file_of(finding) or ""), said, escaped(finding.code)


def _passed_cells(result: SubjectResult, view: View) -> tuple[str, ...]:
    near = nearest(result, view)
    return code(result.subject.id), escaped(near.text) if near else "", escaped(result.accepted or "")
