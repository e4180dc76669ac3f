"""The JSON documents of the gate as plain dictionaries; `schemas/` publishes what they look like.

Readers ignore keys they do not know: a key may be added within a version, none changes its meaning or goes away.
Numbers are as measured, unrounded. NaN and infinity never occur; where one would, there is null.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement, MetricResult, Setting, Unmeasurable
from qualitygate.core.verdict import Finding, Report, Skipped, SubjectResult, Summary, status_of

Document = dict[str, Any]
CHECK = "qualitygate.check/1"
COMPARE = "qualitygate.compare/1"


class Difference(Protocol):
    """One statistic beside the same statistic from an independent library; `basis` is what that library was given."""

    @property
    def metric(self) -> str: ...
    @property
    def statistic(self) -> str: ...
    @property
    def ours(self) -> float: ...
    @property
    def theirs(self) -> float: ...
    @property
    def library(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def difference(self) -> float: ...
    @property
    def basis(self) -> str: ...


def check_document(report: Report) -> Document:
    """The document of `qualitygate check`: schema `qualitygate.check/1`."""
    incident = report.incident
    return {
        "schema": CHECK,
        "qualitygate": report.settings.get("qualitygate"),
        "verdict": report.verdict,
        "summary": summary_document(report.summary),
        "started": report.started,
        "settings": settings_document(report.settings),
        "sets": [
            {
                "name": info.name,
                "profile": info.profile,
                "pipeline": info.pipeline,
                "reference": info.reference,
                "candidate": info.candidate,
                "base": info.base,
            }
            for info in report.sets
        ],
        "steps": [{"name": step.name, "verdict": step.verdict, "detail": step.detail} for step in report.steps],
        "findings": [_finding(finding) for finding in report.findings],
        "pairs": [_pair(result, report.heat_maps.get(result.subject.id)) for result in report.results],
        "incident": None
        if incident is None
        else {
            "id": incident.id,
            "markdown": incident.markdown,
            "json": incident.json,
            "evidence": incident.evidence,
            "created": incident.created,
        },
    }


def compare_document(result: SubjectResult, crosscheck: Iterable[Difference] | None = None) -> Document:
    """The document of `qualitygate compare`: schema `qualitygate.compare/1`.

    Args:
        result: The pair, measured and perhaps judged.
        crosscheck: The same statistics from independent libraries; None where that was not asked for.
    """
    return {
        "schema": COMPARE,
        "reference": _source(result.reference),
        "candidate": _source(result.candidate),
        "status": "measured" if isinstance(result.verdict, Skipped) else status_of(result.verdict),
        "reason": _reason(result),
        "measurements": {name: _metric(outcome) for name, outcome in result.measurements.items()},
        "findings": [_finding(finding) for finding in result.findings],
        "crosscheck": None
        if crosscheck is None
        else [
            {
                "metric": entry.metric,
                "statistic": entry.statistic,
                "ours": finite(entry.ours),
                "theirs": finite(entry.theirs),
                "difference": finite(entry.difference),
                "library": entry.library,
                "version": entry.version,
                "basis": entry.basis,
            }
            for entry in crosscheck
        ],
    }


def _pair(result: SubjectResult, heat_map: str | None) -> Document:
    subject = result.subject
    return {
        "id": subject.id,
        "kind": subject.kind,
        "set": subject.set_name,
        "status": status_of(result.verdict),
        "reason": _reason(result),
        "reference": subject.reference,
        "candidate": subject.candidate,
        "accepted": result.accepted,
        "heat_map": heat_map,
        "borderline": result.borderline,
        "measurements": {name: _metric(outcome) for name, outcome in result.measurements.items()},
        "findings": [_finding(finding) for finding in result.findings],
    }


def _reason(result: SubjectResult) -> Document | None:
    match result.verdict:
        case Unmeasurable(code, message):
            return {"code": code, "message": message}
        case Skipped(reason):
            return {"code": None, "message": reason}
        case _:
            return None


def _metric(outcome: MetricResult) -> Document:
    if isinstance(outcome, Measurement):
        values = {statistic: finite(value) for statistic, value in outcome.values.items()}
        return {**values, "settings": settings_document(outcome.settings)}
    return {"value": None, "reason": {"code": outcome.code, "message": outcome.message}}


def _finding(finding: Finding) -> Document:
    return {
        "code": finding.code,
        "level": finding.level.value,
        "message": finding.message,
        "set": finding.set_name,
        "metric": finding.metric,
        "statistic": finding.statistic,
        "value": finite(finding.value),
        "limit": finite(finding.limit),
        "severity": None if finding.severity is None else finding.severity.value,
        "born_of": finding.born_of,
        "why": finding.why,
        "runbook": finding.runbook,
        "profile": finding.profile,
        "region": finding.region,
        "path": finding.path,
        "line": finding.line,
        "borderline": finding.borderline,
    }


def _source(source: Source | None) -> Document | None:
    if source is None:
        return None
    return {
        "name": source.name,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "format": source.format,
        "width": source.width,
        "height": source.height,
        "bit_depth": source.bit_depth,
        "colour_space": source.colour_space,
        "has_alpha": source.has_alpha,
        "subsampling": source.subsampling,
        "lossless": source.lossless,
        "settings": settings_document(source.settings),
    }


def summary_document(summary: Summary) -> Document:
    """How many pairs there are of each outcome."""
    return {
        "pairs": summary.pairs,
        "passed": summary.passed,
        "failed": summary.failed,
        "unmeasurable": summary.unmeasurable,
        "skipped": summary.skipped,
    }


def settings_document(settings: Mapping[str, Setting]) -> Document:
    """How something was made, as JSON takes it."""
    return {key: finite(value) if isinstance(value, float) else value for key, value in settings.items()}


def finite(value: float | None) -> float | None:
    """A plain finite number, else None; NumPy's scalars become Python's."""
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else float(value)
