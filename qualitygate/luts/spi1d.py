"""`.spi1d` of Sony Pictures Imageworks: Version, From, Length, Components, then rows between braces."""

from __future__ import annotations

import numpy as np

from qualitygate.core.lut import Lut1D
from qualitygate.luts.finding import Refusal, quote
from qualitygate.luts.lines import Line, ascii_text, content
from qualitygate.luts.number import integer, real, spans
from qualitygate.luts.result import Parsed
from qualitygate.luts.table import Shape, read_rows

_VALUES = {b"Version": 1, b"From": 2, b"Length": 1, b"Components": 1}
_LONGEST = 1 << 20


def peek(head: bytes) -> tuple[int, int]:
    """Rows and columns the header promises; reads no row.

    Raises:
        Refusal: QG-1620 to QG-1628.
    """
    length, components, _, _ = _header(head)
    return length, components


def parse(data: bytes) -> Parsed:
    """Read a `.spi1d` file; one component stands for all three channels.

    Raises:
        Refusal: QG-162x, QG-163x, QG-1638 for anything after the closing brace.
    """
    length, components, domain, brace = _header(data)
    closing = data.find(b"}", brace.end)
    end = len(data) if closing < 0 else closing
    rows = read_rows(data, brace.end, end, brace.number + 1, Shape(components, length))
    last = brace.number + data.count(b"\n", brace.start, end)
    if closing < 0:
        raise Refusal("QG-1633", "the table has no end", "a closing brace after the last row", last)
    if data[max(data.rfind(b"\n", 0, closing), 0) : closing].strip(b" \t\r\n"):
        raise Refusal("QG-1638", "a closing brace behind a row", "it on a line of its own", last)
    for offset, raw in enumerate(data[closing + 1 :].split(b"\n")):
        text = raw.strip(b" \t\r")
        if text and (offset == 0 or not text.startswith(b"#")):
            raise Refusal("QG-1638", f"{quote(text)} after the closing brace", "the end of the file", last + offset)
    table = np.repeat(rows, 3, axis=1) if components == 1 else rows
    return Parsed(Lut1D(table, np.repeat(np.array(domain)[:, None], 3, axis=1)), "spi1d")


def _header(data: bytes) -> tuple[int, int, tuple[float, float], Line]:
    lines: dict[bytes, Line] = {}
    brace = None
    for line in content(data):
        if line.text == b"{":
            brace = line
            break
        keyword = ascii_text(line).split(None, 1)[0]
        if keyword not in _VALUES:
            expected = "Version, From, Length, Components or {"
            raise Refusal("QG-1620", quote(line.text), expected, line.number)
        if keyword in lines:
            found = f"{keyword.decode()} again, first in line {lines[keyword].number}"
            raise Refusal("QG-1621", found, "each keyword once", line.number)
        if len(line.tokens) != 1 + _VALUES[keyword]:
            found = f"{keyword.decode()} with {len(line.tokens) - 1} values"
            raise Refusal("QG-1622", found, str(_VALUES[keyword]), line.number)
        lines[keyword] = line
    if brace is None:
        raise Refusal("QG-1625", "no opening brace", "a line with { before the table", max(1, data.count(b"\n")))
    for keyword in _VALUES:
        if keyword not in lines:
            raise Refusal("QG-1625", f"no {keyword.decode()} before the table", keyword.decode(), brace.number)
    version = lines[b"Version"]
    if integer(version.tokens[1], version.number) != 1:
        raise Refusal("QG-1622", quote(version.text), "Version 1", version.number)
    given = lines[b"From"]
    low, high = (real(token, given.number) for token in given.tokens[1:])
    if not spans(low, high):
        raise Refusal("QG-1624", f"From {low:g} {high:g}", "first < second", given.number)
    length = _bounded(lines[b"Length"], 2, _LONGEST)
    components = _bounded(lines[b"Components"], 1, 3)
    if components == 2:
        # Readers fill the missing channel with zeros or refuse; no program is known to write it.
        raise Refusal("QG-1623", "Components 2", "1 or 3", lines[b"Components"].number)
    return length, components, (low, high), brace


def _bounded(line: Line, low: int, high: int) -> int:
    value = integer(line.tokens[1], line.number)
    if not low <= value <= high:
        raise Refusal("QG-1623", quote(line.text), f"{low:,} to {high:,}", line.number)
    return value
