"""What `qualitygate thresholds test` says: as text, as JSON, as annotations of GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qualitygate.cli.output import as_json
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.incidents.text import one_line
from qualitygate.rehearsing.coverage import Covered, Exercise
from qualitygate.rehearsing.expecting import outcome
from qualitygate.rehearsing.session import Rehearsal, Tested
from qualitygate.reporters.workflow_command import command as annotation

SCHEMA = "qualitygate.threshold-tests/1"
_MARKS = {"passed": "ok", "failed": "FAILED", "unmeasurable": "ERROR", "skipped": "skipped"}
# GitHub drops what goes beyond ten annotations of a kind in a step, without a word.
_MOST = 9


def as_text(made: Rehearsal, findings: Sequence[Finding], *, verbose: bool) -> str:
    """Cases that failed, or all of them; then what no case exercises, or how closely every limit is pinned down."""
    lines: list[str] = []
    for one in made.tested:
        if verbose or one.status not in ("passed", "skipped"):
            lines += _case(one)
    counts = [f"{len(of)} {status}" for status in _MARKS if (of := made.of_status(status))]
    files = len({one.case.file for one in made.tested})
    cases = len(made.tested)
    lines.append(
        f"{cases} case{'' if cases == 1 else 's'} in {files} file{'' if files == 1 else 's'}: {', '.join(counts)}"
    )
    if verbose:
        lines += ["", *_pinned(made.covered)]
    exercised = sum(each.fails is not None and each.passes is not None for each in made.covered)
    lines.append(f"{exercised} of {len(made.covered)} limits, rules and budgets are exercised on both sides")
    for finding in findings:
        if finding.code in ("QG-1831", "QG-1832"):
            lines.append(f"{finding.level.value:<8}{_place(finding)}{finding.message} [{finding.code}]")
    return "\n".join(lines)


def as_document(made: Rehearsal, findings: Sequence[Finding]) -> str:
    """The whole answer for programs."""
    return as_json(
        {
            "schema": SCHEMA,
            "verdict": "failed" if any(each.level is Level.ERROR for each in findings) else "passed",
            "cases": [_case_document(one) for one in made.tested],
            "coverage": [
                {
                    "name": each.name,
                    "limit": each.limit,
                    "where": each.where,
                    "profiles": list(each.profiles),
                    "fails": _exercise(each.fails),
                    "passes": _exercise(each.passes),
                }
                for each in made.covered
            ],
            "findings": [
                {"code": f.code, "level": f.level.value, "message": f.message, "path": f.path, "line": f.line}
                for f in findings
            ],
        }
    )


def as_annotations(findings: Sequence[Finding]) -> str:
    """Workflow commands, at most as many of each kind as GitHub shows."""
    out: list[str] = []
    for level, name in ((Level.ERROR, "error"), (Level.WARNING, "warning")):
        group = [finding for finding in findings if finding.level is level]
        for finding in group[:_MOST]:
            line = str(finding.line) if finding.line is not None else None
            message = f"{finding.message} [{finding.code}]"
            out.append(annotation(name, message, title="Threshold tests", file=finding.path, line=line))
        if len(group) > _MOST:
            out.append(annotation(name, f"{len(group) - _MOST:,} more like these", title="Threshold tests"))
    return "\n".join(out)


def _case(one: Tested) -> Iterator[str]:
    where = f"{one.case.label}:{one.case.line}"
    yield f"{_MARKS[one.status]:<8}{one_line(one.case.name)} ({one.case.profile}) {where}"
    for reason in one.broken:
        yield f"{'':<8}  {reason}"
    if one.status == "unmeasurable" and one.played is not None:
        yield f"{'':<8}  could not be judged: {one.played.reason}"


def _pinned(covered: Sequence[Covered]) -> Iterator[str]:
    """Every limit with the nearest value that passes and the nearest that fails."""
    rows = [
        (
            ", ".join(each.profiles),
            f"{each.name} {each.limit}",
            _pin("passes", each.passes, each.name),
            _pin("fails", each.fails, each.name),
        )
        for each in covered
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        yield "  ".join([*(f"{text:<{wide}}" for text, wide in zip(row, widths, strict=False)), row[3]])


def _pin(verb: str, one: Exercise | None, name: str) -> str:
    if one is None:
        return f"never {verb}"
    if one.value is None:
        return verb
    value = f"{one.value / 1000:.1f} KB" if name.startswith("budget.") else f"{one.value:.4g}"
    return f"{verb} {value}"


def _place(finding: Finding) -> str:
    if finding.path is None:
        return ""
    return f"{one_line(finding.path)}{f':{finding.line}' if finding.line is not None else ''}: "


def _case_document(one: Tested) -> dict[str, Any]:
    played = one.played
    return {
        "name": one.case.name,
        "file": one.case.label,
        "line": one.case.line,
        "profile": one.case.profile,
        "status": one.status,
        "expected": one.case.expect,
        "outcome": None if played is None or played.reason else outcome(played),
        "broken": list(one.broken),
        "fired": {} if played is None else {name: finding.level.value for name, finding in played.fired.items()},
        "values": {} if played is None else dict(played.values),
        "reason": played.reason if played is not None else "",
    }


def _exercise(one: Exercise | None) -> dict[str, Any] | None:
    return None if one is None else {"case": one.case, "value": one.value}
