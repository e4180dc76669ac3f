"""The rows of a table: allow-list of bytes, parse, exact count, finite; the right line for whatever is wrong.

Rows are read in blocks. A block goes through array operations; only one that does not come out clean is walked line
by line, either because it holds comments or blank lines, or to find the first line that breaks a rule.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np

from qualitygate.core.lut import Array
from qualitygate.luts import fixed_width
from qualitygate.luts.finding import Refusal, quote
from qualitygate.luts.number import LARGEST, integer, malformed, real

_BLOCK = 1 << 18
_REAL_BYTES = b"0123456789+-.eE \t\r\n"
_INTEGER_BYTES = b"0123456789+- \t\r\n"


@dataclass(frozen=True, slots=True)
class Shape:
    """What rows a table must have.

    Attributes:
        columns: Values per row.
        rows: Number of rows.
        integers: How many of the leading columns are integers.
        max_line: Longest line in bytes, None for no limit.
        keywords: Words that may not follow the first row, for a better message.
        comments: Whether lines that begin with `#` may stand between the rows.
    """

    columns: int
    rows: int
    integers: int = 0
    max_line: int | None = None
    keywords: frozenset[bytes] = field(default_factory=frozenset)
    comments: bool = True


def read_rows(data: bytes, start: int, end: int, line: int, shape: Shape) -> Array:
    """All rows between two offsets.

    Args:
        data: The file.
        start: Offset of the first row, at the beginning of a line.
        end: Offset behind the last row.
        line: Number of the line at `start`.
        shape: What must be there.

    Returns:
        Values, shape (rows, columns), all finite.

    Raises:
        Refusal: QG-1626 and QG-1630 to QG-1635 with the line of the first break; QG-1611, QG-1612.
    """
    end = _without_trailing_blanks(data, start, end)
    # Bounded by the bytes that are there, not by what a header promises.
    out = np.empty((min(shape.rows, (end - start) // (2 * shape.columns) + 1), shape.columns))
    filled = _fixed(data, start, end, shape, out)
    at = start if filled == 0 else start + filled * (data.index(b"\n", start) + 1 - start)
    while at < end:
        stop = _block_end(data, at, end)
        text = data[at:stop]
        values = _block(text, shape)
        lines = None
        if values is None:
            values, lines = _walk(text, line + data.count(b"\n", start, at), shape)
        room = shape.rows - filled
        if len(values) > room:
            surplus = lines[room] if lines else line + data.count(b"\n", start, at) + room
            raise Refusal("QG-1634", f"a row beyond the last of {shape.rows:,}", f"{shape.rows:,} rows", surplus)
        out[filled : filled + len(values)] = values
        filled += len(values)
        at = stop
    if filled < shape.rows:
        last = line + data.count(b"\n", start, end)
        raise Refusal("QG-1633", f"the table ends after {filled:,} rows", f"{shape.rows:,} rows", last)
    return out


def _fixed(data: bytes, start: int, end: int, shape: Shape, out: Array) -> int:
    """Parse what keeps to the layout of the first row; the last row, which may lack its end, is left."""
    newline = data.find(b"\n", start, min(end, start + 512))
    if newline < 0:
        return 0
    width = newline + 1 - start
    rows = min(len(out), (end - start) // width)
    if rows < 2 or (shape.max_line is not None and width > shape.max_line):
        return 0
    row = data[start : newline + 1]
    layout = fixed_width.layout_of(row, shape.columns)
    if layout is None or (shape.integers and b"." in row):
        return 0
    return fixed_width.parse(data, start, layout, out[:rows])


def _block(text: bytes, shape: Shape) -> Array | None:
    """The rows of a block of plain rows, or None where anything asks for a closer look."""
    allowed = _INTEGER_BYTES if shape.integers == shape.columns else _REAL_BYTES
    if text.translate(None, allowed) or text.count(b"\r") != text.count(b"\r\n"):
        return None
    if not text.endswith(b"\n"):
        text += b"\n"
    codes = np.frombuffer(text, np.uint8)
    inside = codes > ord(" ")
    starts = np.flatnonzero(inside & np.concatenate(([True], ~inside[:-1])))
    ends = np.flatnonzero(codes == ord("\n"))
    rows = len(ends)
    if len(starts) != rows * shape.columns:
        return None
    if (starts[shape.columns - 1 :: shape.columns] > ends).any() or (
        starts[shape.columns :: shape.columns] < ends[:-1]
    ).any():
        return None
    if shape.max_line is not None and np.diff(ends, prepend=-1).max() > shape.max_line + 1:
        return None
    for column in range(0 if shape.integers == shape.columns else shape.integers):
        if not _all_digits(codes, starts[column :: shape.columns]):
            return None
    # A token such as 1.2.3 gives two numbers and 1e none, so the count tells whether each token was one number.
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            values = np.fromstring(text, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    if values.size != len(starts) or not (values.max() <= LARGEST and values.min() >= -LARGEST):
        return None
    return values.reshape(rows, shape.columns)


def _all_digits(
    codes: np.ndarray[tuple[int], np.dtype[np.uint8]], starts: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> bool:
    """Whether the tokens that begin at these offsets are one to three digits."""
    inside = np.ones(len(starts), bool)
    for offset in range(4):
        here = codes[np.minimum(starts + offset, len(codes) - 1)]
        digit = (here >= ord("0")) & (here <= ord("9"))
        inside &= here > ord(" ")
        if (inside & ~digit).any():
            return False
    return not inside.any()


def _walk(text: bytes, line: int, shape: Shape) -> tuple[Array, list[int]]:
    """Rows of a block with the line of each; comments and blank lines are left out."""
    values: list[list[float]] = []
    lines: list[int] = []
    for number, raw in enumerate(text.removesuffix(b"\n").split(b"\n"), line):
        row = raw.removesuffix(b"\r")
        if b"\r" in row:
            raise Refusal("QG-1611", "a carriage return without a line feed", "lines that end in LF or CR LF", number)
        if shape.max_line is not None and len(row) > shape.max_line:
            raise Refusal("QG-1612", f"a line of {len(row):,} bytes", f"at most {shape.max_line}", number)
        row = row.strip(b" \t")
        if not row or (shape.comments and row.startswith(b"#")):
            continue
        values.append(_row(row, number, shape))
        lines.append(number)
    return np.array(values, np.float64).reshape(len(values), shape.columns), lines


def _row(row: bytes, line: int, shape: Shape) -> list[float]:
    # Split at blanks only: bytes.split() would take form feeds for blanks too.
    tokens = row.replace(b"\t", b" ").split(b" ")
    tokens = [token for token in tokens if token]
    if tokens[0] in shape.keywords:
        raise Refusal("QG-1626", f"the keyword {quote(tokens[0])} after the first row", "it before the table", line)
    if len(tokens) != shape.columns:
        for token in tokens:
            real(token, line)
        raise Refusal("QG-1631", f"a row of {len(tokens)} values", f"{shape.columns} values", line)
    if shape.integers:
        head = [float(integer(token, line)) for token in tokens[: shape.integers]]
        if shape.integers < shape.columns and any(len(token) > 3 for token in tokens[: shape.integers]):
            raise Refusal("QG-1636", f"an index out of range in {quote(row)}", "an index of the table", line)
        for token in tokens[: shape.integers]:
            if shape.integers < shape.columns and not token.isdigit():
                raise (
                    malformed(token, line)
                    if b"." in token
                    else Refusal("QG-1636", f"the index {quote(token)}", "an index of digits only", line)
                )
        return head + [real(token, line) for token in tokens[shape.integers :]]
    return [real(token, line) for token in tokens]


def _block_end(data: bytes, at: int, end: int) -> int:
    if end - at <= _BLOCK:
        return end
    newline = data.rfind(b"\n", at, at + _BLOCK)
    if newline < 0:
        newline = data.find(b"\n", at + _BLOCK, end)
    return end if newline < 0 else newline + 1


def _without_trailing_blanks(data: bytes, start: int, end: int) -> int:
    """Offset behind the last line that is not blank, its end of line left out."""
    while end > start:
        at = max(start, end - _BLOCK)
        kept = len(data[at:end].rstrip(b" \t\r\n"))
        end = at + kept
        if kept:
            break
    return end


def line_of_row(data: bytes, start: int, line: int, row: int) -> int:
    """Number of the line of a row, counted from 0, in a table that has been read; `line` is that of `start`."""
    for number, raw in enumerate(data[start:].split(b"\n"), line):
        text = raw.strip(b" \t\r")
        if text and not text.startswith(b"#"):
            if row == 0:
                return number
            row -= 1
    raise IndexError(row)
