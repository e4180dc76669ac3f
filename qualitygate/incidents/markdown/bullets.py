"""Items of lists: their first paragraph, their sub-items, and what in them is none of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualitygate.incidents.markdown.layout import Reader
from qualitygate.incidents.markdown.outline import Block

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_INDENT = re.compile(r"[ \t]*")
LISTS = ("bullet_list", "ordered_list")


@dataclass(slots=True)
class Bullet:
    """One item of a list.

    Attributes:
        start: Its first line, counted from 0.
        end: The line after its last one.
        raw: Markdown of its first paragraph, which may go over several lines; nothing if it begins with another block.
        subs: Its sub-items; whoever reads one takes it out.
        strange: First and last line of blocks in it that are no sub-items.
        deep: The same of what is left of a sub-item that was read.
    """

    start: int
    end: int
    raw: str
    subs: list[Bullet]
    strange: list[tuple[int, int]]
    deep: list[tuple[int, int]]

    def take(self, sub: Bullet) -> None:
        """Take out a sub-item that was read; what is left of it stays."""
        self.subs.remove(sub)
        self.deep += [*sub.strange, *((one.start, one.end) for one in sub.subs)]

    def rest_of(self, reader: Reader) -> str:
        """What of the item nobody has read, to be kept in the Markdown; it is no part of the record."""
        left = sorted([*self.strange, *((sub.start, sub.end) for sub in self.subs)])
        if left or self.deep:
            first = min(start for start, _ in (*left, *self.deep))
            reader.notes.append(
                f"{reader.source.where}:{first + 1}: is kept in the Markdown, but is no part of the record"
            )
        # What is left of a sub-item follows the last of them directly, deep enough for `10. `.
        texts = [_indented(reader.source.text(*reader.source.trimmed(*one)), 6) for one in sorted(self.deep)]
        texts += [_indented(reader.source.text(*reader.source.trimmed(*one)), 2) for one in left]
        return "\n\n".join(texts)


def bullets_of(reader: Reader, block: Block) -> Iterator[Bullet]:
    """The items of a list at the top level."""
    if block.node is not None:
        for item in block.node.children:
            yield _bullet(reader, item)


def _bullet(reader: Reader, item: SyntaxTreeNode) -> Bullet:
    start, end = reader.source.trimmed(*(item.map or (0, 0)))
    bullet = Bullet(start, max(end, start + 1), "", [], [], [])
    for number, child in enumerate(item.children):
        if number == 0 and child.type == "paragraph":
            bullet.raw = child.children[0].content if child.children else ""
        elif child.type in LISTS:
            bullet.subs += [_bullet(reader, sub) for sub in child.children]
        elif child.map is not None:
            bullet.strange.append(reader.source.trimmed(*child.map))
    return bullet


def _indented(text: str, by: int) -> str:
    """The same lines, the first of them indented by so many spaces and the others with it."""
    lines = [_INDENT.sub(lambda tabs: tabs[0].expandtabs(4), line, count=1) for line in text.split("\n")]
    margin = len(lines[0]) - len(lines[0].lstrip(" "))
    # A line further out, which a paragraph may go on with, has less to lose.
    cut = [line[min(margin, len(line) - len(line.lstrip(" "))) :] for line in lines]
    return "\n".join(f"{' ' * by}{line}" if line.strip() else "" for line in cut)
