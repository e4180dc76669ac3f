"""The Markdown beside a record: whether it says the same, and how it follows events without losing an edit."""

from __future__ import annotations

from msgspec.structs import replace

from qualitygate.core.errors import QualityGateError
from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.markdown import normalised, parse, updated
from qualitygate.incidents.merge3 import merge3
from qualitygate.incidents.narrative import TimelineEntry
from qualitygate.incidents.postmortem import Postmortem


def says(text: str, record: Postmortem) -> bool:
    """Whether a Markdown says what a record says, to the precision it is written in."""
    try:
        parsed = parse(text, where=record.id)
        base = normalised(document_of(record))
        return aligned(parsed.document, base) == base and parsed.kind in (None, record.kind)
    except QualityGateError:
        return False


def stated(text: str, record: Postmortem) -> Document:
    """What a Markdown says of an incident. What it leaves open (a title, seconds) is as in the record.

    Raises:
        ConfigError: What `parse` raises.
    """
    return aligned(parse(text, where=record.id).document, normalised(document_of(record)))


def followed(text: str, earlier: Postmortem, record: Postmortem) -> str | None:
    """The Markdown after events: it says what they added, and still all that somebody has edited in it.

    Args:
        text: The Markdown.
        earlier: The record before those events.
        record: The record after them.

    Returns:
        None where edits and events contradict each other, or the Markdown cannot be read: `sync.merge` tells of it.
    """
    try:
        base, after = normalised(document_of(earlier)), normalised(document_of(record))
        parsed = parse(text, where=record.id)
        if parsed.kind not in (None, earlier.kind, record.kind):
            return None
        return updated(text, merge3(base, aligned(parsed.document, base), after), record.kind)
    except QualityGateError:
        return None


def completed(text: str, record: Postmortem) -> str:
    """The Markdown of an earlier version, with what that version knew of the actions and did not show.

    Raises:
        ConfigError: What `parse` raises.
    """
    document = stated(text, record)
    known = {action.title: action for action in normalised(document_of(record)).actions}
    actions = tuple(
        replace(action, type=action.type or known[action.title].type) if action.title in known else action
        for action in document.actions
    )
    return updated(text, replace(document, actions=actions))


def aligned(document: Document, base: Document) -> Document:
    """The document with what is not written as precisely as it is known taken from the base."""
    known = {(row.event, row.owner, row.at[:16]): row.at for row in base.timeline}

    def precise(row: TimelineEntry) -> TimelineEntry:
        at = known.get((row.event, row.owner, row.at[:16]))
        return replace(row, at=at) if at is not None and row.at.endswith(":00Z") else row

    detected = document.detected
    if detected.endswith(":00Z") and detected[:16] == base.detected[:16]:
        detected = base.detected
    return replace(
        document,
        title=base.title if document.title is None else document.title,
        detected=detected,
        timeline=tuple(precise(row) for row in document.timeline),
    )
