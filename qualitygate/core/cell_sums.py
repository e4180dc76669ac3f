"""Sums over the cells of a map, by the compiled kernel where it was built; windows that overlap are made of cells."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.native import kernels
from qualitygate.core.statistics import is_even
from qualitygate.core.threads import spread

Sums = NDArray[np.float64]
# Values from which on a thread of its own pays.
_LEAST = 1 << 21


def cell_sums(
    values: NDArray[np.float32],
    mask: NDArray[np.bool_] | None,
    row_cuts: NDArray[np.int64],
    column_cuts: NDArray[np.int64],
    level: int | None = None,
) -> tuple[Sums, Sums | None]:
    """How much every cell of a map adds up to, and how many of its values counted.

    Args:
        values: float32 `(H, W)`, finite where it counts.
        mask: bool `(H, W)`; what is False may be anything. None where every value counts.
        row_cuts, column_cuts: Where cells begin, ascending from 0, and the side at the end; cells are at most 64 rows
            high.
        level: Instruction set, one of `native.NAMES`; None for the best there is. For tests.

    Returns:
        Two float64 arrays with a row per row of cells; None in place of the second where there is no mask. Summed in
        float64, in an order that does not depend on the number of threads.
    """
    native = kernels()
    if native is None or values.dtype != np.float32 or is_even(values):
        return by_numpy(values, mask, row_cuts, column_cuts)
    plane = np.ascontiguousarray(values)
    counted = None if mask is None else np.ascontiguousarray(mask, dtype=np.bool_)
    bands = len(row_cuts) - 1
    out = np.empty((1 if mask is None else 2, bands, len(column_cuts) - 1), dtype=np.float64)

    def part(first: int, end: int) -> None:
        native.cell_sums(plane, row_cuts, column_cuts, counted, level or native.LEVEL, first, end, out)

    spread(part, bands, _LEAST * bands // plane.size)
    return out[0], None if mask is None else out[1]


def by_numpy(
    values: NDArray[np.float32],
    mask: NDArray[np.bool_] | None,
    row_cuts: NDArray[np.int64],
    column_cuts: NDArray[np.int64],
) -> tuple[Sums, Sums | None]:
    """What `cell_sums` returns, in NumPy: the readable reference."""
    shape = len(row_cuts) - 1, len(column_cuts) - 1
    sums, counts = np.empty(shape, dtype=np.float64), None if mask is None else np.empty(shape, dtype=np.float64)
    for band, (top, bottom) in enumerate(pairwise(row_cuts.tolist())):
        rows = values[top:bottom]
        if mask is not None and counts is not None:
            counted = mask[top:bottom]
            # `where`, not a product: what is masked may be anything, NaN included.
            rows = np.where(counted, rows, np.float32(0))
            counts[band] = np.add.reduceat(counted.sum(axis=0, dtype=np.uint8), column_cuts[:-1], dtype=np.float64)
        np.add.reduceat(rows.sum(axis=0, dtype=np.float64), column_cuts[:-1], out=sums[band])
    return sums, counts
