"""The checklist of a postmortem: five boxes, computed from what happened and never ticked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Checklist
from qualitygate.incidents.moments import moment
from qualitygate.incidents.postmortem import Postmortem

MITIGATION = timedelta(minutes=30)
"""From detection to the damage being stopped."""

PUBLICATION = timedelta(hours=48)
"""From detection to the postmortem being out."""

MAIN_LINE = tuple(IncidentState)[: tuple(IncidentState).index(IncidentState.CLOSED) + 1]
"""`detected` to `closed`, in order."""


def publication_owed(record: Postmortem) -> bool:
    """Whether a postmortem must be published within 48 hours.

    Every incident owes one but a near miss below S1 (otherwise every red build would), a false alarm and one that was
    merged into another.
    """
    if record.state in (IncidentState.FALSE_POSITIVE, IncidentState.MERGED):
        return False
    return record.kind is not IncidentKind.NEAR_MISS or record.severity in (Severity.S0, Severity.S1)


def reached(record: Postmortem, state: IncidentState) -> bool:
    """Whether the incident stands at or beyond a state of the main line."""
    return record.state in MAIN_LINE and MAIN_LINE.index(record.state) >= MAIN_LINE.index(state)


def clock_start(record: Postmortem) -> str:
    """When the clocks began to run: at detection, or when what looked like a near miss was found to be none."""
    return record.times.reclassified or record.times.detected


def mitigations(record: Postmortem) -> tuple[tuple[str, str | None], ...]:
    """From when to when there was damage to be stopped: once from the beginning, and again from each reopening.

    The end is None while it runs. Where a false alarm or a duplicate was reopened, nothing ran before.
    """
    first, again = record.times.mitigated, record.reopenings
    rounds: list[tuple[str, str | None]] = []
    if not again or (first is not None and moment(first) <= moment(again[0].at)):
        rounds.append((clock_start(record), first))
    return (*rounds, *((one.at, one.mitigated) for one in again if one.mitigated is not None or one is again[-1]))


def checklist(record: Postmortem) -> Checklist:
    """The five boxes; None while undecided, or where nothing is owed."""
    times = record.times
    published = _within(clock_start(record), times.published, PUBLICATION) if publication_owed(record) else None
    stopped = [_within(start, end, MITIGATION) for start, end in mitigations(record)]
    classes = {cause.class_ for cause in record.rca.causes if not cause.open}
    covered = classes == {"direct", "contributing", "systemic"}
    tracked = bool(record.actions) and all(a.status != "open" or a.ticket_url for a in record.actions)
    trained = bool(record.lessons) and all(lesson.target and lesson.status == "done" for lesson in record.lessons)
    return Checklist(
        mitigated_in_30_minutes=_all(stopped),
        published_in_48_hours=published,
        causes_covered=_by(covered, reached(record, IncidentState.PUBLISHED)),
        actions_tracked=_by(tracked, reached(record, IncidentState.RESOLVED)),
        lessons_in_training=_by(trained, reached(record, IncidentState.CLOSED)),
    )


def _within(start: str, end: str | None, limit: timedelta) -> bool | None:
    return None if end is None else moment(end) - moment(start) <= limit


def _all(boxes: Iterable[bool | None]) -> bool | None:
    """Whether all hold; one that does not decides it, else one that is undecided."""
    found = set(boxes)
    return False if False in found else None if None in found else True


def _by(holds: bool, due: bool) -> bool | None:
    """True once it holds; until it has to, not holding is undecided."""
    return holds or (False if due else None)
