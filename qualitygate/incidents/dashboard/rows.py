"""One incident as a row of the list, and one corrective action as a row of the remediations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from qualitygate.core.incident import IncidentState
from qualitygate.incidents.dashboard.labels import KINDS, STATES, instant, minute
from qualitygate.incidents.dashboard.running import Running, running
from qualitygate.incidents.kpi.measured import Measured, Remediation, measure
from qualitygate.incidents.kpi.wording import DASH, span
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

_OVER = (IncidentState.CLOSED, IncidentState.FALSE_POSITIVE, IncidentState.MERGED)


@dataclass(frozen=True)
class Row:
    """What the list shows of an incident.

    Attributes:
        measured: What is known of it.
        counted: Whether it is part of the KPIs.
        clocks: Those that run, the one that runs out first at the head.
    """

    record: Postmortem
    title: str
    detected: datetime
    measured: Measured
    counted: bool
    clocks: Sequence[Running]

    @property
    def id(self) -> str:
        """Its id, which names its page, too."""
        return self.record.id

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.record.state not in _OVER

    @property
    def state(self) -> str:
        """Its state in words."""
        return STATES[self.record.state]

    @property
    def kind(self) -> str:
        """Its kind in words."""
        return KINDS[self.record.kind]

    @property
    def detected_iso(self) -> str:
        """For machines."""
        return instant(self.detected)

    @property
    def detected_text(self) -> str:
        """For people."""
        return minute(self.detected)

    @cached_property
    def pipelines(self) -> tuple[str, ...]:
        """Names of its pipelines, each in one line."""
        return tuple(dict.fromkeys(one_line(name) for name in self.record.impact.pipelines if name.strip()))

    @property
    def mitigate_seconds(self) -> float:
        """For sorting; what is not mitigated comes last."""
        return self._seconds(self.measured.mitigate)

    @property
    def mitigate_text(self) -> str:
        """How long mitigation took."""
        if self.measured.caught:
            return "by the gate"
        return self._text(self.measured.mitigate)

    @property
    def publish_seconds(self) -> float:
        """For sorting; what is not published comes last."""
        return self._seconds(self.measured.publish)

    @property
    def publish_text(self) -> str:
        """How long publication took."""
        return self._text(self.measured.publish)

    def _seconds(self, took: object) -> float:
        return float(took) if isinstance(took, float | int) else 1e12

    def _text(self, took: object) -> str:
        return span(float(took)) if isinstance(took, float | int) else DASH


def row_of(record: Postmortem, measured: Measured | None, now: datetime) -> Row:
    """The row of an incident.

    Args:
        record: The incident.
        measured: What was measured of it for the KPIs; None where it is no part of them.
        now: The time, with a time zone.

    Raises:
        ConfigError: QG-1740, one of its times does not exist.
    """
    title = one_line(record.title) or one_line(record.impact.summary) or record.id
    known = measured or measure(record, now)
    return Row(record, title, known.detected, known, measured is not None, running(record, now, title))


@dataclass(frozen=True, slots=True)
class ActionRow:
    """What the remediations show of an open action."""

    incident: str
    incident_title: str
    severity: str
    title: str
    owner: str
    kind: str
    due: str
    age_days: int
    overdue_days: int
    ticket: str


def action_rows(rows: Sequence[Row]) -> list[ActionRow]:
    """Open actions of all incidents that count, the longest overdue first, then by due date, undated ones last."""
    found = [_action(row, remediation) for row in rows if row.counted for remediation in row.measured.open_actions]
    return sorted(found, key=lambda one: (-one.overdue_days, one.due or "9999", -one.age_days, one.incident, one.title))


def _action(row: Row, remediation: Remediation) -> ActionRow:
    action = remediation.action
    ticket = action.ticket_url or ""
    return ActionRow(
        incident=row.id,
        incident_title=row.title,
        severity=row.record.severity.value,
        title=one_line(action.title),
        owner=one_line(action.owner or ""),
        kind=action.type or "",
        due=action.due if action.due and remediation.dated else "",
        age_days=remediation.age_days,
        overdue_days=remediation.overdue_days,
        ticket=ticket if ticket.startswith(("https://", "http://")) else "",
    )
