"""Which pixels count: rectangles and mask arrays, and statistics over windows of a map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.cell_sums import Sums, cell_sums
from qualitygate.core.statistics import is_even

Mask = NDArray[np.bool_]
Window = tuple[int, int, int, int]
"""`(x, y, width, height)` in pixels."""

TILE = 64
STEP = 32


def rectangle_mask(size: tuple[int, int], rectangles: list[Window]) -> Mask:
    """True inside any of the rectangles `(x, y, width, height)` in pixels, `(H, W)`; `size` is `(W, H)`."""
    width, height = size
    mask = np.zeros((height, width), dtype=np.bool_)
    for x, y, w, h in rectangles:
        mask[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)] = True
    return mask


def window_starts(length: int, window: int = TILE, step: int = STEP) -> list[int]:
    """Where windows start along a side: every `step`, the last shifted to end at the border."""
    if length <= window:
        return [0]
    starts = list(range(0, length - window + 1, step))
    if starts[-1] != length - window:
        starts.append(length - window)
    return starts


@dataclass(frozen=True, slots=True)
class _Side:
    """A side cut wherever a window starts or ends.

    Attributes:
        starts: Where windows start.
        window: Their length, less than `TILE` on a shorter side.
        cuts: Where cells begin, and the length at the end.
        edges: For every window its first cell and the one after its last; without the end of the last window, as
            `numpy.add.reduceat` takes it.
    """

    starts: list[int]
    window: int
    cuts: NDArray[np.int64]
    edges: NDArray[np.intp]


@lru_cache(maxsize=64)
def _side(length: int) -> _Side:
    starts, window = window_starts(length), min(TILE, length)
    ends = [start + window for start in starts]
    cuts = np.array(sorted({*starts, *ends}), dtype=np.int64)
    edges = np.searchsorted(cuts, np.array((starts, ends)).T.ravel())[:-1]
    return _Side(starts, window, cuts, edges)


def worst_window(
    error_map: NDArray[np.float32], mask: Mask | None = None, *, highest: bool = True
) -> tuple[float, Window] | None:
    """The worst mean of a map over 64x64 windows every 32 pixels, and that window as `(x, y, width, height)`.

    A side shorter than a window is one window. Pixels where `mask` is False do not count, and windows less than half
    counted are skipped; None when no window is left. Of equally bad ones it is the first, row by row.
    """
    found = mean_and_worst(error_map, mask, highest=highest)
    return None if found is None else found[1]


def window_cuts(shape: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cuts of rows and of columns, for `cell_sums`, into the cells that the windows of a map `(H, W)` are made of.

    Every multiple of `STEP` within a side of more than `TILE` is a cut.
    """
    return _side(shape[0]).cuts, _side(shape[1]).cuts


def mean_and_worst(
    error_map: NDArray[np.float32], mask: Mask | None = None, *, highest: bool = True, known: Sums | None = None
) -> tuple[float, tuple[float, Window] | None] | None:
    """The mean of the counted pixels, summed in float64, and the `worst_window`; None when no pixel counts.

    `known` is what `cell_sums` says of the whole map, if somebody asked already; with a mask it is of no use.
    """
    if error_map.size == 0:
        return None
    rows, columns = _side(error_map.shape[0]), _side(error_map.shape[1])
    if mask is None and is_even(error_map):
        value = float(error_map[0, 0])
        return value, (value, (0, 0, columns.window, rows.window))
    if mask is None and known is not None:
        sums, counts = known, None
    else:
        sums, counts = cell_sums(error_map, mask, rows.cuts, columns.cuts)
    area = rows.window * columns.window
    if counts is None:
        mean, means = float(sums.sum()) / error_map.size, _windows(sums, rows, columns) / area
    else:
        total = float(counts.sum())
        if total == 0:
            return None
        mean, counted = float(sums.sum()) / total, _windows(counts, rows, columns)
        usable = counted * 2 >= area
        if not usable.any():
            return mean, None
        means = _windows(sums, rows, columns) / np.maximum(counted, 1)
        means = np.where(usable, means, -np.inf if highest else np.inf)
    row, column = divmod(int(np.argmax(means) if highest else np.argmin(means)), len(columns.starts))
    window = columns.starts[column], rows.starts[row], columns.window, rows.window
    return mean, (float(means[row, column]), window)


def _windows(cells: NDArray[np.float64], rows: _Side, columns: _Side) -> NDArray[np.float64]:
    """Sums over windows, a row per row of windows, from sums over cells."""
    bands = np.add.reduceat(cells, rows.edges, axis=0)[::2]
    found: NDArray[np.float64] = np.add.reduceat(bands, columns.edges, axis=1)[:, ::2]
    return found
