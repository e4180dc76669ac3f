"""Sections that are none of ours, in place: what is wanted is put in, what is no longer wanted goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from qualitygate.incidents.markdown.layout import Piece
from qualitygate.incidents.markdown.outline import SECTIONS, rank
from qualitygate.incidents.markdown.parsing import Layout
from qualitygate.incidents.markdown.splicing import Edit, Item, splice
from qualitygate.incidents.markdown.writing import SEPARATOR
from qualitygate.incidents.narrative import Section


class Foreign:
    """The foreign sections of a file."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def edits(self, wanted: Sequence[Section]) -> list[Edit]:
        """What has to be done so that these are the foreign sections."""
        edits: list[Edit] = []
        if tuple(wanted) == self._layout.parsed.document.sections:
            return edits
        for name in ("title", *SECTIONS):
            here = self._layout.of(f"foreign.{name}")
            end = self._end(name)
            for level in (0, 1, 2):
                pieces = [piece for piece in here if rank(cast(Section, piece.value).text) == level]
                items = [
                    Item(section, _lines(section.text))
                    for section in wanted
                    if section.after == name and rank(section.text) == level
                ]
                edits += splice(pieces, items, end, apart=True)
                end = max([end, *(piece.end for piece in pieces)])
        return edits

    def _end(self, name: str) -> int:
        """The line after what is ours in a section."""
        layout = self._layout
        starts = {one: block.start for one, block in layout.headings.items()}
        heading: Piece = layout.of("heading")[0]
        begin = heading.start if name == "title" else starts[name]
        after = min((start for start in starts.values() if start > begin), default=len(layout.source.lines))
        ends = [heading.end if name == "title" else layout.headings[name].end]
        if name == "timeline" and layout.table is not None:
            ends.append(layout.table.end)
        for piece in layout.pieces:
            if begin <= piece.start < after and not piece.slot.startswith("foreign"):
                ends.append(piece.end)
        return max(ends)


def _lines(text: str) -> list[str]:
    return [*([SEPARATOR] if text[:1].isspace() else []), *text.split("\n")]
