"""The page GitHub shows for a step, as Markdown within its limit."""

from __future__ import annotations

from collections.abc import Mapping

from qualitygate.core.borderline import BORDERLINE
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.verdict import Level, Report
from qualitygate.reporters import markdown_parts as parts
from qualitygate.reporters import order, wording
from qualitygate.reporters.markdown_page import MarkdownPage
from qualitygate.reporters.markdown_text import code, escaped

# GitHub loses a summary above 1 MiB without failing the job; the rest is room for what other tools append.
MAX_BYTES = 900_000
MAX_ROWS = 1_000
# Lines of one cell: findings beside the worst.
ALSO = 6


def step_summary(
    report: Report,
    specs: Mapping[str, MetricSpec],
    max_bytes: int = MAX_BYTES,
    postmortems: Mapping[str, str] | None = None,
) -> str:
    """The report as Markdown of at most `max_bytes` bytes in UTF-8, worst first; what does not fit is counted.

    One row a file. The reasons of limits stand once, below the table of failures, with the paths of `postmortems` as
    `View` has them.
    """
    report = order.without_postmortem(report)
    page = MarkdownPage(max_bytes, MAX_ROWS)
    page.add(f"## Quality gate: {escaped(wording.verdict(report))}\n\n{escaped(wording.counts(report))}\n\n")
    page.add(parts.step_lines(report.steps))
    page.add(parts.incident_lines(report))
    step = wording.next_step(report)
    if step:
        page.add(f"Next: {step}\n\n")
    failed = order.blocks(report)
    page.table(
        "Failures",
        ("File", "Finding", "Statistic", "Profile", "Severity", "Rule born of", "Heat map"),
        failed,
        lambda block: _failure_cells(report, block),
    )
    page.table(
        "Rules behind the failures",
        parts.RULE_HEADER,
        parts.rules(report, specs),
        lambda rule: parts.rule_cells(rule, postmortems or {}),
    )
    page.table("Could not be measured", parts.UNMEASURED_HEADER, order.unmeasured(report), parts.unmeasured_cells)
    for title, level in (("Warnings", Level.WARNING), ("Notes", Level.NOTE)):
        page.table(
            title,
            parts.REMARK_HEADER,
            order.remarks(report, level, failed[:MAX_ROWS]),
            lambda group: parts.remark_cells(report, group),
        )
    page.add(parts.settings_table(report.settings))
    return page.text


def _failure_cells(report: Report, block: order.Block) -> tuple[str, ...]:
    worst = block.worst
    said = [f"**{escaped(wording.headline(worst))}** ({escaped(worst.code)})"]
    if wording.detail(worst):
        said.append(escaped(wording.detail(worst)))
    if worst.borderline:
        said.append(BORDERLINE)
    said += [f"also {escaped(wording.in_short(finding))}" for finding in block.findings[1 : ALSO + 1]]
    if len(block.findings) > ALSO + 1:
        said.append(f"also {len(block.findings) - ALSO - 1} more")
    said += [f"{found.level.value}: {escaped(wording.remark_in_short(found))}" for found in block.remarks[:ALSO]]
    born_of = dict.fromkeys(finding.born_of for finding in block.findings if finding.born_of)
    heat_map = wording.heat_map_of(report, worst.subject)
    return (
        code(wording.file_of(worst) or worst.set_name or "the run"),
        "<br>".join(said),
        escaped(wording.statistic(worst) or ""),
        escaped(worst.profile or ""),
        worst.severity.value if worst.severity else "",
        "<br>".join(escaped(incident) for incident in born_of),
        code(heat_map) if heat_map else "",
    )
