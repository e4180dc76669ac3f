"""The report as JUnit XML, for the test pages of Jenkins, GitLab, Azure DevOps and the like.

Sources: the `junit-10.xsd` of the Jenkins xUnit plugin; GitLab Docs, "Unit test reports", for the attachments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from qualitygate.core.verdict import Finding, Level, Report
from qualitygate.reporters import order, wording
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.junit_case import Case, case_of, case_of_run, case_of_step, write_case
from qualitygate.reporters.printable import one_line

# Suite of findings that concern no set and no further check, and of subjects without a set.
RUN = "run"
# GitLab reads no file of 30 MB or more.
MAX_BYTES = 29_000_000

_Suite = tuple[str, list[Case], dict[str, str], list[str]]


class Junit:
    """`--format junit`: a suite per set and per further check; failures are the gate's, errors are no measurements."""

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        return Rendered(junit_xml(order.with_shipped(order.without_postmortem(report), view.postmortems), view))


def junit_xml(report: Report, view: View, max_bytes: int = MAX_BYTES) -> str:
    """The report as JUnit XML. Above `max_bytes` the cases that passed are told without their numbers."""
    suites = list(_suites(report, view))
    text = _document(report, suites)
    if len(text.encode()) <= max_bytes:
        return text
    return _document(report, [(name, list(map(_bare, cases)), known, said) for name, cases, known, said in suites])


def _bare(case: Case) -> Case:
    return replace(case, properties={}) if case.outcome == "passed" else case


def _document(report: Report, suites: Iterable[_Suite]) -> str:
    root = Element("testsuites", {"name": "quality gate"})
    for name, cases, properties, remarks in suites:
        _write_suite(root, report, name, cases, properties, remarks)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suites(report: Report, view: View) -> Iterable[_Suite]:
    """Name, cases, properties and remarks of each suite: the sets, what concerns no set, the further checks."""
    of_steps = {finding for step in report.steps for finding in step.findings}
    own = [finding for finding in report.findings if finding not in of_steps]
    sets = {info.name: info for info in report.sets}
    names = dict.fromkeys([*sets, *(r.subject.set_name for r in report.results), *(f.set_name or "" for f in own)])
    for name in names:
        cases = [case_of(r, report, view) for r in report.results if r.subject.set_name == name]
        findings = [finding for finding in own if (finding.set_name or "") == name]
        cases += _of_run(findings)
        info = sets.get(name)
        known = {"profile": info.profile, "pipeline": info.pipeline, "reference": info.reference} if info else {}
        properties = {key: str(value) for key, value in {**known, **report.settings}.items() if value is not None}
        remarks = [f"{f.level.value}: {f.message}" for f in findings if f.level is not Level.ERROR]
        if cases or remarks or info:
            yield name or RUN, cases, properties, remarks
    for step in report.steps:
        remarks = [f"{f.level.value}: {f.message}" for f in step.findings if f.level is not Level.ERROR]
        yield step.name, [case_of_step(step)], {}, remarks


def _of_run(findings: Sequence[Finding]) -> list[Case]:
    """Errors of a set or of the run, those of one code and statistic together, as a test page wants stable names."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.level is Level.ERROR:
            groups.setdefault(wording.standing_name(finding), []).append(finding)
    return [case_of_run(name, group) for name, group in groups.items()]


def _write_suite(
    root: Element, report: Report, name: str, cases: Sequence[Case], properties: dict[str, str], remarks: Sequence[str]
) -> None:
    suite = SubElement(
        root,
        "testsuite",
        {
            "name": one_line(name),
            "tests": str(len(cases)),
            "failures": str(sum(case.outcome == "failure" for case in cases)),
            "errors": str(sum(case.outcome == "error" for case in cases)),
            "skipped": str(sum(case.outcome == "skipped" for case in cases)),
        },
    )
    if report.started:
        suite.set("timestamp", one_line(report.started))
    if properties:
        group = SubElement(suite, "properties")
        for key, value in properties.items():
            SubElement(group, "property", {"name": one_line(key), "value": one_line(value)})
    for case in cases:
        write_case(suite, name, case)
    if remarks:
        SubElement(suite, "system-out").text = "\n".join(map(one_line, remarks))
