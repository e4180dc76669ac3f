"""Rows of equal width, as every program writes them with `%.6f`: parsed by column arithmetic instead of by a scanner.

All rows share one layout: where the digits, points, blanks and ends of line stand. Subtracting the layout from a block
of rows leaves the digits' values, and any byte out of place leaves something larger; so one comparison is the byte
allow-list and the check of the row in one. Digits times powers of ten are summed exactly in float64 (at most 15 of
them, so below 2^53) and divided once, which gives the correctly rounded value, bit for bit what `strtod` returns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.lut import Array

_TOKEN = re.compile(rb"-?(\d+)(?:\.(\d+))?")
_MOST_DIGITS = 15
_BLOCK_ROWS = 4096
_MINUS = ord("-") - ord(" ")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What the rows have in common.

    Attributes:
        width: Bytes of a row with its end of line.
        base: Byte to subtract per column, '0' where a digit stands; shape (width,).
        most: Largest remainder per column: 9 for digits, else 0; shape (width,).
        signs: Columns that hold a blank or a minus, with the value each belongs to.
        weights: Power of ten per column and value, shape (width, columns).
        scale: What to divide each value by, shape (columns,).
    """

    width: int
    base: NDArray[np.uint8]
    most: NDArray[np.uint8]
    signs: tuple[tuple[int, int], ...]
    weights: Array
    scale: Array


def layout_of(row: bytes, columns: int) -> Layout | None:
    """Layout of the first row, end of line included; None where it is not plain decimals, so another way is needed."""
    body = row.rstrip(b"\r\n")
    if row[len(body) :] not in (b"\n", b"\r\n") or not body:
        return None
    tokens = [(m.start(), m.group()) for m in re.finditer(rb"[^ \t]+", body)]
    if len(tokens) != columns:
        return None
    base = np.frombuffer(row, np.uint8).copy()
    most = np.zeros(len(row), np.uint8)
    weights = np.zeros((len(row), columns))
    scale = np.ones(columns)
    signs = []
    for index, (start, token) in enumerate(tokens):
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        whole, fraction = match.group(1), match.group(2) or b""
        if len(whole) + len(fraction) > _MOST_DIGITS:
            return None
        first = start + match.start(1)
        digits = [first + i for i in range(len(whole))]
        digits += [first + len(whole) + 1 + i for i in range(len(fraction))]
        base[digits], most[digits] = ord("0"), 9
        weights[digits, index] = 10.0 ** np.arange(len(digits) - 1, -1, -1)
        scale[index] = 10.0 ** len(fraction)
        sign = first - 1
        if sign >= 0 and row[sign] in b" -" and (sign == 0 or row[sign - 1] in b" \t"):
            base[sign] = ord(" ")
            signs.append((sign, index))
    return Layout(len(row), base, most, tuple(signs), weights, scale)


def parse(data: bytes, start: int, layout: Layout, out: Array) -> int:
    """Fill `out` from rows of this layout, as far as they keep to it.

    Args:
        data: The file.
        start: Offset of the first row; `len(out)` rows of the layout's width must follow.
        layout: Layout of the first row.
        out: Written in place, shape (rows, columns).

    Returns:
        How many rows were parsed: all, or a multiple of the block before the first that does not keep to it.
    """
    for row in range(0, len(out), _BLOCK_ROWS):
        block = out[row : row + _BLOCK_ROWS]
        at = start + row * layout.width
        raw = np.frombuffer(data, np.uint8, len(block) * layout.width, at).reshape(len(block), layout.width)
        digits = raw - layout.base
        negative = [(index, digits[:, column] == _MINUS) for column, index in layout.signs]
        for (column, _), (_, mask) in zip(layout.signs, negative, strict=True):
            digits[mask, column] = 0
        if (digits > layout.most).any():
            return row
        np.matmul(digits.astype(np.float64), layout.weights, out=block)
        np.divide(block, layout.scale, out=block)
        for index, mask in negative:
            np.negative(block[:, index], where=mask, out=block[:, index])
    return len(out)
