"""Verdicts on LUT files as text, JSON and GitHub annotations. Loads nothing but the core: this runs in a git hook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from qualitygate.core.finding_level import Level
from qualitygate.core.lut_outcome import LutOutcome
from qualitygate.reporters.lut_text import text

FORMS = ("text", "json", "github")
# Ten annotations of a kind are shown per step, the excess vanishes silently: nine, and one that counts the others.
_SHOWN = 9
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(
    outcomes: Sequence[LutOutcome], form: str, incident: str | None = None, *, colour: bool = False, width: int = 120
) -> str:
    """Tell verdicts in the order they are given.

    Args:
        outcomes: One per file.
        form: `text`, `json` or `github`.
        incident: Path of the postmortem that was opened, None for none.
        colour: Whether the text may contain ANSI escape sequences; annotations never do.
        width: Columns to wrap sentences of the text at.
    """
    if form == "json":
        import json

        return json.dumps({"files": [_document(outcome) for outcome in outcomes]}, indent=2, ensure_ascii=False) + "\n"
    if form == "github":
        from qualitygate.reporters.workflow_command import silenced

        return _annotations(outcomes) + silenced(text(outcomes, incident, colour=False, width=width))
    return text(outcomes, incident, colour=colour, width=width)


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
