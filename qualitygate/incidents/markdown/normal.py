"""The form in which a document can be said in Markdown: what `parse` gives back of what `render` wrote."""

from __future__ import annotations

from msgspec.structs import replace

from qualitygate.incidents.document import Document
from qualitygate.incidents.markdown.parsing import parse
from qualitygate.incidents.markdown.writing import Shown, write
from qualitygate.incidents.narrative import Action, Cause, Falsification, Lesson, RootCause, Section, TimelineEntry
from qualitygate.incidents.text import one_line

_BLANK = "…"


def normalised(document: Document) -> Document:
    """The same document as its Markdown says it.

    - Every text is one line: line ends and runs of spaces become one space, spaces at either end go, control characters
      and overrides of the writing direction are written out (`\\x1b`). No-break and ideographic spaces stay.
    - An optional text that is blank becomes None; a cause, why, action or lesson without words becomes `…`; a blank
      stakeholder is left out.
    - Sections that are none of ours are cut as a parser cuts them: each block without heading one of its own, before
      those with a heading.

    Normalising twice is the same as once, and what `parse` returns is normalised.

    Raises:
        ConfigError: QG-1753 and others, the text of a section cannot stand in a postmortem, since it holds the heading
            of a known section or swallows what comes after it.
    """
    return replace(
        document,
        title=_optional(document.title),
        impact=one_line(document.impact),
        stakeholders=tuple(said for name in document.stakeholders if (said := one_line(name))),
        timeline=tuple(normal_entry(entry) for entry in document.timeline),
        rca=_root_cause(document.rca),
        actions=tuple(_action(action) for action in document.actions),
        lessons=tuple(_lesson(lesson) for lesson in document.lessons),
        sections=_sections(document),
    )


def _optional(text: str | None) -> str | None:
    return (one_line(text) or None) if text is not None else None


def _said(text: str) -> str:
    return one_line(text) or _BLANK


def normal_entry(entry: TimelineEntry) -> TimelineEntry:
    """One row of the timeline, normalised."""
    return replace(entry, event=one_line(entry.event), owner=one_line(entry.owner))


def _root_cause(rca: RootCause) -> RootCause:
    return RootCause(
        causes=tuple(_cause(cause) for cause in rca.causes),
        edges=rca.edges,
        whys=tuple(_said(why) for why in rca.whys),
        whys_reason=_optional(rca.whys_reason),
        falsifications=tuple(
            Falsification(hypothesis=_said(one.hypothesis), result=one_line(one.result)) for one in rca.falsifications
        ),
    )


def _cause(cause: Cause) -> Cause:
    return replace(cause, text=_said(cause.text))


def _action(action: Action) -> Action:
    return replace(
        action,
        title=_said(action.title),
        owner=_optional(action.owner),
        ticket_url=_optional(action.ticket_url),
        verified_by=_optional(action.verified_by),
    )


def _lesson(lesson: Lesson) -> Lesson:
    return replace(lesson, text=_said(lesson.text), target=_optional(lesson.target), owner=_optional(lesson.owner))


def _sections(document: Document) -> tuple[Section, ...]:
    if not document.sections:
        return ()
    texts = tuple(replace(section, text=_lines(section.text)) for section in document.sections)
    bare = Document(
        id=document.id,
        detected=document.detected,
        severity=document.severity,
        impact="",
        sections=tuple(section for section in texts if section.text),
    )
    return parse(write(bare, Shown()), where=f"{document.id} sections").document.sections


def _lines(text: str) -> str:
    """The text without blank lines at either end, every line end one `\\n`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blank = [not line.strip(" \t") for line in lines]
    if all(blank):
        return ""
    return "\n".join(lines[blank.index(False) : len(lines) - blank[::-1].index(False)])
