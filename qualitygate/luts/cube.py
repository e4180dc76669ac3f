"""`.cube`: Adobe Cube LUT Specification 1.0 (2013), first of Iridas, and the dialect of DaVinci Resolve.

Keywords are upper case, in any order, each at most once and all before the first row. Red changes fastest. Adobe's
dialect has one table and `DOMAIN_MIN`, `DOMAIN_MAX`. Resolve's has `LUT_1D_INPUT_RANGE`, `LUT_3D_INPUT_RANGE` and may
have both tables, the 1D one first: a shaper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array, Chain, Lut, Lut1D, Lut3D, unit_domain
from qualitygate.luts import portability
from qualitygate.luts.finding import Refusal, Remark, quote
from qualitygate.luts.lines import MAX_LINE, Line, ascii_text, begins_row, walk
from qualitygate.luts.number import integer, real, spans
from qualitygate.luts.result import Parsed
from qualitygate.luts.table import Shape, read_rows

_TITLE = re.compile(rb'TITLE[ \t]+"[^"]*"')
_SIZES = {b"LUT_1D_SIZE": (2, 65536), b"LUT_3D_SIZE": (2, 256)}
_NUMBERS = {b"DOMAIN_MIN": 3, b"DOMAIN_MAX": 3, b"LUT_1D_INPUT_RANGE": 2, b"LUT_3D_INPUT_RANGE": 2}
_FLAGS = (b"LUT_IN_VIDEO_RANGE", b"LUT_OUT_VIDEO_RANGE")
_KEYWORDS = frozenset({b"TITLE", *_SIZES, *_NUMBERS, *_FLAGS})
_RESOLVE = (b"LUT_1D_INPUT_RANGE", b"LUT_3D_INPUT_RANGE", *_FLAGS)


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the table.

    Attributes:
        lines: Keyword to the line it stands in.
        sizes, numbers: Values of the keywords.
        utf8: Whether titles and comments are UTF-8.
        first: First line of the table.
    """

    lines: dict[bytes, Line]
    sizes: dict[bytes, int]
    numbers: dict[bytes, tuple[float, ...]]
    utf8: bool
    first: Line

    @property
    def rows(self) -> int:
        """Rows the table must have: of the 1D table, then of the 3D one."""
        return self.sizes.get(b"LUT_1D_SIZE", 0) + self.sizes.get(b"LUT_3D_SIZE", 0) ** 3

    @property
    def resolve(self) -> bool:
        """Whether the file is of the Resolve dialect."""
        return len(self.sizes) == 2 or any(keyword in self.lines for keyword in _RESOLVE)


def peek(head: bytes) -> tuple[int, int]:
    """Rows and columns the header promises; reads no row.

    Raises:
        Refusal: QG-1611, QG-1612, QG-1620 to QG-1628.
    """
    return _header(head).rows, 3


def parse(data: bytes) -> Parsed:
    """Read a `.cube` file.

    Raises:
        Refusal: QG-1611, QG-1612, QG-162x, QG-163x.
    """
    header = _header(data)
    shape = Shape(3, header.rows, max_line=MAX_LINE, keywords=_KEYWORDS)
    rows = read_rows(data, header.first.start, len(data), header.first.number, shape)
    lut = _lut(header, rows)
    remarks = (*_remarks(header), *portability.of_cube(_traits(header, data)))
    return Parsed(lut, "cube (Resolve)" if header.resolve else "cube", remarks)


def _header(data: bytes) -> Header:
    lines: dict[bytes, Line] = {}
    sizes: dict[bytes, int] = {}
    numbers: dict[bytes, tuple[float, ...]] = {}
    utf8 = True
    first = None
    for line in walk(data, max_line=MAX_LINE):
        if line.text.startswith(b"#"):
            utf8 = utf8 and _is_utf8(line.text)
        elif begins_row(line.text):
            first = line
            break
        elif line.text:
            keyword = _keyword(line, lines)
            lines[keyword] = line
            utf8 = utf8 and _is_utf8(line.text)
            if keyword in _SIZES:
                sizes[keyword] = _size(keyword, line)
            elif keyword in _NUMBERS:
                numbers[keyword] = _numbers(keyword, line)
    if first is None:
        raise Refusal("QG-1633", "no row of a table", "a header and a table", max(1, data.count(b"\n")))
    header = Header(lines, sizes, numbers, utf8, first)
    _check(header)
    return header


def _keyword(line: Line, seen: dict[bytes, Line]) -> bytes:
    keyword = line.text.split(None, 1)[0]
    if keyword == b"TITLE":
        if not _TITLE.fullmatch(line.text):
            raise Refusal(
                "QG-1622", f"the title {quote(line.text[5:].strip())}", 'TITLE "…" in double quotes', line.number
            )
    else:
        ascii_text(line)
    if keyword not in _KEYWORDS:
        near = keyword.upper() if keyword.upper() in _KEYWORDS else None
        hint = near.decode() if near else "a keyword of the format, a comment or a row of three numbers"
        if keyword.lower() in (b"nan", b"inf", b"infinity"):
            raise Refusal("QG-1635", f"{quote(keyword)} is not finite", "a finite number", line.number)
        raise Refusal("QG-1620", f"{quote(line.text)}", hint, line.number)
    if keyword in seen:
        first = seen[keyword].number
        raise Refusal("QG-1621", f"{keyword.decode()} again, first in line {first}", "each keyword once", line.number)
    if keyword in _FLAGS and line.text != keyword:
        raise Refusal("QG-1622", f"{quote(line.text)}", f"{keyword.decode()} alone", line.number)
    return keyword


def _size(keyword: bytes, line: Line) -> int:
    low, high = _SIZES[keyword]
    values = line.tokens[1:]
    if len(values) != 1:
        raise Refusal("QG-1622", f"{keyword.decode()} with {len(values)} values", "one integer", line.number)
    size = integer(values[0], line.number)
    if not low <= size <= high:
        raise Refusal("QG-1623", f"{keyword.decode()} {size}", f"{low} to {high}", line.number)
    return size


def _numbers(keyword: bytes, line: Line) -> tuple[float, ...]:
    values = line.tokens[1:]
    if len(values) != _NUMBERS[keyword]:
        expected = f"{_NUMBERS[keyword]} numbers"
        raise Refusal("QG-1622", f"{keyword.decode()} with {len(values)} values", expected, line.number)
    return tuple(real(value, line.number) for value in values)


def _check(header: Header) -> None:
    """Keywords that contradict each other, and domains that are none."""
    lines, numbers = header.lines, header.numbers
    if not header.sizes:
        raise Refusal("QG-1625", "no size before the table", "LUT_1D_SIZE or LUT_3D_SIZE", header.first.number)
    domain = [keyword for keyword in (b"DOMAIN_MIN", b"DOMAIN_MAX") if keyword in lines]
    if domain and header.resolve:
        # Nobody can say which of the two domains holds.
        line = lines[domain[0]].number
        found = f"{domain[0].decode()} beside keywords of the Resolve dialect"
        if len(header.sizes) == 2:
            found = f"{domain[0].decode()} beside both LUT_1D_SIZE and LUT_3D_SIZE"
        raise Refusal("QG-1627", found, "LUT_1D_INPUT_RANGE or LUT_3D_INPUT_RANGE, or one table only", line)
    low = numbers.get(b"DOMAIN_MIN", (0.0,) * 3)
    high = numbers.get(b"DOMAIN_MAX", (1.0,) * 3)
    for channel, a, b in zip(("red", "green", "blue"), low, high, strict=True):
        if not spans(a, b):
            line = max(lines[keyword].number for keyword in domain)
            raise Refusal("QG-1624", f"a domain from {a:g} to {b:g} in {channel}", "DOMAIN_MIN < DOMAIN_MAX", line)
    for keyword in (b"LUT_1D_INPUT_RANGE", b"LUT_3D_INPUT_RANGE"):
        if keyword in numbers and not spans(*numbers[keyword]):
            a, b = numbers[keyword]
            raise Refusal("QG-1624", f"{keyword.decode()} {a:g} {b:g}", "first < second", lines[keyword].number)


def _domain(header: Header, dimension: bytes) -> Array:
    given = header.numbers.get(b"LUT_" + dimension + b"_INPUT_RANGE")
    if given is not None:
        return np.repeat(np.array(given)[:, None], 3, axis=1)
    domain = unit_domain()
    for row, keyword in enumerate((b"DOMAIN_MIN", b"DOMAIN_MAX")):
        if keyword in header.numbers:
            domain[row] = header.numbers[keyword]
    return domain


def _lut(header: Header, rows: Array) -> Lut:
    samples, nodes = header.sizes.get(b"LUT_1D_SIZE", 0), header.sizes.get(b"LUT_3D_SIZE", 0)
    if not nodes:
        return Lut1D(rows, _domain(header, b"1D"))
    # In the file blue is the slowest axis; the view has it last.
    cube = Lut3D(rows[samples:].reshape(nodes, nodes, nodes, 3).transpose(2, 1, 0, 3), _domain(header, b"3D"))
    return Chain((Lut1D(rows[:samples], _domain(header, b"1D")), cube)) if samples else cube


def _remarks(header: Header) -> list[Remark]:
    found = []
    for dimension in (b"1D", b"3D"):
        keyword = b"LUT_" + dimension + b"_INPUT_RANGE"
        if keyword in header.lines and b"LUT_" + dimension + b"_SIZE" not in header.sizes:
            text = f"{keyword.decode()} belongs to a table the file does not have, and is ignored"
            remedy = "the range of the table that is there"
            found.append(Remark("QG-1629", Level.WARNING, text, remedy, header.lines[keyword].number))
    return found


def _traits(header: Header, data: bytes) -> portability.CubeTraits:
    keywords = list(header.lines.values())
    return portability.CubeTraits(
        size=header.sizes.get(b"LUT_3D_SIZE", 0),
        resolve=header.resolve,
        flags=any(flag in header.lines for flag in _FLAGS),
        shaper=len(header.sizes) == 2,
        input_range=any(keyword in header.lines for keyword in _RESOLVE[:2]),
        domain_min=any(header.numbers.get(b"DOMAIN_MIN", ())),
        title=b"TITLE" in header.lines,
        comment_in_table=data.find(b"#", header.first.start) >= 0,
        indented=next((k.number for k in keywords if data[k.start] in b" \t"), None),
        carriage_returns=data.find(b"\r\n") >= 0,
        latin=not header.utf8,
    )


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
