"""The cells of a proof: which files are judged by which thresholds, and what must come of it.

An incident that escaped needs four: the bad commit passes by the old thresholds (the gap is real), fails by the new
ones with the named check, the fixed commit passes, and so does the commit before the bad one (no false alarm). What the
old gate caught, a near miss or a drill, needs the last three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from qualitygate.core.incident import IncidentKind
from qualitygate.proofs.case import CONTROL

Part = Literal["bad", "fixed", "parent"]
Verdict = Literal["passed", "failed", "unmeasurable", "not_judged"]
_ALIKE = 1e-9  # relative; far below what any limit or message tells apart


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        name: `gap`, `caught`, `fixed` or `parent`.
        part: Whose files are judged.
        thresholds: By which thresholds.
        fails: Whether they must fail with the check of the case; else they must pass.
    """

    name: str
    part: Part
    thresholds: Literal["old", "new"]
    fails: bool = False


GAP = Cell("gap", "bad", "old")
CAUGHT = Cell("caught", "bad", "new", fails=True)
FIXED = Cell("fixed", "fixed", "new")
PARENT = Cell("parent", "parent", "new")


def cells_of(kind: IncidentKind) -> tuple[Cell, ...]:
    """The cells that a proof over commits needs."""
    return (GAP, CAUGHT, FIXED, PARENT) if kind is IncidentKind.REAL else (CAUGHT, FIXED, PARENT)


@dataclass(frozen=True, slots=True)
class Observation:
    """What the gate said once.

    Attributes:
        verdict: `not_judged` where the thresholds of a revision say nothing of these files.
        checks: Ids of the checks that failed, sorted.
        values: Subject to the value of the check's statistic, where it was measured.
        limit: Limit of the check, where one was broken.
        inputs: File to sha256.
        messages: What the gate said: errors, or the reason why nothing could be measured.
        note: What else should be known.
        judge: Set of the configuration that judged in place of the profile of the case, where that made the difference.
        seconds: How long it took.
    """

    verdict: Verdict
    checks: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    limit: float | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    note: str = ""
    seconds: float = 0.0
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A cell and all its runs.

    Attributes:
        holds: Whether every run came out as it must.
        flaky: Whether the runs differ.
        why: What was seen, in a few words.
    """

    cell: Cell
    runs: tuple[Observation, ...]
    holds: bool
    flaky: bool
    why: str


def outcome(cell: Cell, runs: Sequence[Observation], check_id: str) -> Outcome:
    """Judge a cell by all its runs.

    Args:
        cell: What must come of it.
        runs: What the gate said, at least once.
        check_id: The check that a cell which fails must fail with.
    """
    flaky = any(_differ(runs[0], other) for other in runs[1:])
    wrong = next((run for run in runs if not _as_expected(cell, run, check_id)), None)
    why = _seen(wrong if wrong is not None else runs[0], check_id)
    if flaky:
        told = " / ".join(dict.fromkeys(_seen(run, check_id) for run in runs))
        why = f"flaky: {len(runs)} runs differ: {told}"
    return Outcome(cell, tuple(runs), wrong is None and not flaky, flaky, why)


def reproduced(outcomes: Sequence[Outcome]) -> bool:
    """Whether nothing speaks against it that the incident happened again.

    Only the cells about the bad files decide, and only by an answer: bad files that pass where they must fail, that
    fail otherwise, or that failed already by the old thresholds, did not fail as they did. A false alarm about other
    files says nothing of it, nor do bad files that cannot be measured, a control that gives no answer, and flakiness.
    """
    wrong = [one for one in outcomes if one.cell.part == "bad" and not one.holds and not one.flaky]
    return not any(run.verdict in ("passed", "failed") and not run.judge for one in wrong for run in one.runs)


def unanswered(outcomes: Sequence[Outcome]) -> bool:
    """Whether something could not be judged: files that cannot be measured, a control that gives no answer."""
    return any(run.verdict == "unmeasurable" for one in outcomes for run in one.runs)


def _as_expected(cell: Cell, run: Observation, check_id: str) -> bool:
    if cell.fails:
        return run.verdict == "failed" and check_id in run.checks
    return run.verdict == "passed" or (run.verdict == "not_judged" and cell is GAP)


def _differ(one: Observation, other: Observation) -> bool:
    """Whether two runs disagree. Values count only for the same files: no generator need repeat itself exactly."""
    if (one.verdict, one.checks) != (other.verdict, other.checks):
        return True
    if dict(one.inputs) != dict(other.inputs):
        return False
    if one.values.keys() != other.values.keys():
        return True
    return any(abs(one.values[key] - other.values[key]) > _ALIKE * max(1.0, abs(one.values[key])) for key in one.values)


def _seen(run: Observation, check_id: str) -> str:
    if run.judge is not None:
        return f"judged by set {run.judge!r} {run.note or _seen(replace(run, judge=None), check_id)}"
    match run.verdict:
        case "not_judged":
            return f"not judged: {run.note}"
        case "unmeasurable":
            what = "gives no answer" if check_id.startswith(f"{CONTROL}/") else "cannot be measured"
            return f"{what}: {run.messages[0] if run.messages else 'no reason was given'}"
        case "passed":
            return f"passes{_worst(run)}"
    if check_id in run.checks:
        said = next((text for text in run.messages), "")
        return f"fails with {check_id}" + (f": {said}" if said else "")
    return f"fails with {', '.join(run.checks) or 'no check'}" + (f": {run.messages[0]}" if run.messages else "")


def _worst(run: Observation) -> str:
    if not run.values:
        return ""
    lowest, highest = min(run.values.values()), max(run.values.values())
    return f" with {lowest:.3g}" if lowest == highest else f" with {lowest:.3g} to {highest:.3g}"
