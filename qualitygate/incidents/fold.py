"""From the events of an incident to its record: pure, so that the record can be made again from the log at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from msgspec.structs import replace

from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.checklist import checklist, reached
from qualitygate.incidents.collecting.withholding import place, why_withheld
from qualitygate.incidents.document import with_document
from qualitygate.incidents.events import Event
from qualitygate.incidents.facts import Approval, Chain, Evidence, Mitigation, Reopening
from qualitygate.incidents.kinds import reclassified
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import heads
from qualitygate.incidents.phrases import phrase
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.traces import advanced, timed, told, with_role

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


def _met_again(record: Postmortem, event: Event, data: of.Opened) -> Postmortem:
    """The same failure was met on another branch, which opened the same incident."""
    run = data.record.ci_run or data.record.commit or event.actor
    return told(record, event, phrase("met_again", record.lang, run=run))


def _acknowledged(record: Postmortem, event: Event, _: of.Acknowledged) -> Postmortem:
    record = with_role(timed(record, "acknowledged", event), "on_call", event.actor)
    return told(advanced(record, IncidentState.ACKNOWLEDGED), event, phrase("acknowledged", record.lang))


def _escalated(record: Postmortem, event: Event, data: of.Escalated) -> Postmortem:
    if data.severity is not None and data.severity is not record.severity:
        text = phrase("severity", record.lang, old=record.severity, new=data.severity, reason=data.reason)
        record = told(replace(record, severity=Severity(data.severity)), event, text)
    if data.to:
        record = told(record, event, phrase("escalated", record.lang, to=data.to, reason=data.reason))
    return record


def _mitigation_started(record: Postmortem, event: Event, _: of.MitigationStarted) -> Postmortem:
    record = with_role(advanced(record, IncidentState.MITIGATING), "on_call", event.actor)
    return record if event.implied else told(record, event, phrase("mitigation_started", record.lang))


def _mitigated(record: Postmortem, event: Event, data: of.Mitigated) -> Postmortem:
    record = advanced(timed(record, "mitigated", event), IncidentState.MITIGATED)
    record = replace(record, mitigation=Mitigation(kind=data.kind, ref=data.ref))
    if record.reopenings and record.reopenings[-1].mitigated is None:
        again = replace(record.reopenings[-1], mitigated=event.at)
        record = replace(record, reopenings=(*record.reopenings[:-1], again))
    if data.kind == "gate":  # it says so itself, and is nobody's night on call
        return record
    text = phrase(data.kind, record.lang) + (f" ({data.ref})" if data.ref else "")
    return told(with_role(record, "on_call", event.actor), event, text)


def _noted(record: Postmortem, event: Event, data: of.Noted) -> Postmortem:
    return told(record, event, data.text)


def _impact(record: Postmortem, _: Event, data: of.ImpactRecorded) -> Postmortem:
    known = record.impact
    personal = known.personal_data if data.personal_data is None else data.personal_data
    if data.count is None:
        return replace(record, impact=replace(known, personal_data=personal))
    # `total` was counted by another source than the new count.
    unit = data.unit or known.unit
    impact = replace(known, count=data.count, unit=unit, source=data.source, total=None, personal_data=personal)
    return replace(record, impact=impact)


def _drafted(record: Postmortem, event: Event, _: of.Drafted) -> Postmortem:
    record = with_role(timed(record, "draft", event), "postmortem_lead", event.actor)
    sent_back = record.state in (IncidentState.IN_REVIEW, IncidentState.APPROVED)
    return replace(record, state=IncidentState.DRAFT) if sent_back else advanced(record, IncidentState.DRAFT)


def _edited(record: Postmortem, _: Event, data: of.Edited | of.Joined) -> Postmortem:
    return with_document(record, data.document)


def _submitted(record: Postmortem, event: Event, _: of.Submitted) -> Postmortem:
    return advanced(with_role(record, "postmortem_lead", event.actor), IncidentState.IN_REVIEW)


def _approved(record: Postmortem, event: Event, data: of.Approved) -> Postmortem:
    approval = Approval(
        by=event.actor,
        at=event.at,
        content_sha256=data.content_sha256,
        source=data.source,
        url=data.url,
        commit=data.commit,
    )
    record = with_role(timed(record, "approved", event), "control_board", event.actor)
    return advanced(replace(record, approvals=(*record.approvals, approval)), IncidentState.APPROVED)


def _published(record: Postmortem, event: Event, _: of.Published) -> Postmortem:
    return advanced(timed(record, "published", event), IncidentState.PUBLISHED)


def _remediating(record: Postmortem, _event: Event, _: of.Remediating) -> Postmortem:
    return advanced(record, IncidentState.REMEDIATING)


def _resolved(record: Postmortem, event: Event, _: of.Resolved) -> Postmortem:
    return advanced(timed(record, "resolved", event), IncidentState.RESOLVED)


def _closed(record: Postmortem, event: Event, _: of.Closed) -> Postmortem:
    return advanced(timed(record, "closed", event), IncidentState.CLOSED)


def _reopened(record: Postmortem, event: Event, data: of.Reopened) -> Postmortem:
    times = replace(record.times, resolved=None, closed=None, reopened=event.at)
    reopenings = (*record.reopenings, Reopening(at=event.at, proof=record.proof))
    record = replace(record, times=times, mitigation=None, proof=None, reopenings=reopenings, merged_into=None)
    record = replace(record, state=IncidentState.REOPENED)
    return told(record, event, phrase("reopened", record.lang, reason=data.reason))


def _merged(record: Postmortem, _: Event, data: of.Merged) -> Postmortem:
    return replace(record, state=IncidentState.MERGED, merged_into=data.into)


def _false_positive(record: Postmortem, event: Event, data: of.FalsePositive) -> Postmortem:
    return told(replace(record, state=IncidentState.FALSE_POSITIVE), event, data.reason)


def _signal(record: Postmortem, event: Event, data: of.Signal) -> Postmortem:
    if reached(record, IncidentState.IN_REVIEW):
        return record  # it stays in the log; a row in the text would void an approval that nobody went back on
    return told(record, event, phrase(data.status, record.lang))


def _evidence(record: Postmortem, _: Event, data: of.EvidenceAdded) -> Postmortem:
    known = record.evidence
    if why_withheld(record) is not None:
        # The digest of a file takes the place of the file that had to be removed from git.
        bare = {(item.kind, item.subject, item.sha256) for item in data.items if item.path is None}
        known = tuple(one for one in known if one.path is None or (one.kind, one.subject, one.sha256) not in bare)
    return replace(record, evidence=with_items(known, data.items))


def with_items(known: Sequence[Evidence], new: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence with more of it; the new replaces what has the same path, or is the same digest of the same thing."""
    by_place = {place(item): item for item in known} | {place(item): item for item in new}
    return tuple(by_place.values())


def _proved(record: Postmortem, event: Event, data: of.Proved) -> Postmortem:
    record = replace(record, proof=data.proof)
    if data.reproduced:
        return record
    key = "proof_failed"
    if record.state in _GATHERED:
        key = "not_reproduced"
        record = replace(record, state=IncidentState.DRAFT, times=replace(record.times, resolved=None))
    return told(record, event, phrase(key, record.lang, reason=data.reason or data.proof.check_id))


_STEPS: dict[type, Callable[[Postmortem, Event, Any], Postmortem]] = {
    of.Opened: _met_again,
    of.Acknowledged: _acknowledged,
    of.Escalated: _escalated,
    of.Reclassified: reclassified,
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
