"""The clocks of an incident: mitigation 30 minutes, publication 48 hours, and the due dates of actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from qualitygate.core.incident import IncidentState
from qualitygate.incidents.checklist import MITIGATION, PUBLICATION, clock_start, mitigations, publication_owed
from qualitygate.incidents.moments import day, moment
from qualitygate.incidents.narrative import Action
from qualitygate.incidents.postmortem import Postmortem

ClockState = Literal["running", "late", "met", "missed"]

# Whether it was stopped, and whether in time (so far).
_STATES: dict[tuple[bool, bool], ClockState] = {
    (False, True): "running",
    (False, False): "late",
    (True, True): "met",
    (True, False): "missed",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline.

    Attributes:
        name: `mitigation`, `publication` or `action N`, counted from 1.
        what: What has to be done.
        start: When it began to run; None for an action, which has only a date.
        due: When it runs out. An action is due at the end of its day, UTC.
        stopped: When it was done; None while it runs.
        state: `running`, `late` (not done, run out), `met` or `missed` (done, in time or not).
    """

    name: str
    what: str
    start: datetime | None
    due: datetime
    stopped: datetime | None
    state: ClockState

    def left(self, now: datetime) -> timedelta:
        """Time to the deadline; negative once it has passed. A clock that was stopped stands still."""
        return self.due - (self.stopped or now)


def clocks(record: Postmortem, now: datetime) -> tuple[Clock, ...]:
    """Every clock of an incident, those of what was a false alarm or a duplicate left out.

    After each reopening mitigation has 30 minutes again, and a clock of its own. What looked like a near miss and was
    none has its time from when that was found.
    """
    if record.state in (IncidentState.FALSE_POSITIVE, IncidentState.MERGED):
        return ()
    return tuple(_clocks(record, now))


def late(record: Postmortem, now: datetime) -> tuple[Clock, ...]:
    """The clocks that have run out with the work not done."""
    return tuple(clock for clock in clocks(record, now) if clock.state == "late")


def action_due(action: Action) -> datetime | None:
    """The end of the day an action is due on, UTC; None without a date that can be reckoned with."""
    due = day(action.due)
    return None if due is None else datetime.combine(due, time.min, UTC) + timedelta(days=1)


def _clocks(record: Postmortem, now: datetime) -> Iterator[Clock]:
    times = record.times
    for began, ended in mitigations(record):
        start, stopped = moment(began), moment(ended) if ended else None
        yield _clock("mitigation", "stop the damage", start, start + MITIGATION, stopped, now)
    if publication_owed(record):
        start, published = moment(clock_start(record)), moment(times.published) if times.published else None
        yield _clock("publication", "publish the postmortem", start, start + PUBLICATION, published, now)
    for number, action in enumerate(record.actions, 1):
        due = action_due(action)
        if due is not None and action.status == "open":
            yield _clock(f"action {number}", action.title, None, due, None, now)


def _clock(
    name: str, what: str, start: datetime | None, due: datetime, stopped: datetime | None, now: datetime
) -> Clock:
    state = _STATES[stopped is not None, (stopped or now) <= due]
    return Clock(name, what, start, due, stopped, state)
