"""What `qualitygate prove` prints."""

from __future__ import annotations

import msgspec

from qualitygate.cli.output import as_json
from qualitygate.core.codes import CODES
from qualitygate.core.finding import Finding
from qualitygate.core.incident import IncidentState
from qualitygate.proofs.case import FILE, FOLDER
from qualitygate.proofs.cells import GAP, Cell, unanswered
from qualitygate.proving import Proven, Standing
from qualitygate.proving.account import NO_GATE
from qualitygate.proving.recording import Recorded
from qualitygate.reporters.printable import one_line
from qualitygate.reporters.workflow_command import command, silenced

_CELLS = {
    "gap": "bad, old thresholds, must pass",
    "caught": "bad, new thresholds, must fail",
    "fixed": "fixed, new thresholds, must pass",
    "parent": "before bad, new thresholds, must pass",
    "control": "this tree, by the control, must pass",
}


def proof_text(proven: Proven, recorded: Recorded | None, unrecorded: str | None) -> str:
    """A proof for people, with a line end at the end."""
    record = proven.record
    runs = f"{record.runs} run{'' if record.runs == 1 else 's'} each"
    cells = f"{len(record.cells)} cell{'' if len(record.cells) == 1 else 's'}"
    lines = [one_line(f"{record.incident}  {record.title}".rstrip())]
    lines.append(one_line(f"{record.mode}, {record.kind}, {record.check}, {cells}, {runs}"))
    for name, commit in record.commits.items():
        lines.append(f"  {name:<9}{commit.commit[:10]}" + _as_named(commit.revision, commit.commit))
    for name, thresholds in record.thresholds.items():
        short = thresholds.commit[:10] if thresholds.commit else "the working tree"
        lines.append(f"  {name:<9}thresholds of {short}" + _as_named(thresholds.revision, thresholds.commit or ""))
    for one in proven.outcomes:
        lines.append(one_line(f"{'holds' if one.holds else 'FAILS'}  {_title(one.cell)}: {one.why}"))
    lines += [f"note   {one_line(note)}" for note in proven.notes]
    lines.append(_verdict(proven))
    lines += _advice(proven)
    if recorded is not None:
        lines.append(f"{'wrote' if recorded.written else 'known'}  {recorded.path}, sha256 {recorded.sha256}")
        if record.result == "failed":
            lines += _failed(record.incident, recorded, reproduced=record.reproduced)
        elif record.unlocks:
            lines.append(f"`qualitygate incident close {record.incident}` has its proof")
    elif unrecorded is not None:
        lines.append(unrecorded)
    return "\n".join(lines) + "\n"


def proof_json(proven: Proven, recorded: Recorded | None) -> str:
    """The proof's record, with where it was written."""
    found = msgspec.to_builtins(proven.record)
    found["recorded"] = None if recorded is None else {
        "path": recorded.path, "sha256": recorded.sha256, "state": recorded.record.state.value
    }  # fmt: skip
    return as_json(found)


def standing_text(standing: Standing) -> str:
    """What came of all cases, for people, with a line end at the end."""
    lines = []
    for case in standing.cases:
        word = "holds" if case.holds else "waived" if case.waived else "FAILS" if case.outcomes else "-"
        lines.append(one_line(f"{word:<7}{case.incident}  {case.check}  {case.title}".rstrip()))
    lines += [_said(finding) for finding in standing.findings]
    errors = sum(finding.level.value == "error" for finding in standing.findings)
    count = len(standing.cases)
    cases = f"{count} case{'' if count == 1 else 's'}"
    waived = ", but for what is waived" if any(case.waived for case in standing.cases) else ""
    verdict = f"every incident is still caught{waived}" if not errors else f"{errors} error{'' if errors == 1 else 's'}"
    lines.append(f"{cases}: {verdict}" if count or errors else "no cases below fixtures/incidents")
    return "\n".join(lines) + "\n"


def standing_github(standing: Standing) -> str:
    """The same for GitHub: the text, and an annotation at the threshold of every error and warning."""
    lines = [silenced(standing_text(standing))]
    for finding in standing.findings:
        line = str(finding.line) if finding.line is not None else None
        title = f"{finding.born_of}: {CODES[finding.code].title}" if finding.code in CODES else finding.born_of
        lines.append(command(finding.level.value, finding.message, file=finding.path, line=line, title=title) + "\n")
    return "".join(lines)


def standing_json(standing: Standing) -> str:
    """What came of all cases, for programs."""
    cases = [
        {
            "incident": case.incident,
            "title": case.title,
            "check": case.check,
            "holds": case.holds,
            "waived": case.waived,
            "cells": [{"name": o.cell.name, "holds": o.holds, "why": o.why} for o in case.outcomes],
        }
        for case in standing.cases
    ]
    findings = [
        {
            "code": finding.code,
            "level": finding.level.value,
            "incident": finding.born_of,
            "message": finding.message,
            "path": finding.path,
            "line": finding.line,
        }
        for finding in standing.findings
    ]
    verdict = "passed" if standing.passed else "failed"
    return as_json({"verdict": verdict, "cases": cases, "findings": findings})


def _said(finding: Finding) -> str:
    place = finding.path or ""
    if finding.line is not None:
        place += f":{finding.line}"
    # A message that begins with the place does not need it twice.
    prefix = f"{place}: " if place and f"{place}:" not in finding.message else ""
    return one_line(f"{finding.level.value}  {prefix}{finding.message} [{finding.code}]")


def _failed(incident: str, recorded: Recorded, *, reproduced: bool) -> list[str]:
    """What a failed proof did to the incident."""
    state, before = recorded.record.state, recorded.before
    if state is IncidentState.CLOSED:
        return [f"the proof no longer holds; reopen it: qualitygate incident reopen {incident} --reason …"]
    if reproduced:
        return []
    if recorded.again:
        return [f"the reproduction failed as it did before: {incident} stays {state.value}"]
    if state is before:
        gather = "; gather more evidence" if state.is_open else ""
        return [f"the reproduction failed: {incident} stays {state.value}{gather}"]
    return [f"the reproduction failed: {incident} goes back to gathering evidence, state {state.value}"]


def _advice(proven: Proven) -> list[str]:
    """What to do about a gap that the old thresholds do not show."""
    gap = next((one for one in proven.outcomes if one.cell is GAP and not one.holds and not one.flaky), None)
    if gap is None or gap.runs[0].verdict != "failed":
        return []
    incident = proven.record.incident
    old = (
        "the bad commit's own" if proven.case.commits is None or proven.case.commits.old_thresholds is None else "these"
    )
    return [
        "The gate would have caught it, with the thresholds of then. So one of these is true:",
        f"- it was caught, a near miss: qualitygate incident escalate {incident} --kind near_miss --reason …, and",
        f'  kind = "near_miss" in {FOLDER}/{incident}/{FILE}, which leaves three cells;',
        "- nobody ran the gate on that change: what prevents it is a control, [control] in place of [check];",
        f"- other thresholds than {old} held at the time: name their commit by old_thresholds in [proof].",
    ]


def _title(cell: Cell) -> str:
    return _CELLS[cell.name]


def _as_named(revision: str, name: str) -> str:
    """A revision that says more than the name of the commit does."""
    return "" if not name or revision.rstrip("^") in name or len(revision) > 40 else f"  ({one_line(revision)})"


def _verdict(proven: Proven) -> str:
    record = proven.record
    if record.result == "failed":
        flaky = any(one.flaky for one in proven.outcomes)
        if not flaky and unanswered(proven.outcomes):
            return "not proved: there is no answer for a cell" + (
                ", so that it is not known whether it was reproduced" if record.reproduced and _bad(proven) else ""
            )
        return "not proved: " + ("flaky, runs differ" if flaky else "a cell does not hold")
    if not record.unlocks:
        return one_line(f"replay: holds, but it is no proof: {record.reason}")
    if record.reason == NO_GATE:
        return f"proved, though {record.reason}"
    return "proved" + (one_line(f", {record.mode} only: {record.reason}") if record.reason else "")


def _bad(proven: Proven) -> bool:
    """Whether a cell about the bad files does not hold."""
    return any(one.cell.part == "bad" and not one.holds for one in proven.outcomes)
