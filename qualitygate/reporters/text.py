"""The report for a person at a terminal: worst first, then counts, the incident and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.core.measurement import Measurement
from qualitygate.core.verdict import Finding, Level, Passed, Report, SubjectResult
from qualitygate.reporters import order
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.terminal import Page

BLOCKS = 20
ALSO = 6
_STYLES = {"failed": "bold red", "unmeasurable": "bold yellow", "passed": "bold green"}


class Text:
    """`--format text`, the default."""

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        page = Page(colour=view.colour, width=view.width)
        _failures(page, report)
        _unmeasured(page, report)
        _remarks(page, "Warnings", order.of_level(report, Level.WARNING), "yellow")
        _remarks(page, "Notes", order.of_level(report, Level.NOTE), "cyan")
        if view.verbose:
            _passed(page, report, view)
        _conclusion(page, report)
        return Rendered(page.text)


def _failures(page: Page, report: Report) -> None:
    groups = order.by_subject(report.errors)
    for group in groups[:BLOCKS]:
        _block(page, report, group)
        page.gap()
    _and_more(page, len(groups) - BLOCKS)


def _block(page: Page, report: Report, findings: Sequence[Finding]) -> None:
    """Everything that failed one picture: its worst finding in full, the others in a line each."""
    worst = findings[0]
    page.line((order.headline(worst), "bold red"), "  ", (worst.code, "dim"))
    page.row("file", order.file_of(worst), "bold")
    if worst.subject is None:
        page.row("set", worst.set_name)
    page.row("detail", order.detail(worst), wrap=True)
    page.row("statistic", order.statistic(worst))
    page.row("profile", worst.profile)
    page.row("severity", None if worst.severity is None else worst.severity.value)
    for finding in findings[1 : ALSO + 1]:
        known = [text for text in (order.statistic(finding), finding.severity) if text]
        page.row("also", order.headline(finding) + (f" ({', '.join(known)})" if known else ""), "red", wrap=True)
    if len(findings) > ALSO + 1:
        page.row("also", f"{len(findings) - ALSO - 1} more")
    for born_of, why in dict.fromkeys((finding.born_of, finding.why) for finding in findings):
        page.row("born of", born_of, "magenta")
        page.row("why", why, wrap=True)
    for runbook in dict.fromkeys(finding.runbook for finding in findings):
        page.row("runbook", runbook, "underline")
    page.row("heat map", order.heat_map_of(report, worst.subject))
    page.row("postmortem", None if report.incident is None else report.incident.markdown)


def _unmeasured(page: Page, report: Report) -> None:
    entries = order.unmeasured(report)
    for entry in entries[:BLOCKS]:
        page.line(("could not be measured", "bold yellow"), "  ", (entry.reason.code, "dim"))
        page.row("file", entry.result.subject.id, "bold")
        page.row("reason", entry.reason.message, wrap=True)
        page.gap()
    _and_more(page, len(entries) - BLOCKS)


def _and_more(page: Page, count: int) -> None:
    if count > 0:
        page.line((f"and {count:,} more (use --format json)", "bold"))
        page.gap()


def _remarks(page: Page, title: str, findings: Sequence[Finding], style: str) -> None:
    if not findings:
        return
    page.line((title, f"bold {style}"))
    for finding in findings[:BLOCKS]:
        page.line("  ", (order.headline(finding), style), "  ", (finding.code, "dim"))
        page.row("file", order.file_of(finding))
        page.row("about", order.remark(finding), wrap=True)
    _and_more(page, len(findings) - BLOCKS)
    if len(findings) <= BLOCKS:
        page.gap()


def _passed(page: Page, report: Report, view: View) -> None:
    passed = [result for result in report.results if isinstance(result.verdict, Passed)]
    if not passed:
        return
    page.line(("Passed", "bold green"))
    for result in passed:
        page.line("  ", (result.subject.id, "bold"), "  ", (headline_numbers(result, view), "dim"))
    page.gap()


def headline_numbers(result: SubjectResult, view: View) -> str:
    """The first statistic of every metric measured, such as `DeltaE00 mean 0.31, SSIM mean 0.998`."""
    shown = []
    for name, outcome in result.measurements.items():
        spec = view.specs.get(name)
        if not isinstance(outcome, Measurement) or not outcome.values:
            continue
        first = next((s for s in (spec.statistics if spec else ()) if s in outcome.values), next(iter(outcome.values)))
        label, decimals = (spec.label, spec.decimals) if spec else (name, 4)
        shown.append(f"{label} {first} {outcome.values[first]:.{decimals}f}")
    return ", ".join(shown)


def _conclusion(page: Page, report: Report) -> None:
    verdict = report.verdict
    page.line((verdict.upper(), _STYLES[verdict]), "  ", (order.counts(report), "bold"))
    incident = report.incident
    if incident is not None:
        page.row("incident", f"{incident.id}{'' if incident.created else ' (open already)'}")
        page.row("postmortem", incident.markdown)
        page.row("evidence", incident.evidence if report.heat_maps else None)
    page.row("next", order.next_step(report), wrap=True)
