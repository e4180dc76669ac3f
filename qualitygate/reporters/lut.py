"""Verdicts on LUT files as text, JSON and GitHub annotations. Loads nothing but the core: this runs in a git hook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from qualitygate.core.finding import Finding
from qualitygate.core.level import Level
from qualitygate.core.lut_outcome import Drift, LutOutcome
from qualitygate.reporters.printable import one_line

FORMS = ("text", "json", "github")
# Ten annotations of a kind are shown per step, the excess vanishes silently: nine, and one that counts the others.
_SHOWN = 9
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(outcomes: Sequence[LutOutcome], form: str, incident: str | None = None) -> str:
    """Tell verdicts in the order they are given.

    Args:
        outcomes: One per file.
        form: `text`, `json` or `github`.
        incident: Path of the postmortem that was opened, None for none.
    """
    if form == "json":
        import json

        return json.dumps({"files": [_document(outcome) for outcome in outcomes]}, indent=2, ensure_ascii=False) + "\n"
    text = _text(outcomes, incident)
    if form == "github":
        from qualitygate.reporters.workflow_command import silenced

        return _annotations(outcomes) + silenced(text)
    return text


def _document(outcome: LutOutcome) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": outcome.file,
        "status": outcome.status,
        "format": outcome.format,
        "kind": outcome.kind,
        "size": outcome.size,
        "findings": [
            {
                "code": finding.code,
                "level": finding.level.value,
                "severity": None if finding.severity is None else finding.severity.value,
                "line": finding.line,
                "message": finding.message,
            }
            for finding in outcome.findings
        ],
    }
    if outcome.quality is not None:
        found["quality"] = {name: _number(value) for name, value in outcome.quality.items()}
    if outcome.drift is not None:
        found["drift"] = {
            name: {statistic: _number(value) for statistic, value in values.items()}
            for name, values in outcome.drift.items()
        }
    return found


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _text(outcomes: Sequence[LutOutcome], incident: str | None) -> str:
    lines: list[str] = []
    told: set[str] = set()
    for outcome in outcomes:
        known = [outcome.format, outcome.kind, None if outcome.size is None else f"size {outcome.size}"]
        about = ", ".join(part for part in known if part)
        lines.append(f"{outcome.status}  {one_line(outcome.file)}{f'  ({about})' if about else ''}")
        for finding in outcome.findings:
            lines += _block(outcome, finding, told)
        if outcome.drift is not None:
            lines += _drift(outcome.drift, outcome.previous)
    rejected = sum(not outcome.accepted for outcome in outcomes)
    if not outcomes:
        lines.append("no LUT to validate")
    elif rejected or len(outcomes) > 1:
        lines.append(f"{rejected} rejected, {len(outcomes) - rejected} accepted")
    if incident is not None:
        lines.append(f"postmortem  {incident}")
    return "\n".join(lines) + "\n"


def _block(outcome: LutOutcome, finding: Finding, told: set[str]) -> list[str]:
    """A finding; where its limit comes from is told once and not with every limit that came from there."""
    where = one_line(outcome.file) if finding.line is None else f"{one_line(outcome.file)}:{finding.line}"
    severity = "" if finding.severity is None else f" {finding.severity.value}"
    message = finding.message
    origin = f", born of {finding.born_of}{f' ({finding.why})' if finding.why else ''}"
    if finding.born_of and origin in told:
        message = message.replace(origin, "")
    told.add(origin)
    found, _, expected = one_line(message).partition("; expected ")
    lines = [f"  {finding.level.value}{severity} {finding.code}  {where}", f"    found     {found}"]
    if expected:
        lines.append(f"    expected  {expected}")
    return lines


def _drift(drift: Drift, previous: str | None) -> list[str]:
    head = "" if previous is None else f" against {one_line(previous)}"
    return [
        f"  DeltaE00{head}",
        *(
            f"    {name:<12}  mean {values['mean']:.2f}  p95 {values['p95']:.2f}  max {values['max']:.2f}"
            for name, values in drift.items()
        ),
    ]


def _annotations(outcomes: Sequence[LutOutcome]) -> str:
    from qualitygate.reporters.workflow_command import command

    lines: list[str] = []
    for level, name in _COMMANDS.items():
        told = [(outcome, finding) for outcome in outcomes for finding in outcome.findings if finding.level is level]
        for outcome, finding in told[:_SHOWN]:
            lines.append(
                command(
                    name,
                    finding.message,
                    file=outcome.file,
                    line=None if finding.line is None else str(finding.line),
                    title=f"{finding.message.partition(': ')[0].partition('; ')[0]} ({finding.code})",
                )
            )
        if len(told) > _SHOWN:
            lines.append(command(name, f"{len(told) - _SHOWN:,} more, see the log", title="validate-lut"))
    return "".join(line + "\n" for line in lines)
