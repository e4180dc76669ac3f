"""`.csp` of Rising Sun's cineSpace: three preluts, then a 1D or 3D table whose red changes fastest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qualitygate.core.lut import Array, Chain, Curves, Lut1D, Lut3D, unit_domain
from qualitygate.luts import portability
from qualitygate.luts.finding import Refusal, Remark, quote
from qualitygate.luts.lines import Line, content
from qualitygate.luts.number import integer, real, spans
from qualitygate.luts.result import Parsed
from qualitygate.luts.table import Shape, read_rows

_MAGIC = b"CSPLUTV100"
_LONGEST = {b"1D": 1 << 20, b"3D": 256}
_MOST_POINTS = 1 << 12
_BEGIN, _END = b"BEGIN METADATA", b"END METADATA"


def peek(head: bytes) -> tuple[int, int]:
    """Rows and columns the header promises; reads no row.

    Raises:
        Refusal: QG-162x, QG-163x.
    """
    sizes, _, _ = _header(head)
    return int(np.prod(sizes)), 3


def parse(data: bytes) -> Parsed:
    """Read a `.csp` file; preluts are taken as linear between their points.

    Preluts of two points that map onto 0 to 1 only say the domain of the table, and become that.

    Raises:
        Refusal: QG-162x, QG-163x.
    """
    sizes, prelut, last = _header(data)
    rows = read_rows(data, last.end, len(data), last.number + 1, Shape(3, int(np.prod(sizes))))
    plain = all(len(o) == 2 and o[0] == 0.0 and o[1] == 1.0 for o in prelut.outputs)
    domain = np.array(prelut.inputs).T.copy() if plain else unit_domain()
    table: Lut1D | Lut3D
    if len(sizes) == 1:
        table = Lut1D(rows, domain)
    else:
        red, green, blue = sizes
        table = Lut3D(rows.reshape(blue, green, red, 3).transpose(2, 1, 0, 3), domain)
    return Parsed(table if plain else Chain((prelut, table)), "csp", tuple(_notes(data, sizes)))


def _header(data: bytes) -> tuple[list[int], Curves, Line]:
    """Size along each axis, the preluts, and the line that gives the size."""
    lines = content(data, comment=b"")
    first = _next(lines, "the first line", 1)
    if first.text != _MAGIC:
        raise Refusal("QG-1625", quote(first.text), f"{_MAGIC.decode()} in the first line", first.number)
    kind = _next(lines, "the kind of table", first.number)
    if kind.text not in _LONGEST:
        raise Refusal("QG-1625", quote(kind.text), "1D or 3D", kind.number)
    line = _next(lines, "the preluts", kind.number)
    if line.text == _BEGIN:
        begin = line
        while line.text != _END:
            line = _next(lines, "END METADATA", begin.number)
        line = _next(lines, "the preluts", line.number)
    inputs, outputs = [], []
    for channel in ("red", "green", "blue"):
        given, out, line = _prelut(lines, line, channel)
        inputs.append(given)
        outputs.append(out)
    return _sizes(line, kind.text), Curves(tuple(inputs), tuple(outputs)), line  # type: ignore[arg-type]


def _prelut(lines: Iterator[Line], line: Line, channel: str) -> tuple[Array, Array, Line]:
    """Inputs and outputs of one channel, and the line after them."""
    if len(line.tokens) != 1:
        found = f"{len(line.tokens)} values instead of the number of points of the {channel} prelut"
        raise Refusal("QG-1622", found, "one integer", line.number)
    points = integer(line.tokens[0], line.number)
    if not 2 <= points <= _MOST_POINTS:
        raise Refusal("QG-1623", f"a prelut of {points} points", f"2 to {_MOST_POINTS:,}", line.number)
    given = _points(_next(lines, f"the {channel} prelut", line.number), points)
    where = line.number
    if not all(map(spans, given[:-1], given[1:])) or not spans(given[0], given[-1]):
        raise Refusal(
            "QG-1624", f"inputs of the {channel} prelut that do not increase", "increasing values in float32", where + 1
        )
    after = _next(lines, f"the {channel} prelut", line.number)
    out = _points(after, points)
    return given, out, _next(lines, "the size of the table", after.number)


def _points(line: Line, points: int) -> Array:
    if len(line.tokens) != points:
        raise Refusal("QG-1631", f"{len(line.tokens)} values in a prelut", f"{points}", line.number)
    return np.array([real(token, line.number) for token in line.tokens])


def _sizes(line: Line, kind: bytes) -> list[int]:
    axes = 1 if kind == b"1D" else 3
    if len(line.tokens) != axes:
        raise Refusal(
            "QG-1622", f"a size of {len(line.tokens)} values", f"{axes} for a {kind.decode()} table", line.number
        )
    sizes = [integer(token, line.number) for token in line.tokens]
    if not all(2 <= size <= _LONGEST[kind] for size in sizes):
        raise Refusal("QG-1623", f"the size {quote(line.text)}", f"2 to {_LONGEST[kind]:,}", line.number)
    return sizes


def _next(lines: Iterator[Line], what: str, last: int) -> Line:
    line = next(lines, None)
    if line is None:
        raise Refusal("QG-1633", f"the file ends before {what}", what, last)
    return line


def _notes(data: bytes, sizes: list[int]) -> Iterator[Remark]:
    if len(set(sizes)) > 1:
        yield portability.refuses("OpenColorIO", "a 3D table with axes of different size")
    if len(sizes) == 1 or len(set(sizes)) > 1:
        yield portability.refuses("ffmpeg", "a .csp file that holds no cube")
    if _BEGIN not in data:
        yield portability.refuses("colour-science", "a .csp file without metadata")
    if len(sizes) == 3 and max(sizes) > portability.OCIO_LARGEST:
        yield portability.refuses("OpenColorIO", f"a 3D table of more than {portability.OCIO_LARGEST} nodes")
