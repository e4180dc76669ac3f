"""The state machine: which step leads where, what must hold before it, and what may be passed in one call.

detected → acknowledged → mitigating → mitigated → draft → in_review → approved → published → remediating → resolved →
closed. S2 and S3 may pass several states in one call, S0 and S1 take every step. False alarms and duplicates leave the
line from anywhere; what came back is reopened and stands where it began.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from qualitygate.core.errors import ConfigError, RefusedError
from qualitygate.core.incident import IncidentKind
from qualitygate.core.incident import IncidentState as State
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.checklist import MAIN_LINE, reached
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Payload
from qualitygate.incidents.fold import apply, fold
from qualitygate.incidents.kinds import counts_no_more
from qualitygate.incidents.line import Line
from qualitygate.incidents.moments import moment, rfc3339
from qualitygate.incidents.postmortem import Postmortem

STEPS: dict[State, tuple[str, type]] = {
    State.ACKNOWLEDGED: ("ack", of.Acknowledged),
    State.MITIGATING: ("mitigate --start", of.MitigationStarted),
    State.MITIGATED: ("mitigate --kind isolate|rollback|cdn-off", of.Mitigated),
    State.DRAFT: ("draft", of.Drafted),
    State.IN_REVIEW: ("review", of.Submitted),
    State.APPROVED: ("approve", of.Approved),
    State.PUBLISHED: ("publish", of.Published),
    State.REMEDIATING: ("remediate", of.Remediating),
    State.RESOLVED: ("resolve", of.Resolved),
    State.CLOSED: ("close", of.Closed),
}
"""State to the verb that leads there and the event it writes."""

# What is decided by somebody, and so never implied by a later step: a way of mitigation, an approval of a text.
_DECIDED = (State.MITIGATED, State.APPROVED)
_CLOCK_SKEW = timedelta(minutes=2)
_SET = "give the time it happened, or set the clock"


def advance(record: Postmortem, data: Payload) -> tuple[Entry, ...]:
    """The events of a step on the main line: the step itself, before it those that it passes at S2 and S3.

    Raises:
        RefusedError: QG-1711, it does not lead on from where the incident stands; QG-1712, it would skip a state that
            must not be skipped.
    """
    target = next(state for state, (_, event) in STEPS.items() if isinstance(data, event))
    here = place(record)
    there = MAIN_LINE.index(target)
    if target is State.DRAFT and record.state in (State.IN_REVIEW, State.APPROVED):
        return (Entry(data),)  # the reviewers sent it back
    if target is State.APPROVED and record.state is State.APPROVED:
        return (Entry(data),)  # the text was changed, or another one of the board approves, too
    if there <= here or record.state in (State.FALSE_POSITIVE, State.MERGED):
        raise not_now(record, STEPS[target][0])
    passed = MAIN_LINE[here + 1 : there]
    must = [state for state in passed if record.severity in (Severity.S0, Severity.S1) or state in _DECIDED]
    if must:
        why = f"{record.severity} incidents pass every state" if must[0] not in _DECIDED else "somebody has to decide"
        raise RefusedError(
            f"{record.id} is {record.state}, and {why}",
            code="QG-1712",
            hint=f"first `qualitygate incident {command(record, must[0])}`",
        )
    implied = tuple(Entry(STEPS[state][1](), implied=True) for state in passed)
    return (*implied, Entry(data))


def command(record: Postmortem, target: State) -> str:
    """The verb that leads to a state, with the incident: `mitigate PM-… --start`.

    At S0 and S1 an approval that is only self-declared does not do.
    """
    verb, _, options = STEPS[target][0].partition(" ")
    if target is State.APPROVED and record.severity in (Severity.S0, Severity.S1):
        options = "--review-pr NUMBER"
    return f"{verb} {record.id}{f' {options}' if options else ''}"


def place(record: Postmortem) -> int:
    """Position on the main line; what was reopened stands at its beginning."""
    if record.state in (State.REOPENED, State.FALSE_POSITIVE, State.MERGED):
        return 0
    return MAIN_LINE.index(record.state)


def check_open(record: Postmortem, verb: str) -> None:
    """Refuse a step that needs an open incident.

    Raises:
        RefusedError: QG-1711.
    """
    if not record.state.is_open:
        raise not_now(record, verb)


def check_reopening(record: Postmortem) -> None:
    """Refuse to reopen what was never done.

    Raises:
        RefusedError: QG-1711.
    """
    done = (State.PUBLISHED, State.REMEDIATING, State.RESOLVED, State.CLOSED, State.FALSE_POSITIVE, State.MERGED)
    if record.state not in done:
        raise not_now(record, "reopen")


def check_kind(record: Postmortem, kind: IncidentKind) -> None:
    """Refuse another kind where it would change nothing, or what people have read already.

    Raises:
        RefusedError: QG-1711.
    """
    check_open(record, "escalate --kind")
    if record.kind is kind:
        raise RefusedError(f"{record.id} is {_words(kind)} already", code="QG-1711", hint="leave --kind out")
    if counts_no_more(record, kind) and reached(record, State.PUBLISHED):
        raise RefusedError(
            f"{record.id} is {record.state} as {_words(record.kind)}",
            code="QG-1711",
            hint=f"first `qualitygate incident reopen {record.id} --reason …`, then escalate it",
        )


def check_time(
    lines: Sequence[Line], at: datetime, now: datetime, *, step: bool, where: str = "--at", hint: str = _SET
) -> None:
    """Refuse times that cannot be.

    A step before that lies in the future was written by a clock that went wrong: it holds up nothing, see `ahead`.

    Args:
        lines: The events there are.
        at: When it is said to have happened.
        now: When it is written down.
        step: Whether it changes the state, and so lies after the step before; notes may tell of anything earlier.
        where: What says when it happened.
        hint: What to do about a time of the future.

    Raises:
        ConfigError: QG-1713.
    """
    if at > now + _CLOCK_SKEW:
        raise ConfigError(
            f"{rfc3339(at)} lies in the future, the clock says {rfc3339(now)}", code="QG-1713", where=where, hint=hint
        )  # fmt: skip
    steps = (moment(line.event.at) for line in lines if _is_step(line))
    before = max((time for time in steps if time <= now), default=None)
    if step and before is not None and at < before:
        raise ConfigError(
            f"{rfc3339(at)} is earlier than the step before, {rfc3339(before)}", code="QG-1713", where=where,
            hint="give a later time with --at; if the machine's clock runs backwards, set it",
        )  # fmt: skip


def ahead(lines: Sequence[Line], now: datetime) -> datetime | None:
    """The latest time that the log gives and the clock has not reached, where their clocks can not just be apart."""
    latest = max((moment(line.event.at) for line in lines), default=now)
    return latest if latest > now + _CLOCK_SKEW else None


def illegal_steps(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Steps that the machine would have refused, so that something else wrote them: line, counted from 1, and text."""
    states: dict[str, Postmortem] = {}
    for number, line in enumerate(lines, 1):
        event = line.event
        before = states.get(event.prev[0]) if event.prev else None
        # Where branches contradict each other, a step stands behind one of them and was taken with both in sight.
        if before is not None and _leads_nowhere(before, event) and _leads_nowhere(fold(lines[: number - 1]), event):
            yield number, f"steps from {before.state} to where that does not lead"
        if isinstance(event.data, of.Opened):
            states[line.sha256] = event.data.record
        elif isinstance(event.data, of.Joined) and isinstance(lines[0].event.data, of.Opened):
            states[line.sha256] = fold(lines[:number])
        elif before is not None:
            states[line.sha256] = apply(before, event)


def _leads_nowhere(record: Postmortem, event: of.Event) -> bool:
    """Whether a step does not lead on from here. What the gate stops passes from detected to mitigated."""
    if isinstance(event.data, of.Mitigated) and event.data.kind == "gate":
        return record.state is not State.DETECTED
    try:
        if isinstance(event.data, of.Reopened):
            check_reopening(record)
        elif isinstance(event.data, of.Reclassified):
            check_open(record, "escalate --kind")
        elif any(isinstance(event.data, step) for _, step in STEPS.values()):
            entries = advance(record, event.data)
            return len(entries) > 1
    except RefusedError:
        return True
    return isinstance(event.data, of.Merged | of.FalsePositive) and not record.state.is_open


def not_now(record: Postmortem, verb: str) -> RefusedError:
    """The error of a step that does not lead on from here."""
    return RefusedError(
        f"{record.id} is {record.state}, from which `{verb.split(' --')[0]}` does not lead on",
        code="QG-1711",
        hint=f"see `qualitygate incident next {record.id}`",
    )


def _is_step(line: Line) -> bool:
    beside = (of.Opened, of.Reclassified, of.Reopened, of.Merged, of.FalsePositive)
    return isinstance(line.event.data, (*(event for _, event in STEPS.values()), *beside))


def _words(kind: IncidentKind) -> str:
    return {IncidentKind.NEAR_MISS: "a near miss", IncidentKind.REAL: "real", IncidentKind.DRILL: "a drill"}[kind]
