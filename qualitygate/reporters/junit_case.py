"""One test case of a JUnit report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, assert_never
from xml.etree.ElementTree import Element, SubElement

from qualitygate.core.measurement import Measurement, MetricSpec, Unmeasurable
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, Skipped, StepInfo, SubjectResult
from qualitygate.reporters import order, wording
from qualitygate.reporters.base import View
from qualitygate.reporters.origin import origins
from qualitygate.reporters.placing import placed
from qualitygate.reporters.printable import one_line

Outcome = Literal["passed", "failure", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class Case:
    """One test case.

    Attributes:
        name: Name within its suite, equal from run to run.
        outcome: What came of it; only the gate fails, and what could not be measured is an error.
        message: In a line, what is wrong.
        kind: The code of it.
        lines: All there is to say of it.
        file: The file it is about.
        properties: Numbers by `metric.statistic`, and what else is known.
        output: Remarks and attachments.
    """

    name: str
    outcome: Outcome
    message: str = ""
    kind: str = ""
    lines: tuple[str, ...] = ()
    file: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    output: tuple[str, ...] = ()


def case_of(result: SubjectResult, report: Report, view: View) -> Case:
    """A subject as a test case."""
    subject = result.subject
    outcome, message, kind, lines = _outcome(result, view.specs)
    heat_map = wording.heat_map_of(report, subject.id)
    # GitLab, and the attachments plugin of Jenkins, show the picture beside the test.
    attached = [f"[[ATTACHMENT|{heat_map}]]"] if heat_map else []
    remarks = [f"{f.level.value}: {f.message}" for f in result.findings if f.level is not Level.ERROR]
    return Case(
        subject.id,
        outcome,
        message,
        kind,
        tuple(lines),
        placed(subject.candidate or subject.reference or "", view.prefix) or None,
        _numbers(result),
        (*remarks, *attached),
    )


def case_of_run(name: str, findings: Sequence[Finding]) -> Case:
    """Errors of a set or of the run as one test case."""
    worst = findings[0]
    return Case(
        name, "failure", wording.headline(worst), worst.code, tuple(f.message for f in findings), wording.file_of(worst)
    )


def case_of_step(step: StepInfo) -> Case:
    """A further check as one test case."""
    detail = (step.detail,) if step.detail else ()
    if step.verdict == "unmeasurable":
        return Case(step.name, "error", f"could not be checked: {step.detail}", "QG-1422", detail)
    errors = [finding for finding in step.findings if finding.level is Level.ERROR]
    if step.verdict == "failed":
        worst = errors[0] if errors else None
        more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
        message = f"{wording.headline(worst)}{more}" if worst else step.detail or "failed"
        lines = tuple(f"{f.code} {_where(f)}{f.message}" for f in errors)
        return Case(step.name, "failure", message, worst.code if worst else "", lines, output=detail)
    return Case(step.name, "passed", output=detail)


def write_case(suite: Element, suite_name: str, case: Case) -> None:
    """Add the element of a case to that of its suite. No text in it is markup, nor a character that XML forbids."""
    attributes = {"name": one_line(case.name), "classname": f"qualitygate.{one_line(suite_name)}"}
    if case.file:
        attributes["file"] = one_line(case.file)
    element = SubElement(suite, "testcase", attributes)
    if case.properties:
        group = SubElement(element, "properties")
        for key, value in case.properties.items():
            SubElement(group, "property", {"name": one_line(key), "value": one_line(value)})
    if case.outcome == "skipped":
        SubElement(element, "skipped", {"message": one_line(case.message)})
    elif case.outcome != "passed":
        told = SubElement(element, case.outcome, {"message": one_line(case.message), "type": one_line(case.kind)})
        told.text = "\n".join(map(one_line, case.lines))
    if case.output:
        SubElement(element, "system-out").text = "\n".join(map(one_line, case.output))


def _outcome(result: SubjectResult, specs: Mapping[str, MetricSpec]) -> tuple[Outcome, str, str, list[str]]:
    match result.verdict:
        case Passed():
            return "passed", "", "", []
        case Skipped(reason):
            return "skipped", reason, "", []
        case Unmeasurable(code, message) as reason:
            return "error", wording.reason(reason, order.Unmeasured(result, reason).file), code, [message]
        case Failed():
            errors = order.worst_first(result.findings)
            lines = [finding.message for finding in errors]
            lines += [origin.sentence for origin in origins(errors, specs) if len(errors) > 1]
            worst = errors[0] if errors else None
            more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
            message = f"{wording.headline(worst)}{more}" if worst else "failed"
            return "failure", message, worst.code if worst else "", lines
        case _:
            assert_never(result.verdict)


def _numbers(result: SubjectResult) -> dict[str, str]:
    known = {
        f"{name}.{statistic}": repr(float(value))
        for name, outcome in result.measurements.items()
        if isinstance(outcome, Measurement)
        for statistic, value in outcome.values.items()
    }
    for finding in order.worst_first(result.findings):
        if finding.metric and finding.limit is not None and finding.level is Level.ERROR:
            region = f"{finding.region}." if finding.region else ""
            known[f"limit.{region}{finding.metric}.{finding.statistic}"] = repr(float(finding.limit))
    for finding in result.findings:
        if finding.borderline:
            region = f"{finding.region}." if finding.region else ""
            known[f"borderline.{region}{finding.metric}.{finding.statistic}"] = "true"
    if result.accepted:
        known["accepted"] = result.accepted
    return known


def _where(finding: Finding) -> str:
    file = wording.file_of(finding)
    return f"{file}: " if file else ""
