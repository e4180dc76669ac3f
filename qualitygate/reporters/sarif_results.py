"""Findings, and what could not be measured, as results of a SARIF log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from qualitygate.core.finding_level import Level
from qualitygate.core.verdict import Finding, Report, SetInfo, SubjectResult
from qualitygate.reporters import order, wording
from qualitygate.reporters.artifact_uri import artifact_location
from qualitygate.reporters.document import Document, finite
from qualitygate.reporters.fingerprint import fingerprint_of_unmeasured, fingerprints
from qualitygate.reporters.placing import place_of, placed
from qualitygate.reporters.printable import one_line

CONFIGURATION = "qualitygate.toml"
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


@dataclass(frozen=True, slots=True)
class Told:
    """One result to be.

    Attributes:
        code, level, text: What it says.
        fingerprint: Equal for the same thing in another run.
        path: File it points at, from the top level of the repository.
        line: Line of that file.
        reference: The approved picture, where there is one.
        finding: Where it comes from, None for a subject that could not be measured.
        subject: Id of the subject, None for a finding of the run.
    """

    code: str
    level: Level
    text: str
    fingerprint: str
    path: str
    line: int
    reference: str | None = None
    finding: Finding | None = None
    subject: str | None = None


def told(report: Report, prefix: str = "") -> list[Told]:
    """What there is to say, the worst first: errors, what could not be measured, warnings, notes."""
    report = order.without_postmortem(report)
    subjects = {result.subject.id: result for result in report.results}
    sets = {info.name: info for info in report.sets}
    findings = [finding for level in Level for finding in order.of_level(report, level)]
    marks = fingerprints(findings)
    found = [
        _of_finding(one, subjects, _place(one, sets, report), prefix, mark)
        for one, mark in zip(findings, marks, strict=True)
    ]
    errors = sum(finding.level is Level.ERROR for finding in findings)
    return [*found[:errors], *(_of_unmeasured(one, prefix) for one in order.unmeasured(report)), *found[errors:]]


def result(one: Told, rule: int, report: Report) -> Document:
    """A SARIF result. A picture has no lines, but a result without a region is shown nowhere: line 1 stands for it."""
    made: Document = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.level.value,
        "message": message(one.text),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact_location(one.path),
                    "region": {"startLine": one.line},
                }
            }
        ],
        # The second name is the only one that GitHub compares; without it, it would take a digest of the file's bytes,
        # and each new version of a picture would be a new alert.
        "partialFingerprints": {
            "qualityGate/v1": one.fingerprint,
            "primaryLocationLineHash": f"{one.fingerprint}:1",
        },
    }
    if one.reference is not None and one.reference != one.path:
        made["relatedLocations"] = [
            {
                "id": 1,
                "physicalLocation": {"artifactLocation": artifact_location(one.reference)},
                "message": {"text": "the reference"},
            }
        ]
    known = _properties(one, report)
    if known:
        made["properties"] = known
    return made


def message(text: str) -> Document:
    """A SARIF message of plain text, in which braces are no placeholders (3.11.5) and brackets no links (3.11.6)."""
    plain = _LINK.sub(r"\\[", one_line(text)).replace("{", "{{").replace("}", "}}")
    return {"text": plain or "(no text)"}


def _of_finding(
    finding: Finding, subjects: Mapping[str, SubjectResult], otherwise: str, prefix: str, mark: str
) -> Told:
    judged = subjects.get(finding.subject) if finding.subject is not None else None
    subject = judged.subject if judged else None
    return Told(
        finding.code,
        finding.level,
        finding.message,
        mark,
        place_of(finding, subject, prefix) or placed(otherwise, prefix),
        max(finding.line or 1, 1),
        placed(subject.reference, prefix) if subject and subject.reference else None,
        finding,
        finding.subject,
    )


def _of_unmeasured(entry: order.Unmeasured, prefix: str) -> Told:
    subject, code = entry.result.subject, entry.reason.code
    text = f"{subject.id} could not be measured: {wording.reason(entry.reason, entry.file)}"
    mark = fingerprint_of_unmeasured(subject, code)
    reference = placed(subject.reference, prefix) if subject.reference else None
    return Told(code, Level.ERROR, text, mark, placed(entry.file, prefix), 1, reference, None, subject.id)


def _place(finding: Finding, sets: Mapping[str, SetInfo], report: Report) -> str:
    """Where a finding without a file of its own is shown: at the configuration, else at the set's candidates."""
    source = report.settings.get("config")
    if isinstance(source, str) and source:
        # Subject paths are relative to the configuration's directory, so its own is its name.
        return source.replace("\\", "/").rpartition("/")[2]
    info = sets.get(finding.set_name) if finding.set_name else next(iter(sets.values()), None)
    return (info.candidate if info else "") or CONFIGURATION


def _properties(one: Told, report: Report) -> Document:
    finding = one.finding
    known: Document = {"subject": one.subject, "heat_map": wording.heat_map_of(report, one.subject)}
    if finding is not None:
        known |= {
            "set": finding.set_name,
            "metric": finding.metric,
            "statistic": finding.statistic,
            "value": finite(finding.value),
            "limit": finite(finding.limit),
            "severity": finding.severity.value if finding.severity else None,
            "born_of": finding.born_of,
            "why": finding.why,
            "runbook": finding.runbook,
            "profile": finding.profile,
            "region": finding.region,
            "borderline": finding.borderline or None,
        }
    return {key: one_line(v) if isinstance(v, str) else v for key, v in known.items() if v is not None}
