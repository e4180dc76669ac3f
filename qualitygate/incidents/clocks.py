"""The clocks of an incident: mitigation 30 minutes, publication 48 hours, and the due dates of actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from qualitygate.core.incident import IncidentState
from qualitygate.incidents.checklist import MITIGATION, PUBLICATION, moment, publication_owed
from qualitygate.incidents.postmortem import Action, Postmortem

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
    state = _STATES[stopped is not None, (stopped or now) <= due]
    return Clock(name, what, start, due, stopped, state)
