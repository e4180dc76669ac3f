"""Styled text rendered to a string: colours only when asked for, and no line broken inside a word or path."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING

from qualitygate.reporters.printable import one_line

if TYPE_CHECKING:
    from rich.console import Console

LABEL = 12


class Page:
    """Lines of styled text.

    Args:
        colour: Whether the string may contain ANSI escape sequences.
        width: Columns to wrap sentences at. Words and paths longer than that stay whole.
    """

    def __init__(self, *, colour: bool, width: int) -> None:
        self._width = max(width, 40)
        self._buffer = io.StringIO()
        self._console = _console(self._buffer, self._width) if colour else None

    def line(self, *parts: str | tuple[str, str]) -> None:
        """One line of plain strings and `(string, style)` pairs, never wrapped."""
        safe = [one_line(part) if isinstance(part, str) else (one_line(part[0]), part[1]) for part in parts]
        if self._console is None:
            self._buffer.write("".join(part if isinstance(part, str) else part[0] for part in safe).rstrip() + "\n")
            return
        from rich.text import Text

        text = Text.assemble(*safe)
        text.rstrip()
        self._console.print(text, soft_wrap=True)

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


def _console(buffer: io.StringIO, width: int) -> Console:
    """What turns styles into escape sequences. Loaded for colours only: logs have none, and rich has its weight."""
    from rich.console import Console

    # An empty environment: what is rendered depends on the arguments alone.
    return Console(
        file=buffer,
        force_terminal=True,
        color_system="standard",
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
