"""The clocks that run, as the pages show them: the latest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qualitygate.incidents.clocks import Clock, clocks
from qualitygate.incidents.dashboard.labels import countdown, instant, minute
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that has not been stopped.

    Attributes:
        kind: `mitigation`, `publication` or `action`.
        due: RFC 3339, for the script that makes it tick.
        due_text: The same for people.
        left: What it shows when the page is made.
        late: Whether it has run out by then.
    """

    incident: str
    title: str
    severity: str
    kind: str
    what: str
    due: str
    due_text: str
    left: str
    late: bool


def running(record: Postmortem, now: datetime, title: str) -> list[Running]:
    """The clocks of an incident that run, the one that runs out first at the head."""
    open_clocks = [clock for clock in clocks(record, now) if clock.stopped is None]
    return [_shown(record, clock, now, title) for clock in sorted(open_clocks, key=lambda clock: clock.due)]


def deadlines(found: Iterable[Running]) -> list[Running]:
    """Those of mitigation and publication, which are hours and not weeks.

    Damage that goes on comes before postmortems that are owed, then the more serious, then what runs out first.
    """
    return sorted((one for one in found if one.kind != "action"), key=_urgency)


def _urgency(one: Running) -> tuple[bool, str, str, str]:
    return one.kind != "mitigation", one.severity, one.due, one.incident


def _shown(record: Postmortem, clock: Clock, now: datetime, title: str) -> Running:
    return Running(
        incident=record.id,
        title=title,
        severity=record.severity.value,
        kind=clock.name.partition(" ")[0],
        what=one_line(clock.what),
        due=instant(clock.due),
        due_text=minute(clock.due),
        left=countdown(clock.left(now)),
        late=clock.state == "late",
    )
