"""The report as a GitHub Actions step tells it: annotations, step summary and outputs, within GitHub's limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Finding, Level, Report
from qualitygate.reporters import order, wording
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.origin import origins
from qualitygate.reporters.placing import place_of, placed
from qualitygate.reporters.step_summary import step_summary
from qualitygate.reporters.text import ALSO, Text
from qualitygate.reporters.workflow_command import command, outputs, silenced

# Ten annotations of a kind are shown per step, the excess vanishes silently: nine, and one that counts the others.
SHOWN = 9
_Files = Mapping[str, Subject]
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


@dataclass(frozen=True, slots=True)
class _Annotation:
    title: str
    file: str | None
    lines: tuple[str, ...]
    line: str | None = None


class Github:
    """`--format github`: annotation lines and the text report; summary and outputs as files."""

    printed = True

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        report = order.with_shipped(order.without_postmortem(report), view.postmortems)
        told = Text().render(report, view).text
        return Rendered(
            "".join(line + "\n" for line in annotation_lines(report, view.specs, view.prefix)) + silenced(told),
            {
                "$GITHUB_STEP_SUMMARY": step_summary(report, view.specs, postmortems=view.postmortems),
                "$GITHUB_OUTPUT": outputs(_outputs(report)),
            },
        )


def annotation_lines(report: Report, specs: Mapping[str, MetricSpec], prefix: str = "") -> list[str]:
    """Workflow commands: one a file, at most ten each of errors, warnings and notices, the worst first.

    A file has one annotation, of its worst level: the slots are few, and six statistics of one picture would take
    those of five others.
    """
    report = order.without_postmortem(report)
    files = {r.subject.id: r.subject for r in report.results}
    failed = order.blocks(report)
    told: dict[Level, list[_Annotation]] = {
        Level.ERROR: [_failure(block, files, report, specs, prefix) for block in failed]
    }
    told[Level.ERROR] += [_no_measurement(entry, prefix) for entry in order.unmeasured(report)]
    named = {block.worst.subject for block in failed} | {e.result.subject.id for e in order.unmeasured(report)}
    # Remarks without a subject stand alone; a file that has an annotation already gets no second one.
    rest = [f for level in (Level.WARNING, Level.NOTE) for f in order.of_level(report, level)]
    for group in order.by_subject(f for f in rest if f.subject is None or f.subject not in named):
        told.setdefault(group[0].level, []).append(_remarked(group, files, report, prefix))
    return [line for level, name in _COMMANDS.items() for line in _commands(name, told.get(level, []))]


def _commands(name: str, annotations: list[_Annotation]) -> list[str]:
    lines = [command(name, "\n".join(a.lines), file=a.file, line=a.line, title=a.title) for a in annotations[:SHOWN]]
    if len(annotations) > SHOWN:
        lines.append(command(name, f"{len(annotations) - SHOWN:,} more, see the summary", title="quality gate"))
    return lines


def _failure(
    block: order.Block, files: _Files, report: Report, specs: Mapping[str, MetricSpec], prefix: str
) -> _Annotation:
    worst = block.worst
    lines = [worst.message]
    lines += [f"also {wording.in_short(finding)}" for finding in block.findings[1 : ALSO + 1]]
    if len(block.findings) > ALSO + 1:
        lines.append(f"also {len(block.findings) - ALSO - 1} more")
    lines += [f"{remark.level.value}: {wording.remark_in_short(remark)}" for remark in block.remarks[:ALSO]]
    lines += _reasons(block.findings, specs)
    heat_map = wording.heat_map_of(report, worst.subject)
    lines += [f"heat map: {heat_map}"] if heat_map else []
    lines += [f"postmortem: {report.incident.markdown}"] if report.incident is not None else []
    return _Annotation(
        f"{wording.headline(worst)} ({worst.code})", _file(worst, files, prefix), tuple(lines), _line(worst)
    )


def _line(finding: Finding) -> str | None:
    return None if finding.line is None else str(finding.line)


def _reasons(findings: tuple[Finding, ...], specs: Mapping[str, MetricSpec]) -> list[str]:
    """Incidents and reasons that the message of the worst finding does not tell."""
    return [o.sentence for o in origins(findings, specs) if not o.why or o.why not in findings[0].message]


def _no_measurement(entry: order.Unmeasured, prefix: str) -> _Annotation:
    lines = [wording.reason(entry.reason, entry.file)]
    lines += [f"{found.level.value}: {wording.remark_in_short(found)}" for found in entry.result.findings[:ALSO]]
    return _Annotation(f"could not be measured ({entry.reason.code})", placed(entry.file, prefix), tuple(lines))


def _remarked(group: list[Finding], files: _Files, report: Report, prefix: str) -> _Annotation:
    first = group[0]
    lines = [first.message, *(f"also {wording.remark_in_short(finding)}" for finding in group[1 : ALSO + 1])]
    heat_map = wording.heat_map_of(report, first.subject)
    lines += [f"heat map: {heat_map}"] if heat_map else []
    return _Annotation(
        f"{wording.headline(first)} ({first.code})", _file(first, files, prefix), tuple(lines), _line(first)
    )


def _file(finding: Finding, files: _Files, prefix: str) -> str | None:
    return place_of(finding, files.get(finding.subject) if finding.subject is not None else None, prefix)


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
