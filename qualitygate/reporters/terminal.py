"""Styled text rendered to a string: colours only when asked for, and no line broken inside a word or path."""

from __future__ import annotations

import io
import textwrap

from qualitygate.reporters.printable import one_line

LABEL = 12
# Parameters of "select graphic rendition", ECMA-48, that every terminal knows.
_CODES = {
    "bold": "1",
    "dim": "2",
    "underline": "4",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
}


class Page:
    """Lines of styled text.

    A style is words with a blank between them: `bold`, `dim`, `underline`, `red`, `green`, `yellow`, `magenta`, `cyan`.

    Args:
        colour: Whether the string may contain ANSI escape sequences.
        width: Columns to wrap sentences at. Words and paths longer than that stay whole.
    """

    def __init__(self, *, colour: bool, width: int) -> None:
        self._width = max(width, 40)
        self._buffer = io.StringIO()
        self._colour = colour

    def line(self, *parts: str | tuple[str, str]) -> None:
        """One line of plain strings and `(string, style)` pairs, never wrapped."""
        left = [(one_line(part), "") if isinstance(part, str) else (one_line(part[0]), part[1]) for part in parts]
        while left and not left[-1][0].rstrip():
            left.pop()
        if left:
            left[-1] = (left[-1][0].rstrip(), left[-1][1])
        self._buffer.write("".join(self._styled(text, style) for text, style in left) + "\n")

    def row(self, label: str, value: str | None, style: str = "", *, wrap: bool = False) -> None:
        """An indented line `label  value`; nothing where there is no value. Sentences wrap, paths do not."""
        if not value:
            return
        room = max(self._width - LABEL - 2, 20)
        value = one_line(value)
        pieces = textwrap.wrap(value, room, break_long_words=False, break_on_hyphens=False) if wrap else [value]
        for index, piece in enumerate(pieces or [""]):
            head = label if index == 0 else ""
            self.line("  ", (f"{head:<{LABEL}}", "dim"), (piece, style))

    def sentence(self, text: str, style: str = "", indent: int = 0) -> None:
        """A sentence, wrapped between words."""
        pad = " " * indent
        room = max(self._width - indent, 20)
        for piece in textwrap.wrap(one_line(text), room, break_long_words=False, break_on_hyphens=False):
            self.line(pad, (piece, style))

    def gap(self) -> None:
        """An empty line."""
        self._buffer.write("\n")

    @property
    def text(self) -> str:
        """Everything written so far."""
        return self._buffer.getvalue()

    def _styled(self, text: str, style: str) -> str:
        if not (self._colour and text and style):
            return text
        return f"\x1b[{';'.join(_CODES[word] for word in style.split())}m{text}\x1b[0m"
