"""A bounded walk over the lines before the table. Nothing here allocates more than a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qualitygate.luts.finding import Refusal, quote

MAX_HEADER = 1 << 19
MAX_HEADER_LINES = 1 << 13
_MAX_LINE_READ = 1 << 17
MAX_LINE = 250
"""Longest line in bytes without its end, by the Adobe Cube LUT Specification 1.0; some readers split longer ones."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        number: From 1.
        start: Offset of its first byte.
        end: Offset behind its newline, or of the end of the data.
        text: Without its newline and without blanks around it.
    """

    number: int
    start: int
    end: int
    text: bytes

    @property
    def tokens(self) -> list[bytes]:
        """What stands between blanks."""
        return self.text.split()


def walk(data: bytes, *, max_line: int | None = None) -> Iterator[Line]:
    """Every line from the beginning, up to the limit of a header.

    Raises:
        Refusal: QG-1611 for line ends of the classic Mac OS, QG-1612 for a line over `max_line`, QG-1628 when a
            limit of a header is passed.
    """
    start = 0
    number = 1
    while start < len(data):
        if start > MAX_HEADER:
            raise Refusal("QG-1628", f"no table within the first {MAX_HEADER:,} bytes", "a shorter header", number)
        if number > MAX_HEADER_LINES:
            raise Refusal(
                "QG-1628", f"no table within the first {MAX_HEADER_LINES:,} lines", "a shorter header", number
            )
        newline = data.find(b"\n", start, start + _MAX_LINE_READ)
        end = newline + 1 if newline >= 0 else min(len(data), start + _MAX_LINE_READ)
        raw = data[start : newline if newline >= 0 else end]
        text = raw.removesuffix(b"\r") if newline >= 0 else raw
        if b"\r" in text:
            raise Refusal("QG-1611", "a carriage return without a line feed", "lines that end in LF or CR LF", number)
        if max_line is not None and len(text) > max_line:
            raise Refusal("QG-1612", f"a line of {len(text):,} bytes", f"at most {max_line}", number)
        yield Line(number, start, end, text.strip(b" \t"))
        start = end
        number += 1


def content(data: bytes, *, comment: bytes = b"#", max_line: int | None = None) -> Iterator[Line]:
    """Lines that are neither blank nor comments.

    Raises:
        Refusal: As `walk`.
    """
    for line in walk(data, max_line=max_line):
        if line.text and not (comment and line.text.startswith(comment)):
            yield line


def begins_row(text: bytes) -> bool:
    """Whether a line begins like a row of numbers."""
    return text[:1] in b"0123456789+-." and text != b""


def ascii_text(line: Line) -> bytes:
    """The line, refused where a keyword line holds other bytes than ASCII.

    Raises:
        Refusal: QG-1620.
    """
    if not line.text.isascii():
        raise Refusal("QG-1620", f"bytes other than ASCII in {quote(line.text)}", "a keyword in ASCII", line.number)
    return line.text
