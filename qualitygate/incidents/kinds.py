"""What changes with the kind of an incident: what was taken for a near miss, and reached people."""

from __future__ import annotations

from msgspec.structs import replace

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.incidents.checklist import clock_start
from qualitygate.incidents.events import Event, Reclassified
from qualitygate.incidents.phrases import phrase
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.traces import told


def counts_no_more(record: Postmortem, kind: IncidentKind) -> bool:
    """Whether what stopped an incident so far is nothing for one of another kind.

    The gate blocks a change and fixes nothing that people have met; what was rehearsed in a drill was not done. What
    was real before, or found to be no near miss, begins no second time: else a clock that ran out could be set back.
    """
    if record.times.reclassified is not None:
        return False
    caught = record.mitigation is not None and record.mitigation.kind == "gate"
    return (caught and kind is not IncidentKind.NEAR_MISS) or (
        record.kind is IncidentKind.DRILL and kind is IncidentKind.REAL
    )


def reclassified(record: Postmortem, event: Event, data: Reclassified) -> Postmortem:
    """The record after it was found to be of another kind."""
    if data.kind is record.kind:
        return record
    old, new = (kind.value.replace("_", " ") for kind in (record.kind, data.kind))
    made = told(record, event, phrase("kind", record.lang, old=old, new=new, reason=data.reason))
    if counts_no_more(record, data.kind) and record.times.published is None:
        # It stands at its beginning, and its clocks run from here.
        times = replace(record.times, reclassified=event.at, mitigated=None, draft=None, approved=None, resolved=None)
        made = replace(made, state=IncidentState.DETECTED, times=times, mitigation=None)
    elif record.kind is IncidentKind.REAL:
        made = replace(made, times=replace(record.times, reclassified=clock_start(record)))
    return replace(made, kind=data.kind)
