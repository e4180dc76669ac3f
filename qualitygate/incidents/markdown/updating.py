"""A file brought to a record: only the lines of what differs are written anew, every other byte stays."""

from __future__ import annotations

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind
from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.markdown import actions, context, lessons, root_cause, timeline
from qualitygate.incidents.markdown.foreign import Foreign
from qualitygate.incidents.markdown.layout import Piece
from qualitygate.incidents.markdown.normal import normalised
from qualitygate.incidents.markdown.parsing import Layout, layout_of
from qualitygate.incidents.markdown.splicing import Edit, Item, splice, written
from qualitygate.incidents.markdown.translating import translate
from qualitygate.incidents.markdown.vocabulary import words
from qualitygate.incidents.postmortem import Postmortem


def update(text: str, record: Postmortem) -> str:
    """The file with the document of a record.

    Items that say what the record says stay as they are, and so does whatever is none of ours; a text that was there
    before keeps the Markdown that somebody gave it. Where the language differs, headings and labels are translated.

    Args:
        text: A file that `parse` can read.
        record: What it shall say.

    Raises:
        ConfigError: What `parse` raises; QG-1753, the record holds a section that cannot stand there.
    """
    return updated(text, document_of(record), record.kind)


def updated(text: str, document: Document, kind: IncidentKind | None = None) -> str:
    """The file with another document, and with this kind where it names one; see `update`."""
    wanted = normalised(document)
    layout = layout_of(text, where=document.id)
    if layout.parsed.document.lang != wanted.lang:
        text = translate(text, wanted.lang)
        layout = layout_of(text, where=document.id)
    if kind is not None and layout.parsed.kind not in (None, kind):
        text = _with_kind(layout, words(wanted.lang)("kind", kind))
        layout = layout_of(text, where=document.id)
    if layout.parsed.document == wanted:
        return text
    made = written(layout, _edits(layout, wanted))
    found = layout_of(made, where=document.id).parsed.document
    if found != wanted:
        raise ConfigError(
            "the text cannot be brought into this Markdown without saying something else",
            code="QG-1753",
            where=document.id,
            hint="look for a code block or HTML that is never closed, in the file or in `sections`",
        )
    return made


def _with_kind(layout: Layout, said: str) -> str:
    lines = list(layout.source.lines)
    for word in layout.words:
        if word.group == "kind":
            line = lines[word.line]
            lines[word.line] = line[: word.start] + said + line[word.end :]
    return layout.source.bom + "".join(lines)


def _edits(layout: Layout, wanted: Document) -> list[Edit]:
    said, sources, now = words(wanted.lang), layout.sources, layout.parsed.document
    edits = _context(layout, wanted)
    day = wanted.detected[:10]
    columns = layout.columns or timeline.COLUMNS
    rows = [Item(entry, [timeline.write(entry, day, sources, columns)]) for entry in wanted.timeline]
    if layout.table is None:
        if rows:
            lines = [*timeline.write_header(said), *(line for row in rows for line in row.lines)]
            end = layout.headings["timeline"].end
            edits.append(Edit(end, end, lines))
    else:
        # A time without a date is of the day of detection: with another day every row says something else.
        fresh = day != now.detected[:10]
        edits += splice(layout.of("timeline"), rows, layout.table.start + 2, fresh=fresh)
    causes = [Item(what, lines) for what, lines in root_cause.write(wanted.rca, said, sources)]
    planned = [Item(action, actions.write(action, said, sources)) for action in wanted.actions]
    learned = [Item(lesson, lessons.write(lesson, said, sources)) for lesson in wanted.lessons]
    for name, items, same in (
        ("root_cause", causes, now.rca == wanted.rca),
        ("actions", planned, now.actions == wanted.actions),
        ("lessons", learned, now.lessons == wanted.lessons),
    ):
        if not same:
            edits += splice(layout.of(name), items, layout.headings[name].end)
    return edits + Foreign(layout).edits(wanted.sections)


def _context(layout: Layout, wanted: Document) -> list[Edit]:
    """The labels that differ, each in its place; one that is new follows the one before it."""
    edits: list[Edit] = []
    lines = context.write(wanted, words(wanted.lang), layout.sources)
    at = layout.headings["context"].end
    for name in context.LABELS:
        piece = next(iter(layout.of(f"context.{name}")), None)
        same = getattr(layout.parsed.document, name) == getattr(wanted, name)
        in_heading = name == "title" and next(iter(layout.of("heading"))).value is not None
        if in_heading and not same:
            edits.append(_heading(layout, wanted))
        if piece is not None:
            if not same:
                item = Item(None, lines[name]) if name in lines else None
                edits.append(item.instead_of(piece) if item else Edit(piece.start, piece.end, []))
            at = piece.end
        elif not same and name in lines and not in_heading:
            edits.append(Edit(at, at, lines[name]))
    return edits


def _heading(layout: Layout, wanted: Document) -> Edit:
    piece: Piece = next(iter(layout.of("heading")))
    title = context.write_title(wanted, words(wanted.lang), layout.sources)
    return Edit(piece.start, piece.end, [context.write_heading(wanted, words(wanted.lang)) + title])
