"""Findings of the lint of postmortems as text, JSON and GitHub annotations. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from qualitygate.core.codes import CODES
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.reporters.printable import one_line
from qualitygate.reporters.workflow_command import command, silenced

# Ten annotations of a kind are shown per step, the excess vanishes silently: nine, and one that counts the others.
_SHOWN = 9
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


@dataclass(frozen=True, slots=True)
class Linted:
    """What came of one postmortem.

    Attributes:
        id: The incident.
        state: Where it stands.
        stage: What it was held against, `draft` or `publication`.
        findings: What is wrong.
    """

    id: str
    state: str
    stage: str
    findings: tuple[Finding, ...]

    def count(self, level: Level) -> int:
        """Number of findings of a level."""
        return sum(finding.level is level for finding in self.findings)


def render(linted: Sequence[Linted], form: str) -> str:
    """All of them in one of the forms `text`, `json`, `github`, ending in a line end unless there is nothing to say."""
    match form:
        case "json":
            return _json(linted)
        case "github":
            return "".join(f"{line}\n" for line in _annotations(linted)) + silenced(_text(linted))
        case _:
            return _text(linted)


def _text(linted: Sequence[Linted]) -> str:
    lines: list[str] = []
    for one in linted:
        lines += [_line(finding) for finding in in_order(one.findings)]
        lines.append(f"{one.id}  {_counts(one)}  ({one.stage}, {one.state})")
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding) -> str:
    line = f":{finding.line}" if finding.line is not None else ""
    return one_line(f"{finding.path or finding.subject}{line}: {finding.level} {finding.code} {finding.message}")


def _counts(one: Linted) -> str:
    numbers = ((one.count(level), level.value) for level in Level)
    told = [f"{number:,} {name}{'' if number == 1 else 's'}" for number, name in numbers if number]
    return ", ".join(told) or "nothing to say"


def _json(linted: Sequence[Linted]) -> str:
    incidents = [
        {
            "id": one.id,
            "state": one.state,
            "stage": one.stage,
            "errors": one.count(Level.ERROR),
            "warnings": one.count(Level.WARNING),
            "notes": one.count(Level.NOTE),
            "findings": [
                {
                    "code": finding.code,
                    "level": finding.level.value,
                    "title": CODES[finding.code].title,
                    "message": finding.message,
                    "path": finding.path,
                    "line": finding.line,
                }
                for finding in in_order(one.findings)
            ],
        }
        for one in linted
    ]
    text = json.dumps({"incidents": incidents}, indent=2, ensure_ascii=False)
    # A path may hold bytes that are no UTF-8.
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def _annotations(linted: Sequence[Linted]) -> list[str]:
    lines: list[str] = []
    for level, name in _COMMANDS.items():
        found = [finding for one in linted for finding in one.findings if finding.level is level]
        for finding in found[:_SHOWN]:
            title = f"{finding.subject}: {CODES[finding.code].title} ({finding.code})"
            line = None if finding.line is None else str(finding.line)
            lines.append(command(name, finding.message, file=finding.path, line=line, title=title))
        if len(found) > _SHOWN:
            lines.append(command(name, f"{len(found) - _SHOWN:,} more, see the log", title="postmortem lint"))
    return lines


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Errors first, each level by line; those of the whole postmortem before those of a line."""
    levels = list(Level)
    return sorted(findings, key=lambda finding: (levels.index(finding.level), finding.line or 0))
