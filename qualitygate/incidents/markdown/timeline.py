"""The section Timeline: a table of time, event and owner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qualitygate.incidents.markdown import inline, moments, vocabulary
from qualitygate.incidents.markdown.layout import Piece, Reader
from qualitygate.incidents.markdown.outline import Block
from qualitygate.incidents.markdown.stating import Sources, stated
from qualitygate.incidents.markdown.vocabulary import Words
from qualitygate.incidents.narrative import TimelineEntry

COLUMNS = ("time", "event", "owner")
_PIPE = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"[ \t|:-]*-[ \t|:-]*")


def cells(line: str) -> list[str]:
    """The cells of a row as they stand there: split at pipes without a backslash before them, as GitHub does."""
    stripped = line.strip(" \t")
    parts = _PIPE.split(stripped.removeprefix("|"))
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return [part.strip(" \t") for part in parts]


def header_of(reader: Reader, block: Block, group: str) -> list[str | None]:
    """What the columns of a table are, None for those that are none of a group."""
    return [vocabulary.find(group, inline.read(cell).strip("*_")) for cell in cells(reader.source.line(block.start))]


def is_ours(reader: Reader, block: Block) -> bool:
    """Whether a block is a timeline: a table of which at least two columns are known."""
    return block.kind == "table" and len({name for name in header_of(reader, block, "column") if name}) >= 2


def read(reader: Reader, block: Block, day: str) -> tuple[tuple[TimelineEntry, ...], tuple[str, ...]]:
    """The rows of the table, and its columns in their order.

    Args:
        day: The day of detection, which times without a date are of.

    Raises:
        ConfigError: QG-1756, a column is none of ours, a row has another number of cells, or its time is none.
    """
    header = header_of(reader, block, "column")
    if sorted(name or "" for name in header) != sorted(COLUMNS):
        found = f"the columns of the timeline are {reader.source.line(block.start).strip()!r}"
        raise reader.broken(block.start, found, "write '| Time | Event | Owner |'", "QG-1756")
    remember_header(reader, block, "column")
    columns = tuple(name for name in header if name)
    rows: list[TimelineEntry] = []
    for line in range(block.start + 2, block.end):
        row = _row(reader, line, columns, day)
        reader.lines[f"timeline[{len(rows)}]"] = line + 1
        reader.pieces.append(Piece("timeline", line, line + 1, row))
        rows.append(row)
    return tuple(rows), columns


def remember_header(reader: Reader, block: Block, group: str) -> None:
    """Remember the words above the columns of a table."""
    column = 0
    for cell in cells(reader.source.line(block.start)):
        name = vocabulary.find(group, inline.read(cell).strip("*_"))
        if name:
            column = reader.word(block.start, cell.strip("*_"), group, name, column)


def check_no_table(reader: Reader, blocks: Sequence[Block]) -> None:
    """Refuse what was meant as a table and is none, so that no row is overlooked.

    Raises:
        ConfigError: QG-1756.
    """
    for block in blocks:
        text = reader.source.line(block.start)
        if block.kind == "table" or (block.kind == "paragraph" and text.strip().startswith("|")):
            right = "begin it with '| Time | Event | Owner |' and '| --- | --- | --- |' on lines of their own"
            raise reader.broken(block.start, f"{text.strip()!r} begins no table of the timeline", right, "QG-1756")


def _row(reader: Reader, line: int, columns: tuple[str, ...], day: str) -> TimelineEntry:
    found = cells(reader.source.line(line))
    if len(found) != len(columns):
        right = "three are needed; write a pipe within one as \\|"
        raise reader.broken(line, f"the row has {len(found)} cells", right, "QG-1756")
    row = dict(zip(columns, found, strict=True))
    time = moments.read_time(inline.read(row["time"]).strip("*_`"), day)
    if time is None:
        found_time = inline.read(row["time"])
        right = "write 04:12, or 2025-09-26 04:12 for another day than that of detection, in UTC"
        raise reader.broken(line, f"{found_time!r} is no time", right, "QG-1756")
    return TimelineEntry(at=time, event=_cell(reader, row["event"]), owner=_cell(reader, row["owner"]))


def _cell(reader: Reader, raw: str) -> str:
    said = inline.read(raw.replace("\\|", "|"))
    reader.sources.setdefault(("cell", said), raw)
    return said


def write_header(words: Words, columns: tuple[str, ...] = COLUMNS) -> list[str]:
    """The first two rows."""
    return [_line(words("column", name) for name in columns), _line("---" for _ in columns)]


def write(entry: TimelineEntry, day: str, sources: Sources, columns: tuple[str, ...] = COLUMNS) -> str:
    """One row."""
    shown = {
        "time": moments.shown_time(entry.at, day),
        "event": stated(sources, "cell", entry.event),
        "owner": stated(sources, "cell", entry.owner),
    }
    return _line(shown[name] for name in columns)


def _line(found: Iterator[str]) -> str:
    return f"| {' | '.join(found)} |"
