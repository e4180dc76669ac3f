"""From the events of an incident to its record: pure, so that the record can be made again from the log at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from msgspec.structs import replace

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.checklist import MAIN_LINE, checklist, reached
from qualitygate.incidents.collecting.withholding import why_withheld
from qualitygate.incidents.document import with_document
from qualitygate.incidents.events import Event, Line
from qualitygate.incidents.log import heads
from qualitygate.incidents.phrases import phrase
from qualitygate.incidents.postmortem import (
    Approval,
    Chain,
    Evidence,
    Mitigation,
    Postmortem,
    Reopening,
    Roles,
    TimelineEntry,
)

_GATHERED = frozenset(
    {
        IncidentState.IN_REVIEW,
        IncidentState.APPROVED,
        IncidentState.PUBLISHED,
        IncidentState.REMEDIATING,
        IncidentState.RESOLVED,
    }
)


def fold(lines: Sequence[Line]) -> Postmortem:
    """The record after these events.

    Args:
        lines: At least one, the first of them `opened`, in the order of the log.

    Raises:
        ValueError: There is no event, or the first one does not open an incident.
    """
    if not lines or not isinstance(lines[0].event.data, of.Opened):
        raise ValueError("the log does not begin with the opening of an incident")
    first = lines[0].event
    opened = lines[0].event.data
    start = replace(opened.record, uid=first.uid, approvals=opened.record.approvals, chain=None)
    record = reduce(lambda made, line: apply(made, line.event), lines[1:], start)
    chain = Chain(length=len(lines), heads=heads(lines))
    return replace(record, chain=chain, checklist=checklist(record))


def apply(record: Postmortem, event: Event) -> Postmortem:
    """The record after one more event."""
    step: Callable[[Postmortem, Event, Any], Postmortem] | None = _STEPS.get(type(event.data))
    return record if step is None else step(record, event, event.data)


def _told(record: Postmortem, event: Event, text: str) -> Postmortem:
    """The record with one more row in the timeline, in the order of time; among equals the newer stands below."""
    entry = TimelineEntry(at=event.at, event=text, owner=event.actor)
    rows = list(record.timeline)
    place = next((i for i in range(len(rows), 0, -1) if rows[i - 1].at <= event.at), 0)
    rows.insert(place, entry)
    return replace(record, timeline=tuple(rows))


def _with_role(record: Postmortem, role: str, actor: str) -> Postmortem:
    roles: Roles = record.roles
    known: tuple[str, ...] = getattr(roles, role)
    return record if actor in known else replace(record, roles=replace(roles, **{role: (*known, actor)}))


def _timed(record: Postmortem, name: str, event: Event) -> Postmortem:
    """The record with a time, unless it has it: only the first counts."""
    if getattr(record.times, name) is not None:
        return record
    return replace(record, times=replace(record.times, **{name: event.at}))


def _advanced(record: Postmortem, state: IncidentState) -> Postmortem:
    """The record in a state, unless it stands beyond it: of two branches, the one that came further holds."""
    if record.state is IncidentState.REOPENED:
        return replace(record, state=state)
    if record.state not in MAIN_LINE or MAIN_LINE.index(record.state) > MAIN_LINE.index(state):
        return record
    return replace(record, state=state)


def _met_again(record: Postmortem, event: Event, data: of.Opened) -> Postmortem:
    """The same failure was met on another branch, which opened the same incident."""
    run = data.record.ci_run or data.record.commit or event.actor
    return _told(record, event, phrase("met_again", record.lang, run=run))


def _acknowledged(record: Postmortem, event: Event, _: of.Acknowledged) -> Postmortem:
    record = _with_role(_timed(record, "acknowledged", event), "on_call", event.actor)
    return _told(_advanced(record, IncidentState.ACKNOWLEDGED), event, phrase("acknowledged", record.lang))


def _escalated(record: Postmortem, event: Event, data: of.Escalated) -> Postmortem:
    if data.severity is not None and data.severity is not record.severity:
        text = phrase("severity", record.lang, old=record.severity, new=data.severity, reason=data.reason)
        record = _told(replace(record, severity=Severity(data.severity)), event, text)
    if data.to:
        record = _told(record, event, phrase("escalated", record.lang, to=data.to, reason=data.reason))
    return record


def counts_no_more(record: Postmortem, kind: IncidentKind) -> bool:
    """Whether what stopped an incident so far is nothing for one of another kind.

    The gate blocks a change and mends nothing that people have met; what was rehearsed in a drill was not done.
    """
    caught = record.mitigation is not None and record.mitigation.kind == "gate"
    return (caught and kind is not IncidentKind.NEAR_MISS) or (
        record.kind is IncidentKind.DRILL and kind is IncidentKind.REAL
    )


def _reclassified(record: Postmortem, event: Event, data: of.Reclassified) -> Postmortem:
    if data.kind is record.kind:
        return record
    old, new = (kind.value.replace("_", " ") for kind in (record.kind, data.kind))
    told = _told(record, event, phrase("kind", record.lang, old=old, new=new, reason=data.reason))
    if counts_no_more(record, data.kind) and record.times.published is None:
        # It stands at its beginning, and its clocks run from here.
        times = replace(record.times, reclassified=event.at, mitigated=None, draft=None, approved=None, resolved=None)
        told = replace(told, state=IncidentState.DETECTED, times=times, mitigation=None)
    return replace(told, kind=data.kind)


def _mitigation_started(record: Postmortem, event: Event, _: of.MitigationStarted) -> Postmortem:
    record = _with_role(_advanced(record, IncidentState.MITIGATING), "on_call", event.actor)
    return record if event.implied else _told(record, event, phrase("mitigation_started", record.lang))


def _mitigated(record: Postmortem, event: Event, data: of.Mitigated) -> Postmortem:
    record = _advanced(_timed(record, "mitigated", event), IncidentState.MITIGATED)
    record = replace(record, mitigation=Mitigation(kind=data.kind, ref=data.ref))
    if record.reopenings and record.reopenings[-1].mitigated is None:
        again = replace(record.reopenings[-1], mitigated=event.at)
        record = replace(record, reopenings=(*record.reopenings[:-1], again))
    if data.kind == "gate":  # it says so itself, and is nobody's night on call
        return record
    told = phrase(data.kind, record.lang) + (f" ({data.ref})" if data.ref else "")
    return _told(_with_role(record, "on_call", event.actor), event, told)


def _noted(record: Postmortem, event: Event, data: of.Noted) -> Postmortem:
    return _told(record, event, data.text)


def _impact(record: Postmortem, _: Event, data: of.ImpactRecorded) -> Postmortem:
    known = record.impact
    personal = known.personal_data if data.personal_data is None else data.personal_data
    # `total` was counted by another source than the new count.
    impact = replace(known, count=data.count, unit=data.unit, source=data.source, total=None, personal_data=personal)
    return replace(record, impact=impact)


def _drafted(record: Postmortem, event: Event, _: of.Drafted) -> Postmortem:
    record = _with_role(_timed(record, "draft", event), "postmortem_lead", event.actor)
    sent_back = record.state in (IncidentState.IN_REVIEW, IncidentState.APPROVED)
    return replace(record, state=IncidentState.DRAFT) if sent_back else _advanced(record, IncidentState.DRAFT)


def _edited(record: Postmortem, _: Event, data: of.Edited | of.Joined) -> Postmortem:
    return with_document(record, data.document)


def _submitted(record: Postmortem, event: Event, _: of.Submitted) -> Postmortem:
    return _advanced(_with_role(record, "postmortem_lead", event.actor), IncidentState.IN_REVIEW)


def _approved(record: Postmortem, event: Event, data: of.Approved) -> Postmortem:
    approval = Approval(
        by=event.actor,
        at=event.at,
        content_sha256=data.content_sha256,
        source=data.source,
        url=data.url,
        commit=data.commit,
    )
    record = _with_role(_timed(record, "approved", event), "control_board", event.actor)
    return _advanced(replace(record, approvals=(*record.approvals, approval)), IncidentState.APPROVED)


def _published(record: Postmortem, event: Event, _: of.Published) -> Postmortem:
    return _advanced(_timed(record, "published", event), IncidentState.PUBLISHED)


def _remediating(record: Postmortem, _event: Event, _: of.Remediating) -> Postmortem:
    return _advanced(record, IncidentState.REMEDIATING)


def _resolved(record: Postmortem, event: Event, _: of.Resolved) -> Postmortem:
    return _advanced(_timed(record, "resolved", event), IncidentState.RESOLVED)


def _closed(record: Postmortem, event: Event, _: of.Closed) -> Postmortem:
    return _advanced(_timed(record, "closed", event), IncidentState.CLOSED)


def _reopened(record: Postmortem, event: Event, data: of.Reopened) -> Postmortem:
    times = replace(record.times, resolved=None, closed=None, reopened=event.at)
    reopenings = (*record.reopenings, Reopening(at=event.at, proof=record.proof))
    record = replace(record, times=times, mitigation=None, proof=None, reopenings=reopenings, merged_into=None)
    record = replace(record, state=IncidentState.REOPENED)
    return _told(record, event, phrase("reopened", record.lang, reason=data.reason))


def _merged(record: Postmortem, _: Event, data: of.Merged) -> Postmortem:
    return replace(record, state=IncidentState.MERGED, merged_into=data.into)


def _false_positive(record: Postmortem, event: Event, data: of.FalsePositive) -> Postmortem:
    return _told(replace(record, state=IncidentState.FALSE_POSITIVE), event, data.reason)


def _signal(record: Postmortem, event: Event, data: of.Signal) -> Postmortem:
    if reached(record, IncidentState.IN_REVIEW):
        return record  # it stays in the log; a row in the text would void an approval that nobody went back on
    return _told(record, event, phrase(data.status, record.lang))


def _evidence(record: Postmortem, _: Event, data: of.EvidenceAdded) -> Postmortem:
    known = record.evidence
    if why_withheld(record) is not None:
        # A digest takes the place of the file that had to be removed from git.
        bare = {(item.kind, item.subject) for item in data.items if item.path is None}
        known = tuple(item for item in known if item.path is None or (item.kind, item.subject) not in bare)
    return replace(record, evidence=with_items(known, data.items))


def with_items(known: Sequence[Evidence], new: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence with more of it; the new replaces what has the same path, or without one the same kind and subject."""

    def place(item: Evidence) -> tuple[str | None, ...]:
        return (item.path,) if item.path else (None, item.kind, item.subject)

    by_place = {place(item): item for item in known} | {place(item): item for item in new}
    return tuple(by_place.values())


def _proved(record: Postmortem, event: Event, data: of.Proved) -> Postmortem:
    record = replace(record, proof=data.proof)
    if data.reproduced:
        return record
    if record.state in _GATHERED:
        record = replace(record, state=IncidentState.DRAFT, times=replace(record.times, resolved=None))
    return _told(record, event, phrase("not_reproduced", record.lang, reason=data.reason or data.proof.check_id))


_STEPS: dict[type, Callable[[Postmortem, Event, Any], Postmortem]] = {
    of.Opened: _met_again,
    of.Acknowledged: _acknowledged,
    of.Escalated: _escalated,
    of.Reclassified: _reclassified,
    of.MitigationStarted: _mitigation_started,
    of.Mitigated: _mitigated,
    of.Noted: _noted,
    of.ImpactRecorded: _impact,
    of.Drafted: _drafted,
    of.Edited: _edited,
    of.Joined: _edited,
    of.Submitted: _submitted,
    of.Approved: _approved,
    of.Published: _published,
    of.Remediating: _remediating,
    of.Resolved: _resolved,
    of.Closed: _closed,
    of.Reopened: _reopened,
    of.Merged: _merged,
    of.FalsePositive: _false_positive,
    of.Signal: _signal,
    of.EvidenceAdded: _evidence,
    of.Proved: _proved,
}
