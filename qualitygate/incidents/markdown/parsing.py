"""From the text of a file to the document it says, and to where in the file everything stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from qualitygate.core.incident import IncidentKind
from qualitygate.incidents.document import Document, Lang
from qualitygate.incidents.markdown import (
    actions,
    context,
    gate_part,
    lessons,
    root_cause,
    timeline,
    vocabulary,
)
from qualitygate.incidents.markdown.bullets import LISTS, Bullet, bullets_of
from qualitygate.incidents.markdown.layout import Piece, Reader, Word
from qualitygate.incidents.markdown.outline import SECTIONS, Block, Part, blocks_of, is_gate, is_title, parts_of
from qualitygate.incidents.markdown.source import Source, source_of
from qualitygate.incidents.markdown.stating import Place
from qualitygate.incidents.markdown.writing import SEPARATOR
from qualitygate.incidents.narrative import Section, TimelineEntry


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says.

    Attributes:
        document: Its text.
        lines: Line, counted from 1, of everything that a person may be told of: `id`, `title`, `detected`, `severity`,
            `impact`, `stakeholders`, `kind`, the sections (`context`, `timeline`, …), `timeline[0]`, `rca.causes[0]`,
            `rca.edges`, `rca.whys[0]`, `rca.falsifications[0]`, `actions[0]`, `actions[0].due`, `lessons[0].owner`,
            `sections[0]`.
        notes: What is kept in the file but is no part of the record, one line each.
        kind: What the line Kind says, None if there is none.
    """

    document: Document
    lines: Mapping[str, int]
    notes: tuple[str, ...]
    kind: IncidentKind | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands.

    Attributes:
        source: The file.
        parsed: What it says.
        pieces: Lines that say something, in the order of the file.
        words: Words of the vocabulary, in the order of the file.
        sources: How texts stand in the file.
        headings: Line of each known section's heading.
        columns: Order of the timeline's columns; nothing where there is no table.
        table: The timeline, None where there is no table.
    """

    source: Source
    parsed: Parsed
    pieces: tuple[Piece, ...]
    words: tuple[Word, ...]
    sources: Mapping[tuple[Place, str], str]
    headings: Mapping[str, Block]
    columns: tuple[str, ...]
    table: Block | None

    def of(self, slot: str) -> list[Piece]:
        """The pieces of a slot, in the order of the file."""
        return [piece for piece in self.pieces if piece.slot == slot]


def parse(text: str, *, where: str) -> Parsed:
    """The document that a postmortem's Markdown says.

    Args:
        text: The file. Line ends may be those of any system.
        where: What to call it in messages.

    Raises:
        ConfigError: QG-1750, it is no text or too large; QG-1751, git left a conflict in it; QG-1752, its heading names
            no incident, or several; QG-1753, a section is missing or there twice; QG-1754, a line of a section is
            missing, there twice or contradicts another; QG-1755, a value cannot be read; QG-1756, a row of the timeline
            cannot.
    """
    return layout_of(text, where=where).parsed


def layout_of(text: str, *, where: str) -> Layout:
    """The document, and where in the file everything stands. Raises what `parse` raises."""
    source = source_of(text, where)
    reader = Reader(source)
    blocks = blocks_of(source)
    named = context.read_heading(reader, [block for block in blocks if is_title(block)], blocks)
    parts = parts_of(source, blocks)
    by_name = {part.name: part for part in parts}
    for name in SECTIONS:
        heading = by_name[name].heading
        assert heading is not None  # `parts_of` has seen to it
        reader.lines[name] = heading.start + 1
        reader.word(heading.start, heading.content.strip("*_: ："), "section", name)
    rest = {name: _bullets(reader, part) for name, part in by_name.items()}

    about, rest["context"] = context.read(reader, rest["context"], _heading(by_name["context"]), named)
    detected = str(about.values["detected"])
    rows, columns, table = _timeline(reader, by_name["timeline"], detected[:10])
    shown = [bullet for bullet in rest["root_cause"] if gate_part.is_shown_bullet(reader, bullet)]
    rca, rest["root_cause"] = root_cause.read(reader, [one for one in rest["root_cause"] if one not in shown])
    planned, rest["actions"] = actions.read(reader, rest["actions"])
    learned, rest["lessons"] = lessons.read(reader, rest["lessons"])
    sections = _foreign(reader, parts, rest)
    document = Document(
        id=named.id,
        lang=language(reader.words),
        timeline=rows,
        rca=rca,
        actions=planned,
        lessons=learned,
        sections=sections,
        **{"impact": "", "stakeholders": (), **about.values},  # type: ignore[arg-type]
    )
    return Layout(
        source=source,
        parsed=Parsed(document, reader.lines, tuple(reader.notes), about.kind),
        pieces=tuple(sorted(reader.pieces, key=lambda piece: piece.start)),
        words=tuple(sorted(reader.words)),
        sources=reader.sources,
        headings={name: _heading(by_name[name]) for name in SECTIONS},
        columns=columns,
        table=table,
    )


def language(words: list[Word]) -> Lang:
    """The language that most of the headings, labels of the context and columns are written in.

    The article's Japanese template has English headings, so that two words of the table make the difference.
    """
    votes: Counter[Lang] = Counter()
    for word in words:
        if word.group in ("section", "context", "column"):
            votes.update(vocabulary.languages(word.group, word.name, word.raw))
    further: Counter[Lang] = Counter()
    for word in words:
        if word.group not in ("section", "context", "column", "colon"):
            further.update(vocabulary.languages(word.group, word.name, word.raw))
    return max(vocabulary.LANGUAGES, key=lambda lang: (votes[lang], further[lang]))


def _heading(part: Part) -> Block:
    assert part.heading is not None
    return part.heading


def _bullets(reader: Reader, part: Part) -> list[Bullet]:
    """The items of all lists of a section."""
    return [bullet for block in part.blocks if block.kind in LISTS for bullet in bullets_of(reader, block)]


def _timeline(reader: Reader, part: Part, day: str) -> tuple[tuple[TimelineEntry, ...], tuple[str, ...], Block | None]:
    tables = [block for block in part.blocks if timeline.is_ours(reader, block)]
    if len(tables) > 1:
        found = f"a second timeline, the first begins on line {tables[0].start + 1}"
        raise reader.broken(tables[1].start, found, "join the two tables", "QG-1756")
    if not tables:
        timeline.check_no_table(reader, part.blocks)
        return (), (), None
    part.blocks.remove(tables[0])
    rows, columns = timeline.read(reader, tables[0], day)
    return rows, columns, tables[0]


def _foreign(reader: Reader, parts: list[Part], rest: Mapping[str, list[Bullet]]) -> tuple[Section, ...]:
    """What is none of ours, as sections: each block and each item one of its own, then the headed ones."""
    found: list[tuple[int, int, int, int]] = []
    order = ("title", *SECTIONS)
    for part in parts:
        place = order.index(part.name)
        below_heading = False
        for block in part.blocks:
            below_heading = below_heading or (part.name == "root_cause" and is_gate(block))
            if is_title(block) or block.kind in LISTS or reader.source.text(block.start, block.end) == SEPARATOR:
                continue
            if part.name != "root_cause" or not gate_part.is_shown(reader, block, below_heading):
                found.append((place, 0, block.start, block.end))
        found += [(place, 0, bullet.start, bullet.end) for bullet in rest[part.name]]
        found += [(place, 1 if level > 2 else 2, start, end) for start, end, level in part.foreign]
    sections: list[Section] = []
    for place, _, start, end in sorted(found):
        reader.lines[f"sections[{len(sections)}]"] = start + 1
        section = Section(after=order[place], text=reader.source.text(start, end))  # type: ignore[arg-type]
        reader.pieces.append(Piece(f"foreign.{order[place]}", start, end, section))
        sections.append(section)
    return tuple(sections)
