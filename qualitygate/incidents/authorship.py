"""Who wrote the text of a postmortem: none of them may approve it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from qualitygate.incidents import events as of
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.fold import apply
from qualitygate.incidents.line import Line
from qualitygate.incidents.markdown import normalised
from qualitygate.incidents.postmortem import Postmortem


def authors(lines: Iterable[Line]) -> frozenset[str]:
    """Who wrote the text: drafted it, edited it, or opened the incident with it.

    Whoever opened an incident by hand gave a title, and gate and alert ask questions: that makes no author. An edit
    makes one if it changed what an approval covers; other labels, a ticked action, a ticket do not. Nor does a draft
    that an approval passed on its way.
    """
    found, events = set(), [line.event for line in lines]
    record: Postmortem | None = None
    for event, after in zip_longest(events, events[1:]):
        before = record
        if isinstance(event.data, of.Opened):
            record = event.data.record if before is None else apply(before, event)
            if _analysed(event.data.record):
                found.add(event.actor)
        elif before is not None:
            record = apply(before, event)
        passed = event.implied and after is not None and isinstance(after.data, of.Submitted) and after.implied
        drafted = isinstance(event.data, of.Drafted) and not passed
        if drafted or (isinstance(event.data, of.Edited) and _wrote(event.data, before, record)):
            found.add(event.actor)
    return frozenset(found)


def _wrote(data: of.Edited, before: Postmortem | None, after: Postmortem | None) -> bool:
    if data.source == "command" or before is None or after is None:
        return data.source != "command"
    return _digest(before) != _digest(after)


def _digest(record: Postmortem) -> str:
    return content_digest(normalised(document_of(record)))


def _analysed(record: Postmortem) -> bool:
    """Whether there is text that only a person can have written: answers, where the gate asks."""
    rca = record.rca
    return bool(
        any(not cause.open for cause in rca.causes)
        or any((rca.edges, rca.whys, rca.whys_reason, rca.falsifications, record.sections))
        or any(action.owner or action.status != "open" for action in record.actions)
        or any(lesson.target or lesson.owner or lesson.status != "open" for lesson in record.lessons)
    )
