"""The report as a GitHub Actions step tells it: annotations, step summary and outputs, within GitHub's limits."""

from __future__ import annotations

from qualitygate.core.verdict import Finding, Level, Report, SubjectResult
from qualitygate.reporters import order
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.step_summary import step_summary
from qualitygate.reporters.text import Text
from qualitygate.reporters.workflow_command import command, outputs, silenced

# Ten annotations of a kind are shown per step, the excess vanishes silently: nine, and one that counts the others.
SHOWN = 9
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


class Github:
    """`--format github`: annotation lines and the text report; summary and outputs as files."""

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        told = Text().render(report, view).text
        return Rendered(
            "".join(line + "\n" for line in annotation_lines(report)) + silenced(told),
            {"$GITHUB_STEP_SUMMARY": step_summary(report), "$GITHUB_OUTPUT": outputs(_outputs(report))},
        )


def annotation_lines(report: Report) -> list[str]:
    """Workflow commands: at most ten each of errors, warnings and notices, the worst first."""
    subjects = {result.subject.id: result for result in report.results}
    lines = []
    for level, name in _COMMANDS.items():
        told: list[Finding | order.Unmeasured] = [*order.of_level(report, level)]
        if level is Level.ERROR:
            told += order.unmeasured(report)
        for entry in told[:SHOWN]:
            if isinstance(entry, order.Unmeasured):
                lines.append(_no_measurement(entry))
            else:
                lines.append(_annotation(name, entry, report, subjects))
        if len(told) > SHOWN:
            lines.append(command(name, f"{len(told) - SHOWN:,} more, see the summary", title="quality gate"))
    return lines


def _no_measurement(entry: order.Unmeasured) -> str:
    subject = entry.result.subject
    return command(
        "error",
        entry.reason.message,
        file=subject.candidate or subject.reference,
        title=f"could not be measured ({entry.reason.code})",
    )


def _annotation(name: str, finding: Finding, report: Report, subjects: dict[str, SubjectResult]) -> str:
    result = subjects.get(finding.subject) if finding.subject is not None else None
    file = finding.path
    if file is None and result is not None:
        file = result.subject.candidate or result.subject.reference
    lines = [finding.message]
    if finding.why and finding.why not in finding.message:
        lines.append(f"why: {finding.why}")
    heat_map = order.heat_map_of(report, finding.subject)
    if heat_map:
        lines.append(f"heat map: {heat_map}")
    if report.incident is not None and finding.level is Level.ERROR:
        lines.append(f"postmortem: {report.incident.markdown}")
    return command(name, "\n".join(lines), file=file, title=f"{order.headline(finding)} ({finding.code})")


def _outputs(report: Report) -> dict[str, str]:
    """Outputs of the step, all of them always, empty where there is no incident."""
    incident = report.incident
    summary = report.summary
    return {
        "verdict": report.verdict,
        "failed": str(summary.failed),
        "unmeasurable": str(summary.unmeasurable),
        "incident": "" if incident is None else incident.id,
        "incident_markdown": "" if incident is None else incident.markdown,
        "heat_maps": "" if incident is None or not report.heat_maps else incident.evidence,
    }
