"""`.spi3d` of Sony Pictures Imageworks: every row names its node, so rows may come in any order, each node once."""

from __future__ import annotations

import numpy as np

from qualitygate.core.lut import Lut3D, unit_domain
from qualitygate.luts.finding import Refusal, quote
from qualitygate.luts.lines import Line, content
from qualitygate.luts.number import integer
from qualitygate.luts.result import Parsed
from qualitygate.luts.table import Shape, line_of_row, read_rows

_LARGEST = 256


def peek(head: bytes) -> tuple[int, int]:
    """Rows and columns the header promises; reads no row.

    Raises:
        Refusal: QG-1620, QG-1622, QG-1623, QG-1625.
    """
    return _header(head)[0] ** 3, 6


def parse(data: bytes) -> Parsed:
    """Read a `.spi3d` file: `SPILUT 1.0`, `3 3`, the size, then rows `r g b R G B`.

    Raises:
        Refusal: QG-162x, QG-163x; QG-1636 for an index out of range or a node given twice.
    """
    size, last = _header(data)
    rows = read_rows(data, last.end, len(data), last.number + 1, Shape(6, size**3, integers=3))
    index = rows[:, :3].astype(np.intp)
    outside = np.flatnonzero((index >= size).any(axis=1))
    if len(outside):
        line = line_of_row(data, last.end, last.number + 1, int(outside[0]))
        named = " ".join(str(i) for i in index[outside[0]])
        raise Refusal("QG-1636", f"the index {named}", f"0 to {size - 1} in each channel", line)
    flat = (index[:, 0] * size + index[:, 1]) * size + index[:, 2]
    order = np.argsort(flat, kind="stable")
    again = np.flatnonzero(np.diff(flat[order]) == 0)
    if len(again):
        row = int(order[again + 1].min())
        named = " ".join(str(i) for i in index[row])
        line = line_of_row(data, last.end, last.number + 1, row)
        raise Refusal("QG-1636", f"the node {named} for the second time", "each node once", line)
    table = np.empty((size**3, 3))
    table[flat] = rows[:, 3:]
    return Parsed(Lut3D(table.reshape(size, size, size, 3), unit_domain()), "spi3d")


def _header(data: bytes) -> tuple[int, Line]:
    """Size of the cube, and the line that gives it."""
    lines: list[Line] = []
    for line in content(data):
        lines.append(line)
        if len(lines) == 3:
            break
    if not lines or lines[0].tokens != [b"SPILUT", b"1.0"]:
        found = quote(lines[0].text) if lines else "no header"
        raise Refusal("QG-1625", found, "SPILUT 1.0 in the first line", lines[0].number if lines else 1)
    if len(lines) < 3:
        raise Refusal("QG-1625", "the header ends early", "SPILUT 1.0, 3 3 and the size", lines[-1].number)
    if lines[1].tokens != [b"3", b"3"]:
        raise Refusal("QG-1622", quote(lines[1].text), "3 3: three channels in and out", lines[1].number)
    tokens, number = lines[2].tokens, lines[2].number
    if len(tokens) != 3:
        raise Refusal("QG-1622", f"a size of {len(tokens)} values", "three integers", number)
    sizes = {integer(token, number) for token in tokens}
    size = sizes.pop()
    if sizes or not 2 <= size <= _LARGEST:
        raise Refusal("QG-1623", f"the size {quote(lines[2].text)}", f"three times the same, 2 to {_LARGEST}", number)
    return size, lines[2]
