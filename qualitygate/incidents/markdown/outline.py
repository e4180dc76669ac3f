"""The file as blocks: what CommonMark sees at the top level, and which of it each known section holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qualitygate.incidents.markdown import vocabulary
from qualitygate.incidents.markdown.source import Source

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

SECTIONS = ("context", "timeline", "root_cause", "actions", "lessons")
"""Keys of the known sections, in the order of the template."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the top level.

    Attributes:
        start: Its first line, counted from 0.
        end: The line after its last one.
        kind: What markdown-it calls it, such as `heading`, `bullet_list`, `table`; `text` for lines that are none of
            its blocks, such as link definitions.
        level: 1 to 6 for a heading, else 0.
        content: The raw text of a heading.
        node: The block itself; None for `text`.
    """

    start: int
    end: int
    kind: str
    level: int = 0
    content: str = ""
    node: SyntaxTreeNode | None = None


@dataclass(slots=True)
class Part:
    """A known section, or what stands before the first one (`title`).

    Attributes:
        name: `title` or one of `SECTIONS`.
        heading: Its heading; None for `title`.
        blocks: What it holds, foreign sections aside.
        foreign: First line, line after the last, and level of each foreign section within or after it.
    """

    name: str
    heading: Block | None
    blocks: list[Block] = field(default_factory=list)
    foreign: list[tuple[int, int, int]] = field(default_factory=list)


def blocks_of(source: Source) -> list[Block]:
    """The blocks of the top level, in order; together they cover every line that is not blank."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    # Only the blocks are wanted; what stands within a line is read by `inline`.
    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
    # A file may end within a line of spaces; markdown-it wants every line to end.
    tokens = parser.parse("".join(f"{source.line(number)}\n" for number in range(len(source.lines))))
    found: list[Block] = []
    at = 0
    for node in SyntaxTreeNode(tokens).children:
        if node.map is None:
            continue
        start, end = source.trimmed(*node.map)
        found += _uncovered(source, at, start)
        level = int(node.tag[1]) if node.type == "heading" else 0
        content = node.children[0].content if node.type == "heading" and node.children else ""
        found.append(Block(start, end, node.type, level, content, node))
        at = end
    return found + list(_uncovered(source, at, len(source.lines)))


def _uncovered(source: Source, start: int, end: int) -> Iterator[Block]:
    start, end = source.trimmed(start, end)
    if start < end:
        yield Block(start, end, "text")


def parts_of(source: Source, blocks: list[Block]) -> list[Part]:
    """The known sections in the order of the file, after the part `title`.

    Raises:
        ConfigError: QG-1753, a known section is missing, or there twice.
    """
    parts = [Part("title", None)]
    at = 0
    while at < len(blocks):
        block = blocks[at]
        name = _section(block)
        if name is not None:
            earlier = next((part for part in parts if part.name == name), None)
            if earlier is not None and earlier.heading is not None:
                found = f"a second section {block.content!r}, the first is on line {earlier.heading.start + 1}"
                raise source.broken(block.start, found, "join the two under one heading", "QG-1753")
            parts.append(Part(name, block))
        elif _is_foreign_heading(block, parts[-1].name):
            end = at + 1
            while end < len(blocks) and not _ends(blocks[end], block.level):
                end += 1
            parts[-1].foreign.append((block.start, blocks[end - 1].end, block.level))
            at = end
            continue
        else:
            parts[-1].blocks.append(block)
        at += 1
    _check_complete(source, parts, blocks)
    return parts


def rank(text: str) -> int:
    """Where the text of a foreign section belongs: 0 has no heading, 1 one below level 2, 2 another."""
    blocks = blocks_of(Source("", "", tuple(f"{line}\n" for line in text.split("\n"))))
    level = blocks[0].level if blocks else 0
    return 0 if level == 0 else 1 if level > 2 else 2


def is_title(block: Block) -> bool:
    """Whether a block is the heading that names an incident."""
    return block.level == 1 and "pm-" in vocabulary.key(block.content)


def is_gate(block: Block) -> bool:
    """Whether a block is the heading of what the gate measured."""
    return block.level >= 3 and vocabulary.find("section", block.content) == "gate"


def _section(block: Block) -> str | None:
    name = vocabulary.find("section", block.content.strip("*_: ：")) if block.level == 2 else None
    return name if name in SECTIONS else None


def _is_foreign_heading(block: Block, part: str) -> bool:
    return block.level > 0 and not is_title(block) and not (part == "root_cause" and is_gate(block))


def _ends(block: Block, level: int) -> bool:
    """Whether a block ends a foreign section that began with a heading of a level."""
    return is_title(block) or _section(block) is not None or 0 < block.level <= level


def _check_complete(source: Source, parts: list[Part], blocks: list[Block]) -> None:
    there = {part.name for part in parts}
    missing = next((name for name in SECTIONS if name not in there), None)
    if missing is None:
        return
    spellings = vocabulary.spellings("section", missing)
    right = f"write '## {spellings[0]}', even with nothing below it"
    near = next((block for block in blocks if vocabulary.find("section", block.content) == missing), None)
    if near is not None:
        found = f"{source.line(near.start)!r} is a heading of level {near.level}, so that section is missing"
        raise source.broken(near.start, found, right, "QG-1753")
    fence = next((block for block in blocks if block.kind == "fence" and block.end == len(source.lines)), None)
    if fence is not None and any(f"## {word}" in source.text(fence.start, fence.end) for word in spellings):
        found = "this code block is never closed and swallows the sections below it"
        raise source.broken(fence.start, found, "end it with ``` on a line of its own", "QG-1753")
    last = max(len(source.lines) - 1, 0)
    raise source.broken(last, f"the section '## {spellings[0]}' is missing", right, "QG-1753")
