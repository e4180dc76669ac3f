"""Rows in columns, a line each, the last column cut at the edge of the terminal.

rich's tables measure every cell for wrapping and take seconds for ten thousand rows; these take none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
from rich.cells import cell_len, set_cell_size

Style = Callable[[int, tuple[str, ...]], dict[str, Any]]
"""Column and row to what `click.style` takes."""


def lines(
    heading: tuple[str, ...], rows: Sequence[tuple[str, ...]], style: Style, *, width: int, coloured: bool
) -> Iterator[str]:
    """The heading and the rows as lines.

    Args:
        heading: Name of each column.
        rows: Cells, as many as columns. All but the last are short, and of letters one column wide.
        style: How a cell looks, where there are colours.
        width: Columns of the terminal.
        coloured: Whether there are colours.
    """
    last = len(heading) - 1
    widths = [max(len(line[column]) for line in (heading, *rows)) for column in range(last)]
    room = max(20, width - sum(widths) - 2 * last)
    for number, line in enumerate((heading, *rows)):
        parts = [text.ljust(wide) for text, wide in zip(line, widths, strict=False)]
        fits = 2 * len(line[last]) <= room or cell_len(line[last]) <= room  # no letter is wider than two columns
        parts.append(line[last] if fits else f"{set_cell_size(line[last], room - 1).rstrip()}…")
        if coloured:
            looks = ({"dim": True} if number == 0 else style(column, line) for column in range(len(line)))
            parts = [click.style(part, **look) if look else part for part, look in zip(parts, looks, strict=True)]
        yield "  ".join(parts)
