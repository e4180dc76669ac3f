"""Text within a line of Markdown: written so that it shows exactly itself, and read back.

Texts of the record are plain. What a person marks up stands in them as it was typed (`**bold**`, `` `code` ``, links);
only backslash escapes are resolved, except within code spans, where CommonMark knows none.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from collections.abc import Iterator

from qualitygate.incidents.text import escape, one_line

_URL = re.compile(r"https?://[^\s<>]+")
_PUNCTUATION = frozenset(string.punctuation)
_BLOCK_START = re.compile(r"(?:[-+=](?=\s|$|[-+=])|(?P<number>\d{1,9})(?=[.)](?:\s|$)))")
_TICKS = re.compile("`+")
_HARD_BREAK = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")
_LINK = re.compile(r"\[[^\[\]]*\]\(\s*<?([^\s<>()]+)>?\s*\)")
SEPARATORS = ",，、"
"""What separates the entries of a list within one line."""


def shown(text: str) -> str:
    """Text after a label or a box, where no block can begin."""
    return escape(text)


def shown_first(text: str) -> str:
    """Text at the beginning of a list item, where `- x`, `1. x` or `===` would begin a block."""
    escaped = escape(text)
    match = _BLOCK_START.match(escaped)
    if match is None:
        return escaped
    at = match.end("number") if match["number"] else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def shown_entry(text: str) -> str:
    """Text as an entry of a list with commas."""
    return escape(text).replace(",", "\\,")


def address(text: str) -> str:
    """An address as a link, any other text as itself."""
    return f"<{text}>" if _URL.fullmatch(text) else escape(text)


def read(raw: str) -> str:
    """The text that a piece of Markdown says, in one line."""
    return one_line(joined(unescaped(_HARD_BREAK.sub(r"\1\n", raw))))


def read_address(raw: str) -> str:
    """The address in `<https://…>` or `[text](https://…)`; any other text as `read` gives it."""
    stripped = raw.strip()
    if stripped.startswith("<") and stripped.endswith(">") and _URL.fullmatch(stripped[1:-1]):
        return stripped[1:-1]
    link = _LINK.fullmatch(stripped)
    return link[1] if link else read(raw)


def joined(raw: str) -> str:
    """Lines of one paragraph as one line."""
    return " ".join(line.strip(" \t") for line in raw.split("\n"))


def unescaped(raw: str) -> str:
    """The text with its backslash escapes resolved."""
    return "".join(part[1] if escape_ else part for part, escape_ in _parts(raw))


def position(raw: str, wanted: str) -> int:
    """Where the first of some characters stands that is neither escaped nor in a code span; -1 if none does."""
    at = 0
    for part, _ in _parts(raw):
        if len(part) == 1 and part in wanted:
            return at
        at += len(part)
    return -1


def entries(raw: str) -> list[str]:
    """The entries of a list with commas, as they stand there. A comma between two digits separates nothing."""
    found, begun, at = [], 0, 0
    for part, _ in _parts(raw):
        inner = raw[at - 1 : at].isdigit() and raw[at + 1 : at + 2].isdigit() and part == ","
        if len(part) == 1 and part in SEPARATORS and not inner:
            found.append(raw[begun:at])
            begun = at + 1
        at += len(part)
    return [entry.strip() for entry in (*found, raw[begun:]) if entry.strip()]


def _parts(raw: str) -> Iterator[tuple[str, bool]]:
    """The text cut into code spans, escapes (marked True), runs of ticks that nothing closes, and single characters."""
    runs = [match.span() for match in _TICKS.finditer(raw)]
    by_length: dict[int, list[int]] = {}
    for start, end in runs:
        by_length.setdefault(end - start, []).append(start)
    at = 0
    while at < len(raw):
        end = at + 1
        if raw[at] == "\\" and raw[at + 1 : at + 2] in _PUNCTUATION and end < len(raw):
            yield raw[at : at + 2], True
            at += 2
            continue
        if raw[at] == "`":
            while raw[end : end + 1] == "`":
                end += 1
            length = end - at
            alike = by_length.get(length, [])
            closing = bisect_left(alike, end)
            if closing < len(alike):
                end = alike[closing] + length
        yield raw[at:end], False
        at = end
