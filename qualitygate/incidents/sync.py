"""Markdown, JSON and log brought together: what people wrote since the log last knew the text. Pure; a porch writes.

The base of the merge is the text that the log knows. A Markdown that nobody could follow while events were written
(it was broken then) lacks the newest rows of the timeline: its base is the text before those events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import events as of
from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.fold import apply, fold
from qualitygate.incidents.following import aligned
from qualitygate.incidents.json_edits import check_facts, read_edited
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import heads, upto
from qualitygate.incidents.markdown import normalised, parse
from qualitygate.incidents.markdown.normal import normal_entry
from qualitygate.incidents.merge3 import merge3
from qualitygate.incidents.narrative import TimelineEntry
from qualitygate.incidents.postmortem import Postmortem, from_json, to_json

_NAMES = ("the JSON", "the Markdown")


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of it.

    Attributes:
        document: The text.
        source: Who changed it since the log last knew it; None if nobody did.
        notes: What a person has to know, one line each.
    """

    document: Document
    source: Literal["markdown", "json", "merge"] | None
    notes: tuple[str, ...] = ()


def merge(lines: Sequence[Line], markdown: str | None, json: bytes | None, *, where: tuple[str, str]) -> Merge:
    """The text that log, Markdown and JSON come to together.

    Args:
        lines: The events.
        markdown: The Markdown there is, None if there is none.
        json: The JSON there is, None if there is none, or it is of an earlier version and was taken over whole.
        where: What to call Markdown and JSON in messages.

    Raises:
        ConfigError: What `parse`, `read_edited`, `check_facts` and `merge3` raise; QG-1758, the Markdown changes the
            id, the kind, the severity or the time of detection.
    """
    record = fold(lines)
    base = normalised(document_of(record))
    notes: list[str] = []
    stood = _where_it_stood(lines, json)
    theirs = base if markdown is None else _of_markdown(markdown, lines, record, where[0], notes, stood)
    ours = base if json is None else _of_json(json, lines, record, where[1])
    document = normalised(merge3(base, ours, theirs, names=_NAMES, where=where[0]))
    source: Literal["markdown", "json", "merge"] | None = None
    if document != base:
        source = "merge" if base not in (ours, theirs) else "json" if theirs == base else "markdown"
    return Merge(document, source, tuple(notes))


def _where_it_stood(lines: Sequence[Line], json: bytes | None) -> tuple[Line, ...] | None:
    """The events that were known when the JSON was written, if there were more since: a writer was killed before it
    could bring the files on. The Markdown, which is written first, knows these at least."""
    try:
        chain = None if json is None else from_json(json).chain
    except (ValueError, RecursionError):
        return None  # told when the JSON is read
    known = upto(lines, chain.heads) if chain is not None else None
    return known if known and len(known) < len(lines) else None


def _of_markdown(
    text: str,
    lines: Sequence[Line],
    record: Postmortem,
    where: str,
    notes: list[str],
    stood: tuple[Line, ...] | None,
) -> Document:
    base = normalised(document_of(record))
    parsed = parse(text, where=where)
    document = aligned(parsed.document, base)

    def changed(name: str, now: object, was: object, hint: str) -> ConfigError:
        message = f"{name} is {now} here and {was} in the log, and an edit does not change it"
        return ConfigError(message, code="QG-1758", where=f"{where}:{parsed.lines[name]}", hint=hint)

    if document.id != base.id:
        raise changed("id", document.id, base.id, "an id never changes; name the file after the incident it is of")
    if document.detected != base.detected:
        hint = (
            "undo it; an incident detected at another time is another: "
            "`qualitygate incident open --at …`, then `qualitygate incident merge`"
        )
        raise changed("detected", document.detected, base.detected, hint)
    if document.severity != base.severity:
        if document.severity not in _had(lines, "severity"):
            hint = f"use `qualitygate incident escalate {base.id} --severity {document.severity} --reason …`"
            raise changed("severity", document.severity, base.severity, hint)
        notes.append(f"severity is {base.severity} by the log, not {document.severity}")
        document = replace(document, severity=base.severity)
    if parsed.kind not in (None, record.kind):
        if parsed.kind not in _had(lines, "kind"):
            hint = f"use `qualitygate incident escalate {base.id} --kind {parsed.kind} --reason …`"
            raise changed("kind", parsed.kind, record.kind, hint)
        notes.append(f"kind is {record.kind} by the log, not {parsed.kind}")
    if stood is not None:
        earlier = replace(normalised(document_of(fold(stood))), severity=base.severity)
        document = merge3(earlier, document, base, names=("the Markdown", "the log"), where=where)
        if document == base:
            return document
    return _brought_on(document, base, lines, where, notes)


def _had(lines: Sequence[Line], name: str) -> set[object]:
    """Every value that a fact of the incident has had."""
    record = fold(lines[:1])
    found: set[object] = {getattr(record, name)}
    for line in lines[1:]:
        record = apply(record, line.event)
        found.add(getattr(record, name))
    return found


def _brought_on(document: Document, base: Document, lines: Sequence[Line], where: str, notes: list[str]) -> Document:
    """The document brought to what the log says by now, if it could not follow the newest events.

    It could not if it has none of the rows that they told in the timeline.
    """
    there = {(row.at, row.event) for row in document.timeline} | {(row.at, row.owner) for row in document.timeline}
    for branch in _branches(lines):
        told = {(row.at, row.event) for row in normalised(document_of(fold(branch))).timeline}
        others = {(row.at, row.event) for row in base.timeline} - told
        if others and not others & there and told & there:
            # It is the text of one branch, as it was before git brought the other's events.
            earlier = replace(normalised(document_of(fold(branch))), severity=base.severity)
            return merge3(earlier, document, base, names=("the Markdown", "the log"), where=where)
    begin, missing = len(lines), list[TimelineEntry]()
    for number, rows in reversed(_told(lines)):
        if any((row.at, row.event) in there or (row.at, row.owner) in there for row in rows):
            break
        begin, missing = number, [*rows, *missing]
    if not missing:
        return document
    notes += (f"kept in the timeline, since the log tells it: {row.at} {row.event}" for row in missing)
    earlier = normalised(document_of(fold(lines[:begin])))
    known = replace(earlier, severity=base.severity)  # which it has taken over already
    return merge3(known, document, base, names=("the Markdown", "the log"), where=where)


def _branches(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """The events of each branch that was or is to be joined, the longest first; none where there was one line only."""
    ends = [line.event.prev for line in lines if len(line.event.prev) > 1]
    open_ends = heads(lines)
    tips = {tip for group in (*ends, *([open_ends] if len(open_ends) > 1 else [])) for tip in group}
    found = [branch for tip in tips if (branch := upto(lines, (tip,)))]
    return sorted(found, key=lambda branch: (-len(branch), branch[-1].sha256))


def _told(lines: Sequence[Line]) -> list[tuple[int, list[TimelineEntry]]]:
    """The rows that each event wrote and the text still has, by the event's position."""
    record = fold(lines[:1])
    told: list[tuple[int, list[TimelineEntry]]] = []
    for number, line in enumerate(lines[1:], 1):
        after = apply(record, line.event)
        if not isinstance(line.event.data, of.Edited | of.Joined):
            before = set(record.timeline)
            told.append((number, [normal_entry(row) for row in after.timeline if row not in before]))
        record = after
    there = set(normalised(document_of(record)).timeline)
    kept = [(number, [row for row in rows if row in there]) for number, rows in told]
    return [(number, rows) for number, rows in kept if rows]


def _of_json(content: bytes, lines: Sequence[Line], record: Postmortem, where: str) -> Document:
    """The text of a JSON, brought to what the log says by now; that of the log if nobody edited it."""
    if content == to_json(record):
        return normalised(document_of(record))
    edited = read_edited(content, where=where)
    known = record
    written = upto(lines, edited.chain.heads) if edited.chain is not None else None
    if written:
        known = fold(written)
    check_facts(edited, known, where=where)
    base, mine = normalised(document_of(known)), normalised(document_of(edited))
    return merge3(base, mine, normalised(document_of(record)), names=("the JSON", "the log"), where=where)
