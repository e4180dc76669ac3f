"""Lines put in the place of others, with blank lines where Markdown would else read two things as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from qualitygate.incidents.markdown.layout import Piece
from qualitygate.incidents.markdown.parsing import Layout
from qualitygate.incidents.markdown.writing import SEPARATOR

_ITEM = re.compile(r"\s*(?:[-+*]|\d+[.)])\s")


class Edit(NamedTuple):
    """Lines in the place of those from `start` to before `end`; an insertion where both are the same.

    Attributes:
        apart: Whether blank lines have to stand around them.
    """

    start: int
    end: int
    lines: Sequence[str]
    apart: bool = False


class Item(NamedTuple):
    """Something to be said, and the lines that say it."""

    value: object
    lines: Sequence[str]

    def instead_of(self, piece: Piece) -> Edit:
        """These lines in the place of others; what in those is none of ours is kept below them."""
        lines = list(self.lines)
        if piece.rest:
            # Below a label that stands alone every sub-item is a cause or a why: what is neither goes deeper.
            nested = len(lines) > 1 and lines[0].rstrip().endswith((":", "："))
            rest = [f"    {line}" if nested and line else line for line in piece.rest.split("\n")]
            lines += [*([] if _ITEM.match(piece.rest) else [""]), *rest]
        return Edit(piece.start, piece.end, lines)


def splice(
    pieces: Sequence[Piece], wanted: Sequence[Item], begin: int, *, fresh: bool = False, apart: bool = False
) -> list[Edit]:
    """What has to be done so that a list says what is wanted. Items that say it already are left alone.

    Args:
        pieces: What is there, in order.
        wanted: What shall be there.
        begin: Where the first item goes if there is none.
        fresh: Write every item anew.
        apart: Whether blank lines have to stand between items.
    """
    old = [None if fresh else _key(piece.value) for piece in pieces]
    new = [_key(item.value) for item in wanted]
    edits: list[Edit] = []
    for what, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        both = min(i_end - i, j_end - j)
        while both and any(_other(pieces[i + n].value, wanted[j + n].value) for n in range(both)):
            both -= 1
        edits += [wanted[j + n].instead_of(pieces[i + n]) for n in range(both)]
        edits += [Edit(piece.start, piece.end, []) for piece in pieces[i + both : i_end]]
        lines = [line for item in wanted[j + both : j_end] for line in (*([""] if apart else []), *item.lines)]
        if lines:
            at = pieces[i + both - 1].end if i + both else begin
            edits.append(Edit(at, at, lines[1:] if apart else lines))
    return [edit._replace(apart=apart and bool(edit.lines)) for edit in edits]


def _other(old: object, new: object) -> bool:
    """Whether two items are of different kinds, so that neither can stand for the other."""
    return getattr(old, "name", None) != getattr(new, "name", None)


def _key(value: object) -> str:
    return repr(value)


def written(layout: Layout, edits: Sequence[Edit]) -> str:
    """The file after some edits, which do not overlap."""
    source = layout.source
    newline = source.newline
    ours = _ours(layout)
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        parts += source.lines[at : edit.start]
        at = edit.end
        if not edit.lines:
            continue
        if parts and not parts[-1].endswith(("\n", "\r")):
            parts[-1] += newline
        inserted = edit.start == edit.end
        if parts and parts[-1].strip() and (edit.apart or (inserted and edit.start - 1 not in ours)):
            parts.append(newline)
        parts += [line + newline for one in edit.lines for line in one.split("\n")]
        follows = at < len(source.lines) and not source.is_blank(at)
        if follows and (edit.apart or (inserted and at not in ours)):
            # What is indented would belong to the list above it.
            parts += [newline, SEPARATOR + newline] if source.line(at)[:1].isspace() else [newline]
    return source.bom + "".join([*parts, *source.lines[at:]])


def _ours(layout: Layout) -> set[int]:
    """Lines that new items may stand beside without a blank one: headings, and items that were read."""
    lines = {number for block in layout.headings.values() for number in range(block.start, block.end)}
    if layout.table is not None:
        lines |= set(range(layout.table.start, layout.table.end))
    for piece in layout.pieces:
        # Sentences about what the gate measured are paragraphs: an item right above would take them in.
        apart = piece.slot == "shown" and not _ITEM.match(layout.source.line(piece.start))
        if not piece.slot.startswith("foreign") and not apart:
            lines |= set(range(piece.start, piece.end))
    return lines
