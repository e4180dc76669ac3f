"""The report for a person at a terminal: worst first, then counts, the incident and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.core.borderline import BORDERLINE
from qualitygate.core.measurement import Measurement
from qualitygate.core.verdict import Finding, Level, Passed, Report, SubjectResult
from qualitygate.reporters import order, wording
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.origin import Memory
from qualitygate.reporters.terminal import Page

BLOCKS = 20
ALSO = 6
NAMED = 3
_UNBUILT = "none of the references compared has a candidate; was the build run?"
_REMARKS = {Level.WARNING: "yellow", Level.NOTE: "cyan", Level.ERROR: "red"}
_STYLES = {"failed": "bold red", "unmeasurable": "bold yellow", "passed": "bold green"}


class Text:
    """`--format text`, the default."""

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        report = order.with_shipped(order.without_postmortem(report), view.postmortems)
        page = Page(colour=view.colour, width=view.width)
        blocks, memory = order.folded(report, order.blocks(report)), Memory()
        told: set[str] = set()
        for block in blocks[:BLOCKS]:
            _block(page, report, block, view, memory, told)
            page.gap()
        _and_more(page, len(blocks) - BLOCKS)
        _unmeasured(page, report)
        _remarks(page, report, "Warnings", order.remarks(report, Level.WARNING, blocks[:BLOCKS]), "yellow")
        _remarks(page, report, "Notes", order.remarks(report, Level.NOTE, blocks[:BLOCKS]), "cyan")
        if view.verbose:
            _passed(page, report, view)
        _conclusion(page, report)
        if view.verbose and any(result.cached for result in report.results):
            page.row("measured", f"{report.settings['from_cache']} pairs by earlier runs")
        return Rendered(page.text)


def _block(page: Page, report: Report, block: order.Block, view: View, memory: Memory, told: set[str]) -> None:
    """Everything about one picture that failed: its worst finding in full, the others in a line each.

    What it shares with blocks before it is not repeated: their reasons, and runbooks and the postmortem in `told`.
    """
    worst, findings = block.worst, block.findings
    if block.alike:
        page.line((f"{len(block.alike) + 1:,} candidates missing", "bold red"), "  ", (worst.code, "dim"))
        _files(page, (worst, *block.alike))
    else:
        page.line((wording.headline(worst), "bold red"), "  ", (worst.code, "dim"))
        page.row("file", wording.file_of(worst), "bold")
    if worst.subject is None or block.alike:
        page.row("set", worst.set_name)
    page.row("detail", _UNBUILT if block.alike else wording.detail(worst), wrap=True)
    page.row("statistic", wording.statistic(worst))
    if worst.borderline:
        label, _, said = BORDERLINE.partition(": ")
        page.row(label, said, "yellow", wrap=True)
    page.row("profile", worst.profile)
    page.row("severity", None if worst.severity is None else worst.severity.value)
    for finding in findings[1 : ALSO + 1]:
        page.row("also", wording.in_short(finding), "red", wrap=True)
    if len(findings) > ALSO + 1:
        page.row("also", f"{len(findings) - ALSO - 1} more")
    for remark in block.remarks[:ALSO]:
        whole = remark.code == "QG-1695"  # a command is copied as it stands
        page.row(remark.level.value, wording.remark_in_short(remark), _REMARKS[remark.level], wrap=not whole)
    if len(block.remarks) > ALSO:
        page.row("note", f"{len(block.remarks) - ALSO} more remarks: see `--report html=DIRECTORY`")
    for label, text in memory.rows(findings, view.specs, wording.file_of(worst) or worst.set_name or "the run"):
        page.row(label, text, "magenta" if label == "born of" else "", wrap=label == "why")
    for runbook in dict.fromkeys(finding.runbook for finding in findings):
        page.row("runbook", None if runbook in told else runbook, "underline")
    page.row("heat map", wording.heat_map_of(report, worst.subject))
    postmortem = None if report.incident is None else report.incident.markdown
    page.row("postmortem", None if postmortem in told else postmortem)
    told.update(said for said in (postmortem, *(finding.runbook for finding in findings)) if said)


def _unmeasured(page: Page, report: Report) -> None:
    entries = order.unmeasured(report)
    for entry in entries[:BLOCKS]:
        page.line(("could not be measured", "bold yellow"), "  ", (entry.reason.code, "dim"))
        page.row("file", entry.file, "bold")
        page.row("reason", wording.reason(entry.reason, entry.file), wrap=True)
        page.gap()
    _and_more(page, len(entries) - BLOCKS)


def _and_more(page: Page, count: int) -> None:
    if count > 0:
        page.line((f"and {count:,} more: `--report html=DIRECTORY` shows all of them", "bold"))
        page.gap()


def _remarks(page: Page, report: Report, title: str, groups: Sequence[Sequence[Finding]], style: str) -> None:
    """Warnings or notes; what several files share is said once, with the first of them."""
    if not groups:
        return
    page.line((title, f"bold {style}"))
    for group in groups[:BLOCKS]:
        first = group[0]
        shared = f"{wording.files(report, group)}: " if len(group) > 1 else ""
        page.line("  ", (shared + wording.headline(first), style), "  ", (first.code, "dim"))
        page.row("about", wording.remark(first), wrap=True)
        _files(page, group)
    _and_more(page, len(groups) - BLOCKS)
    if len(groups) <= BLOCKS:
        page.gap()


def _files(page: Page, group: Sequence[Finding]) -> None:
    for index, finding in enumerate(group[:NAMED]):
        page.row("" if index else "file", wording.file_of(finding))
    if len(group) > NAMED:
        page.row("", f"and {len(group) - NAMED:,} more")


def _passed(page: Page, report: Report, view: View) -> None:
    passed = [result for result in report.results if isinstance(result.verdict, Passed)]
    if not passed:
        return
    page.line(("Passed", "bold green"))
    for result in passed:
        accepted = f"  matches the accepted {result.accepted}" if result.accepted else ""
        page.line("  ", (result.subject.id, "bold"), "  ", (headline_numbers(result, view), "dim"), (accepted, "cyan"))
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
    steps = wording.verdict(report).removeprefix(verdict)
    page.line((verdict.upper() + steps, _STYLES[verdict]), "  ", (wording.counts(report), "bold"))
    for step in wording.unpassed(report.steps):
        # Why one was not made is told among the warnings.
        unmade = "could not be checked, QG-1422"
        said = unmade if step.verdict == "unmeasurable" else wording.step(step)
        page.row(step.name, said, _STYLES[step.verdict], wrap=True)
    page.row("also passed", wording.passed_steps(report.steps), wrap=True)
    incident = report.incident
    if incident is not None:
        standing = wording.standing(report)
        page.row("incident", f"{incident.id}{f' ({standing})' if standing else ''}", wrap=True)
        page.row("postmortem", incident.markdown)
        page.row("evidence", incident.evidence if report.heat_maps else None)
        page.row("heat maps", wording.no_heat_maps(report))
    page.row("next", wording.next_step(report), wrap=True)
