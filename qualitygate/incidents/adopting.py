"""Incidents that begin with a file instead of an event: a Markdown somebody wrote, or a JSON of an earlier version."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.incidents.document import document_of, with_document
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Edited, Mitigated
from qualitygate.incidents.facts import Checklist, Impact, Times
from qualitygate.incidents.markdown import Parsed
from qualitygate.incidents.postmortem import Postmortem

_HAPPENED = ("acknowledged", "draft", "approved", "published", "resolved", "closed", "reopened", "reclassified")


def from_markdown(parsed: Parsed) -> tuple[Postmortem, tuple[Entry, ...]]:
    """The record that an incident is opened with whose Markdown came first, and the edit that brings its text.

    Counts are never read out of its prose. The edit makes whoever brings the text its author.
    """
    document = parsed.document
    bare = Postmortem(
        id=document.id,
        title=document.title or "",
        severity=document.severity,
        state=IncidentState.DETECTED,
        kind=parsed.kind or IncidentKind.REAL,
        times=Times(detected=document.detected),
        impact=Impact(summary=document.impact, count=0),
    )
    text = document_of(with_document(bare, document))
    return bare, (Entry(Edited(document=text, source="markdown")),)


def from_json(record: Postmortem, *, where: str) -> tuple[Postmortem, tuple[Entry, ...]]:
    """The record that an incident of an earlier version is opened with, and what happened to it at once.

    Args:
        record: From a JSON without event log.
        where: What to call the file in messages.

    Raises:
        ConfigError: QG-1758, it says of more than an earlier version could: nothing shows that this happened.
    """
    happened = [f"times.{name}" for name in _HAPPENED if getattr(record.times, name) is not None]
    happened += [name for name in ("approvals", "proof", "reopenings", "merged_into") if getattr(record, name)]
    if record.state not in (IncidentState.DETECTED, IncidentState.MITIGATED):
        happened.insert(0, "state")
    if happened:
        raise ConfigError(
            "this is said without an event log that shows it",
            code="QG-1758",
            where=f"{where}: $.{happened[0]}",
            hint="restore the .events.jsonl from git, or undo it and take the steps with `qualitygate incident`",
        )
    opened = replace(
        record,
        uid=None,
        state=IncidentState.DETECTED,
        times=Times(started=record.times.started, detected=record.times.detected),
        mitigation=None,
        checklist=Checklist(),
        chain=None,
    )
    caught = record.state is IncidentState.MITIGATED
    return msgspec.convert(msgspec.to_builtins(opened), Postmortem), (Entry(Mitigated(kind="gate")),) if caught else ()
