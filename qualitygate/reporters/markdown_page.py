"""A Markdown page that never grows beyond a number of bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from qualitygate.reporters.markdown_text import table_row

_Entry = TypeVar("_Entry")


class MarkdownPage:
    """Parts of a page, in order; what no longer fits is counted.

    Args:
        max_bytes: What the page may have in UTF-8.
        max_rows: Rows that a table may have.
    """

    # Room for the sentence that counts what was left out.
    _RESERVE = 200

    def __init__(self, max_bytes: int, max_rows: int) -> None:
        self._parts: list[str] = []
        self._left = max_bytes
        self._max_rows = max_rows

    def add(self, text: str, *, reserve: int = 0) -> bool:
        """Add a part if it leaves `reserve` bytes; say whether it did."""
        size = len(text.encode("utf-8", "surrogatepass"))
        if size + reserve > self._left:
            return False
        self._left -= size
        self._parts.append(text)
        return True

    def table(
        self,
        title: str,
        header: tuple[str, ...],
        entries: Iterable[_Entry],
        cells: Callable[[_Entry], tuple[str, ...]],
        *,
        folded: bool = False,
        keep: int = 0,
    ) -> None:
        """A titled table, cut where the page or its rows end; a table without rows is left out.

        Args:
            title: Its heading, plain text.
            header: Heads of its columns.
            entries: One per row.
            cells: The cells of an entry, made safe.
            folded: Whether it is shown when its title is clicked only.
            keep: Bytes to leave for what follows.
        """
        rows = list(entries)
        opening = f"<details><summary>{title}</summary>\n\n" if folded else f"### {title}\n\n"
        closing = "\n</details>\n\n" if folded else "\n"
        head = opening + table_row(*header) + table_row(*("---" for _ in header))
        reserve = self._RESERVE + keep + len(closing)
        if not rows or not self.add(head, reserve=reserve):
            return
        shown = 0
        for entry in rows[: self._max_rows]:
            if not self.add(table_row(*cells(entry)), reserve=reserve):
                break
            shown += 1
        more = f"\n…and {len(rows) - shown:,} more (use `--format json`).\n" if shown < len(rows) else ""
        self.add(more + closing)

    @property
    def text(self) -> str:
        """The page so far."""
        return "".join(self._parts)
