"""`.3dl` of Discreet, Autodesk Flame and Lustre: integer code values, blue fastest.

A file may begin with `3DMESH` and `Mesh n m`: 2^n + 1 nodes per axis, m bits of output. A row of more than three
integers gives the input code value of each node. Flame ends with `LUT8` and `gamma g`, which say how to display it.
Where no bit depth is declared it follows from the largest value, by the rule of OpenColorIO: the smallest of 8, 10,
12, 14 and 16 bits whose full range, doubled, holds it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array, Chain, Curves, Lut3D, unit_domain
from qualitygate.luts import portability
from qualitygate.luts.finding import Refusal, Remark, quote
from qualitygate.luts.lines import Line, content
from qualitygate.luts.number import integer
from qualitygate.luts.result import Parsed
from qualitygate.luts.table import Shape, line_of_row, read_rows

_TRAILER = re.compile(rb"^[ \t]*(?=[A-Za-z])", re.M)
_END_WORDS = re.compile(rb"(LUT8|LUT10|gamma[ \t]+\d+(\.\d*)?)")
_LARGEST = 256
_DEPTHS: tuple[int, ...] = (8, 10, 12, 14, 16)


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the table.

    Attributes:
        mesh: `Mesh n m` as (n, m).
        inputs: Input code values of the nodes.
        inputs_line: Line of the inputs.
        size: Nodes per axis, None where neither is given.
        first: First row.
    """

    mesh: tuple[int, int] | None
    inputs: Array | None
    inputs_line: int
    size: int | None
    first: Line


def peek(head: bytes) -> tuple[int, int]:
    """Rows and columns the header promises, nothing where it gives no size; reads no row.

    Raises:
        Refusal: QG-162x, QG-163x.
    """
    size = _header(head).size
    return (0, 0) if size is None else (size**3, 3)


def parse(data: bytes) -> Parsed:
    """Read a `.3dl` file.

    Raises:
        Refusal: QG-162x, QG-163x; QG-1637 for a value below 0 or beyond the declared bit depth.
    """
    header = _header(data)
    start, line = header.first.start, header.first.number
    end = _end(data, start, line)
    size = header.size or _size_by_rows(data, start, end, line)
    rows = read_rows(data, start, end, line, Shape(3, size**3, integers=3))
    bits, remarks = _depth(header, rows)
    wrong = np.flatnonzero((rows < 0).any(axis=1) | (rows > 2**bits * 2 - 1).any(axis=1))
    if header.mesh is not None:
        wrong = np.flatnonzero((rows < 0).any(axis=1) | (rows > 2**bits - 1).any(axis=1))
    if len(wrong):
        at = line_of_row(data, start, line, int(wrong[0]))
        raise Refusal("QG-1637", "a code value out of range", f"0 to {2**bits - 1:,} with {bits} bits", at)
    table = rows.reshape(size, size, size, 3) / (2**bits - 1)
    cube = Lut3D(table, unit_domain())
    shaper = _shaper(header, size)
    if header.mesh is not None:
        remarks.append(portability.refuses("ffmpeg", "a .3dl file with 3DMESH"))
    return Parsed(cube if shaper is None else Chain((shaper, cube)), "3dl", tuple(remarks))


def _header(data: bytes) -> Header:
    mesh = inputs = None
    inputs_line = 0
    announced = 0
    for line in content(data):
        tokens = line.tokens
        if tokens == [b"3DMESH"] and not announced:
            announced = line.number
        elif tokens[0] == b"Mesh" and announced and mesh is None:
            mesh = _mesh(line)
        elif tokens[0][:1].isalpha() or tokens[0][:1] in (b"<", b"_"):
            raise Refusal("QG-1620", quote(line.text), "3DMESH, Mesh n m, or code values", line.number)
        elif len(tokens) > 3 and inputs is None:
            inputs, inputs_line = _inputs(line), line.number
        else:
            return _consistent(mesh, announced, inputs, inputs_line, line)
    raise Refusal("QG-1633", "no row of a table", "rows of three code values", max(1, data.count(b"\n")))


def _mesh(line: Line) -> tuple[int, int]:
    values = [integer(token, line.number) for token in line.tokens[1:]]
    if len(values) != 2 or not (2 <= values[0] <= 7 and 8 <= values[1] <= 16):
        raise Refusal("QG-1622", quote(line.text), "Mesh n m with n from 2 to 7 and m from 8 to 16", line.number)
    return values[0], values[1]


def _inputs(line: Line) -> Array:
    if len(line.tokens) > _LARGEST + 1:
        raise Refusal("QG-1623", f"{len(line.tokens)} inputs", f"at most {_LARGEST + 1}", line.number)
    values = np.array([integer(token, line.number) for token in line.tokens], np.float64)
    if not (np.diff(values) > 0).all() or values[0] < 0:
        raise Refusal("QG-1624", "inputs that do not increase from 0", "increasing code values", line.number)
    return values


def _consistent(
    mesh: tuple[int, int] | None, announced: int, inputs: Array | None, inputs_line: int, first: Line
) -> Header:
    if announced and mesh is None:
        raise Refusal("QG-1625", "3DMESH without Mesh", "Mesh n m after it", announced)
    size = None if inputs is None else len(inputs)
    if mesh is not None:
        nodes = 2 ** mesh[0] + 1
        if size is not None and size != nodes:
            raise Refusal("QG-1627", f"{size} inputs after Mesh {mesh[0]}", f"{nodes} inputs", inputs_line)
        size = nodes
    if size is None and len(first.tokens) != 3:
        raise Refusal("QG-1631", f"a row of {len(first.tokens)} values", "3 values, or the inputs", first.number)
    return Header(mesh, inputs, inputs_line, size, first)


def _end(data: bytes, start: int, line: int) -> int:
    """Offset of the words at the end, or of the end."""
    found = _TRAILER.search(data, start)
    if found is None:
        return len(data)
    number = line + data.count(b"\n", start, found.start())
    if len(data) - found.start() > 4096:
        bad = data[found.end() : found.end() + 64].split(b"\n")[0]
        raise Refusal("QG-1630", f"{quote(bad)} in the table", "code values", number)
    for offset, raw in enumerate(data[found.start() :].split(b"\n")):
        text = raw.strip(b" \t\r")
        if text and not text.startswith(b"#") and not _END_WORDS.fullmatch(text):
            raise Refusal("QG-1638", f"{quote(text)} after the table", "LUT8, gamma or the end", number + offset)
    return found.start()


def _size_by_rows(data: bytes, start: int, end: int, line: int) -> int:
    rows = sum(1 for raw in data[start:end].split(b"\n") if raw.strip(b" \t\r") and not raw.lstrip().startswith(b"#"))
    size: int = round(rows ** (1 / 3))
    if size**3 != rows or not 2 <= size <= _LARGEST:
        last = line + data[start:end].rstrip(b" \t\r\n").count(b"\n")
        raise Refusal("QG-1633", f"{rows:,} rows", "the cube of a size from 2 to 256", last)
    return size


def likely_bits(value: float) -> int:
    """Bit depth of an undeclared table by its largest value."""
    return next((bits for bits in _DEPTHS if value < (1 << bits) * 2), _DEPTHS[-1])


def _depth(header: Header, rows: Array) -> tuple[int, list[Remark]]:
    if header.mesh is not None:
        bits = header.mesh[1]
        guess = likely_bits(float(rows.max()))
        if guess != bits:
            found = f"not portable: OpenColorIO takes {guess} bits from the largest value {rows.max():.0f}"
            return bits, [Remark("QG-1651", Level.NOTE, found, f"{bits} bits as declared")]
        return bits, []
    bits = likely_bits(float(rows.max()))
    return bits, [Remark("QG-1653", Level.NOTE, f"no bit depth is declared; {bits} bits by the largest value")]


def _shaper(header: Header, size: int) -> Curves | None:
    """Curves from input code values to even steps; None where the inputs are even to one code value."""
    if header.inputs is None:
        return None
    even = np.linspace(0.0, 1.0, size)
    full = 2.0 ** likely_bits(float(header.inputs[-1])) - 1.0
    if np.abs(header.inputs - even * full).max() <= 1.0:
        return None
    given = header.inputs / full
    return Curves((given, given.copy(), given.copy()), (even, even.copy(), even.copy()))
