"""From a document to the text of a file, as compact as a postmortem written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qualitygate.incidents.document import Document
from qualitygate.incidents.markdown import actions, context, gate_part, lessons, root_cause, timeline
from qualitygate.incidents.markdown.outline import SECTIONS, rank
from qualitygate.incidents.markdown.vocabulary import Words, words
from qualitygate.incidents.postmortem import Postmortem

SEPARATOR = "<!-- -->"
"""Stands before a block that begins with a space, which would else belong to the list above it. It says nothing."""


class Shown(NamedTuple):
    """Lines that show the record and are no text of the document: in the context, and in the root cause analysis."""

    context: Sequence[str] = ()
    rules: Sequence[str] = ()
    measured: Sequence[str] = ()


def shown_of(record: Postmortem) -> Shown:
    """What of the record is shown beside the text of its document."""
    said = words(record.lang)
    return Shown(
        tuple(gate_part.context(record, said)),
        tuple(gate_part.rules(record, said)),
        tuple(gate_part.measured(record, said)),
    )


def write(document: Document, shown: Shown) -> str:
    """The text of a file with a document."""
    said = words(document.lang)
    lines = [context.write_heading(document, said)]
    lines += foreign(document, "title", (0, 1, 2))
    for name in SECTIONS:
        lines.append(f"## {said('section', name)}")
        lines += _body(name, document, shown, said)
        lines += foreign(document, name, (0,))
        if name == "root_cause":
            lines += shown.measured
        lines += foreign(document, name, (1, 2))
    return "\n".join(lines).rstrip("\n") + "\n"


def foreign(document: Document, after: str, ranks: Sequence[int]) -> list[str]:
    """The sections that are none of ours, in order of their `rank`."""
    found = [(rank(section.text), section.text) for section in document.sections if section.after == after]
    lines: list[str] = []
    for wanted in ranks:
        for _, text in (one for one in found if one[0] == wanted):
            lines += ["", *([SEPARATOR] if text[:1].isspace() else []), text]
    # What comes next must not become part of it.
    return [*lines, ""] if lines else []


def _body(name: str, document: Document, shown: Shown, said: Words) -> Iterator[str]:
    if name == "context":
        for lines in context.write(document, said, {}).values():
            yield from lines
        yield from shown.context
    elif name == "timeline":
        yield from timeline.write_header(said)
        yield from (timeline.write(entry, document.detected[:10], {}) for entry in document.timeline)
    elif name == "root_cause":
        for _, lines in root_cause.write(document.rca, said, {}):
            yield from lines
        yield from shown.rules
    elif name == "actions":
        for action in document.actions:
            yield from actions.write(action, said, {})
    else:
        for lesson in document.lessons:
            yield from lessons.write(lesson, said, {})
