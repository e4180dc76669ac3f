"""`.spimtx` of Sony Pictures Imageworks: a 3x4 matrix of which the last column is an offset in 16-bit code values."""

from __future__ import annotations

import numpy as np

from qualitygate.core.lut import Matrix
from qualitygate.luts.finding import Refusal
from qualitygate.luts.lines import Line, walk
from qualitygate.luts.number import real
from qualitygate.luts.result import Parsed

_OFFSET_SCALE = 65535.0
_ROWS = ([4, 4, 4], [12])


def peek(_: bytes) -> tuple[int, int]:
    """Rows and columns of the format.

    Raises:
        Refusal: Never here.
    """
    return 3, 4


def parse(data: bytes) -> Parsed:
    """Read a `.spimtx` file: twelve numbers, in three lines of four or in one line.

    Raises:
        Refusal: QG-1630, QG-1631, QG-1632, QG-1633, QG-1634, QG-1635.
    """
    values: list[float] = []
    rows: list[tuple[Line, int]] = []
    for line in walk(data):
        tokens = [token for token in line.text.replace(b"\t", b" ").split(b" ") if token]
        if tokens and len(values) == 12:
            raise Refusal("QG-1634", f"{12 + len(tokens)} numbers or more", "12 numbers", line.number)
        values += [real(token, line.number) for token in tokens]
        rows += [(line, len(tokens))] if tokens else []
        if len(values) > 12:
            raise Refusal("QG-1634", f"{len(values)} numbers or more", "12 numbers", line.number)
    if len(values) < 12:
        last = rows[-1][0].number if rows else 1
        raise Refusal("QG-1633", f"{len(values)} numbers", "12 numbers: three rows of a matrix with offset", last)
    if [count for _, count in rows] not in _ROWS:
        wrong = next(line for line, count in rows if count != 4)
        raise Refusal(
            "QG-1631", "rows of unequal length", "three lines of four numbers, or one of twelve", wrong.number
        )
    table = np.array(values).reshape(3, 4)
    return Parsed(Matrix(table[:, :3].copy(), table[:, 3] / _OFFSET_SCALE), "spimtx")
