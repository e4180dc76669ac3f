"""The report as SARIF 2.1.0, for code scanning: GitHub, Azure DevOps, editors.

Sources: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub Docs, "SARIF support for code
scanning", for the limits and for what of it is shown.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence

from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Report
from qualitygate.reporters import wording
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.document import Document, settings_document, summary_document
from qualitygate.reporters.json import serialise
from qualitygate.reporters.printable import one_line
from qualitygate.reporters.sarif_results import Told, message, result, told
from qualitygate.reporters.sarif_rules import rules

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub refuses a file with more results, or above 10 MB after gzip.
MAX_RESULTS = 25_000
MAX_BYTES = 10_000_000
# https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string, in short.
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


class Sarif:
    """`--format sarif`: one log with one run. What passed is not in it."""

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        return Rendered(sarif_log(report, view))


def sarif_log(report: Report, view: View, max_results: int = MAX_RESULTS, max_bytes: int = MAX_BYTES) -> str:
    """The report as a SARIF log that code scanning takes.

    Args:
        report: The report.
        view: Limits and exit code of the run.
        max_results: Results to keep at most, the worst; how many were left out is a notification of the log.
        max_bytes: What the log may have after gzip.
    """
    found = told(report, view.prefix)
    kept = min(len(found), max_results)
    while True:
        text = serialise(_log(report, view, found[:kept], len(found) - kept))
        size = len(gzip.compress(text.encode(), mtime=0))
        if size <= max_bytes or kept == 0:
            return text
        kept = min(kept - 1, int(kept * max_bytes / size * 0.97))


def _log(report: Report, view: View, kept: Sequence[Told], left_out: int) -> Document:
    table = rules([(one.code, one.level) for one in kept])
    index = {rule["id"]: number for number, rule in enumerate(table)}
    run = {
        "tool": {"driver": {**_driver(report), "rules": table}},
        "invocations": [_invocation(report, view, left_out)],
        "originalUriBaseIds": {
            "%SRCROOT%": {
                "description": {
                    "text": "The top level of the repository; without one, the directory of the configuration."
                }
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [result(one, index[one.code], report) for one in kept],
        "properties": _properties(report, view),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(report: Report) -> Document:
    version = report.settings.get("qualitygate")
    driver: Document = {
        "name": "qualitygate",
        "fullName": "qualitygate, the merge gate for image pipelines",
        "organization": "the qualitygate contributors",
    }
    if isinstance(version, str) and version:
        driver["version"] = one_line(version)
        if _SEMANTIC.fullmatch(version):
            driver["semanticVersion"] = version
    return driver


def _invocation(report: Report, view: View, left_out: int) -> Document:
    """How the run went. It succeeded if everything could be measured, whether or not that passed."""
    missing = report.summary.unmeasurable
    unmade = [step.name for step in report.steps if step.verdict == "unmeasurable"]
    said = []
    if missing:
        said.append(("error", f"{missing:,} of {report.summary.pairs:,} could not be measured"))
    if unmade:
        said.append(("error", f"could not be checked: {', '.join(unmade)}"))
    if left_out:
        text = f"{left_out:,} further results were left out, the least serious; --format json has all of them"
        said.append(("warning", text))
    made: Document = {"executionSuccessful": not (missing or unmade)}
    if view.exit_code is not None:
        made["exitCode"] = view.exit_code
        made["exitCodeDescription"] = one_line(wording.verdict(report))
    if _TIME.fullmatch(report.started):
        made["startTimeUtc"] = report.started
    made["toolExecutionNotifications"] = [{"level": level, "message": message(text)} for level, text in said]
    return made


def _properties(report: Report, view: View) -> Document:
    incident = report.incident
    return {
        "verdict": report.verdict,
        "summary": summary_document(report.summary),
        "settings": settings_document(report.settings),
        "thresholds": {name: [_threshold(limit) for limit in limits] for name, limits in view.thresholds.items()},
        "steps": [{"name": step.name, "verdict": step.verdict, "detail": step.detail} for step in report.steps],
        "incident": None if incident is None else {"id": incident.id, "markdown": incident.markdown},
    }


def _threshold(limit: Threshold) -> Document:
    return {
        "metric": limit.metric,
        "statistic": limit.statistic,
        "region": limit.region,
        "fail": limit.fail,
        "warn": limit.warn,
        "severity": limit.severity.value,
        "born_of": limit.born_of,
        "why": limit.why,
    }
