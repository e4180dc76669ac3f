"""What is measured of one incident: how long each step took, whether the deadlines held, what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.incidents.checklist import MITIGATION, PUBLICATION, clock_start, mitigations, publication_owed
from qualitygate.incidents.clocks import action_due
from qualitygate.incidents.kpi.quarter import Quarter, quarter_of
from qualitygate.incidents.moments import moment
from qualitygate.incidents.narrative import Action
from qualitygate.incidents.postmortem import Postmortem


class Gap(Enum):
    """Why there is no duration: it has not ended yet, nobody can say, or nobody owes it."""

    OPEN = "open"
    UNKNOWN = "unknown"
    NOT_OWED = "not owed"


class Deadline(Enum):
    """How a deadline stands. An incident that is still open is a miss once its deadline has passed, pending before."""

    MET = "met"
    MISSED = "missed"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NOT_OWED = "not owed"


@dataclass(frozen=True, slots=True)
class Remediation:
    """A corrective action that is still to be done.

    Attributes:
        dated: Whether it has a due date, and one that exists.
        age_days: Whole days since the incident was detected.
        overdue_days: Days since its due date, the one that has begun included; 0 where it is not overdue or undated.
    """

    incident: str
    action: Action
    dated: bool
    age_days: int
    overdue_days: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of one incident.

    Attributes:
        pipelines: Names of the pipelines it concerns, each once; empty where none is known.
        detect: Seconds from start to detection.
        mitigate: Seconds from detection to the first mitigation, of what was no near miss after all from finding that;
            not owed by near misses, which the gate itself mitigates.
        resolve: Seconds from detection to resolution.
        publish: Seconds from there to publication; not owed by near misses below S1 unless published anyway.
        open_actions: Corrective actions still to be done.
        done_actions: How many are done.
    """

    record: Postmortem
    detected: datetime
    quarter: Quarter
    pipelines: tuple[str, ...]
    detect: float | Gap
    mitigate: float | Gap
    resolve: float | Gap
    publish: float | Gap
    mitigation: Deadline
    publication: Deadline
    open_actions: tuple[Remediation, ...]
    done_actions: int

    @property
    def caught(self) -> bool:
        """Whether the gate caught it before the merge."""
        return self.record.kind is IncidentKind.NEAR_MISS

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet."""
        return self.record.state is not IncidentState.CLOSED

    @property
    def published(self) -> bool:
        """Whether its postmortem is out."""
        return self.record.times.published is not None

    @property
    def proven(self) -> bool:
        """Whether the last proof that it cannot come back passed."""
        return self.record.proof is not None and self.record.proof.result == "passed"


def measure(record: Postmortem, now: datetime) -> Measured:
    """Everything that the KPIs need to know of one incident.

    Args:
        record: Of any kind; which ones count is for others to say.
        now: The time, with a time zone.

    Raises:
        ConfigError: QG-1740, the record holds a time that no calendar has.
    """
    times = record.times
    detected = parse_time(record, "detected", times.detected)
    began = parse_time(record, "reclassified", clock_start(record))
    mitigate = _since(record, began, "mitigated", times.mitigated)
    publish = _since(record, began, "published", times.published)
    if record.kind is IncidentKind.NEAR_MISS:
        mitigate = Gap.NOT_OWED
    if not publication_owed(record) and publish is Gap.OPEN:
        publish = Gap.NOT_OWED
    started = None if times.started is None else parse_time(record, "started", times.started)
    return Measured(
        record=record,
        detected=detected,
        quarter=quarter_of(detected),
        pipelines=tuple(dict.fromkeys(record.impact.pipelines)),
        detect=Gap.UNKNOWN if started is None else _seconds(detected - started),
        mitigate=mitigate,
        resolve=_since(record, detected, "resolved", times.resolved),
        publish=publish,
        mitigation=_stopped(record, mitigate, began, now),
        publication=_deadline(publish if publication_owed(record) else Gap.NOT_OWED, PUBLICATION, began, now),
        open_actions=tuple(_remediation(record, a, detected, now) for a in record.actions if a.status == "open"),
        done_actions=sum(action.status == "done" for action in record.actions),
    )


def parse_time(record: Postmortem, name: str, text: str) -> datetime:
    """A time of a record.

    Raises:
        ConfigError: QG-1740, it is none, such as the 30th of February.
    """
    try:
        return moment(text)
    except ValueError:
        raise ConfigError(
            f"times.{name} {text!r} is in no calendar",
            code="QG-1740",
            where=record.id,
            hint="correct it in the postmortem",
        ) from None


def _since(record: Postmortem, start: datetime, name: str, end: str | None) -> float | Gap:
    return Gap.OPEN if end is None else _seconds(parse_time(record, name, end) - start)


def _seconds(span: timedelta) -> float | Gap:
    """A negative span comes from clocks that disagree; it says nothing about how long anything took."""
    return Gap.UNKNOWN if span < timedelta(0) else span.total_seconds()


def _deadline(span: float | Gap, limit: timedelta, start: datetime, now: datetime) -> Deadline:
    match span:
        case Gap.OPEN:
            return Deadline.MISSED if now - start > limit else Deadline.PENDING
        case Gap.UNKNOWN:
            return Deadline.UNKNOWN
        case Gap.NOT_OWED:
            return Deadline.NOT_OWED
        case _:
            return Deadline.MET if span <= limit.total_seconds() else Deadline.MISSED


def _stopped(record: Postmortem, mitigate: float | Gap, began: datetime, now: datetime) -> Deadline:
    """Whether the damage was stopped in time, each time that the incident was reopened, too."""
    first = _deadline(mitigate, MITIGATION, began, now)
    if not record.reopenings or first is Deadline.MISSED:
        return first
    rounds = []
    for start, end in mitigations(record):
        since = parse_time(record, "reopened", start)
        rounds.append(_deadline(_since(record, since, "mitigated", end), MITIGATION, since, now))
    if Deadline.MISSED in rounds:
        return Deadline.MISSED
    return rounds[-1] if rounds[-1] is Deadline.PENDING or first is Deadline.PENDING else first


def _remediation(record: Postmortem, action: Action, detected: datetime, now: datetime) -> Remediation:
    due = action_due(action)
    # A day is due until it ends: what is due today is not overdue.
    late = 0 if due is None or now < due else (now - due).days + 1
    return Remediation(record.id, action, due is not None, max(0, (now - detected).days), late)
