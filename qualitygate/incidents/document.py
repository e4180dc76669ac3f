"""The part of a postmortem that people write: what its Markdown says, in any language."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import msgspec
import rfc8785
from msgspec import Struct

from qualitygate.core.threshold import Severity
from qualitygate.incidents.narrative import Action, Lesson, RootCause, Section, TimelineEntry
from qualitygate.incidents.notation import Id, Time
from qualitygate.incidents.postmortem import Postmortem

Lang = Literal["en", "de", "fr", "ja"]


class Document(Struct, frozen=True, kw_only=True):
    """What is edited by hand and merged. Id, time of detection and severity are shown in it, and changed by commands.

    Attributes:
        title: A few words; None where the Markdown has none; none is required.
        impact: How far it reached, in words; numbers are in the record's `impact`.
    """

    id: Id
    lang: Lang = "en"
    title: str | None = None
    detected: Time
    severity: Severity
    impact: str
    stakeholders: tuple[str, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    rca: RootCause = RootCause()
    actions: tuple[Action, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    sections: tuple[Section, ...] = ()


def document_of(record: Postmortem) -> Document:
    """The text of a record."""
    return Document(
        id=record.id,
        lang=record.lang,
        title=record.title or None,
        detected=record.times.detected,
        severity=record.severity,
        impact=record.impact.summary,
        stakeholders=record.stakeholders,
        timeline=record.timeline,
        rca=record.rca,
        actions=record.actions,
        lessons=record.lessons,
        sections=record.sections,
    )


def with_document(record: Postmortem, document: Document) -> Postmortem:
    """The record with another text. Id, time of detection and severity stay its own: commands change them."""
    return msgspec.structs.replace(
        record,
        lang=document.lang,
        title=record.title if document.title is None else document.title,
        impact=msgspec.structs.replace(record.impact, summary=document.impact),
        stakeholders=document.stakeholders,
        timeline=document.timeline,
        rca=document.rca,
        actions=document.actions,
        lessons=document.lessons,
        sections=document.sections,
    )


def content_digest(document: Document) -> str:
    """Digest of what an approval covers: everything but the language of the labels and how far the work has come.

    Ticking an action off, giving it a ticket or closing a lesson does not void an approval.

    Returns:
        sha256 over RFC 8785 canonical JSON, 64 hexadecimal digits.
    """
    covered: dict[str, Any] = msgspec.to_builtins(document)
    del covered["lang"]
    for action in covered["actions"]:
        for key in ("status", "ticket_url", "verified_by"):
            del action[key]
    for lesson in covered["lessons"]:
        del lesson["status"]
    return hashlib.sha256(rfc8785.dumps(covered)).hexdigest()
