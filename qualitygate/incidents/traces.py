"""What events leave in a record: a row in the timeline, a name in a role, a time, a state."""

from __future__ import annotations

from msgspec.structs import replace

from qualitygate.core.incident import IncidentState
from qualitygate.incidents.checklist import MAIN_LINE
from qualitygate.incidents.events import Event
from qualitygate.incidents.facts import Roles
from qualitygate.incidents.narrative import TimelineEntry
from qualitygate.incidents.postmortem import Postmortem


def told(record: Postmortem, event: Event, text: str) -> Postmortem:
    """The record with one more row in the timeline, in the order of time; among equals the newer stands below."""
    entry = TimelineEntry(at=event.at, event=text, owner=event.actor)
    rows = list(record.timeline)
    place = next((i for i in range(len(rows), 0, -1) if rows[i - 1].at <= event.at), 0)
    rows.insert(place, entry)
    return replace(record, timeline=tuple(rows))


def with_role(record: Postmortem, role: str, actor: str) -> Postmortem:
    roles: Roles = record.roles
    known: tuple[str, ...] = getattr(roles, role)
    return record if actor in known else replace(record, roles=replace(roles, **{role: (*known, actor)}))


def timed(record: Postmortem, name: str, event: Event) -> Postmortem:
    """The record with a time, unless it has it: only the first counts."""
    if getattr(record.times, name) is not None:
        return record
    return replace(record, times=replace(record.times, **{name: event.at}))


def advanced(record: Postmortem, state: IncidentState) -> Postmortem:
    """The record in a state, unless it stands beyond it: of two branches, the one that came further holds."""
    if record.state is IncidentState.REOPENED:
        return replace(record, state=state)
    if record.state not in MAIN_LINE or MAIN_LINE.index(record.state) > MAIN_LINE.index(state):
        return record
    return replace(record, state=state)
