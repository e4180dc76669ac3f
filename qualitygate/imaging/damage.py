"""Where a picture is damaged: connected places of a map of colour differences, on a grid of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.exhibit import Box
from qualitygate.core.mask import Mask

MOST = 24
_CELL = 8
_GRID = 512
# A lone pixel shows where it is this many times beyond the limit: as much as a row of them at the limit in its cell.
# The noise of a lossy codec stays below that, and would otherwise cover every picture with boxes.
_ALONE = 8.0


@dataclass(frozen=True, slots=True)
class Damage:
    """Places of damage.

    Attributes:
        boxes: Around the worst places, the one with the most difference beyond the limit first.
        places: How many places there are.
    """

    boxes: tuple[Box, ...]
    places: int


def find_damage(
    difference: NDArray[np.float32],
    counted: Mask | None,
    beyond: float,
    *,
    peak: float | None = None,
    scattered: bool = True,
    most: int = MOST,
) -> Damage:
    """Boxes around connected pixels beyond a limit.

    The map is looked at through cells of 8x8 pixels (larger ones for pictures of more than 4,096). A cell is damaged
    where its mean lies beyond the limit, or where one pixel lies beyond `peak`, or eight times beyond the limit. Cells
    that touch, also by a corner, are one place.

    Args:
        difference: DeltaE00 per pixel, float32 `(H, W)`, finite.
        counted: `(H, W)` bool, False where a pixel does not count; None where all do.
        beyond: The limit, in DeltaE00.
        peak: A limit on single pixels, None where there is none.
        scattered: Whether any cell with a pixel beyond the limit is damaged where none is by that rule: a limit that
            was broken has its places somewhere. Where it held, these are the noise of a codec.
        most: How many boxes to return at most.
    """
    values = difference if counted is None else np.where(counted, difference, np.float32(0))
    height, width = values.shape
    if not values.size:
        return Damage((), 0)
    side = max(_CELL, -(-max(height, width) // _GRID))
    tops, lefts = np.arange(0, height, side), np.arange(0, width, side)
    highest = np.maximum.reduceat(np.maximum.reduceat(values, tops, axis=0), lefts, axis=1)
    sums = np.add.reduceat(np.add.reduceat(values, tops, axis=0, dtype=np.float64), lefts, axis=1)
    area = np.outer(np.diff(np.append(tops, height)), np.diff(np.append(lefts, width)))
    lowest = beyond if peak is None else min(beyond, peak)
    hot = (sums > beyond * area) | (highest > _ALONE * beyond)
    if peak is not None:
        hot |= highest > peak
    if scattered and not hot.any():
        hot = highest > lowest
    if not hot.any():
        return Damage((), 0)
    rows, columns, groups = _components(hot)
    excess = np.maximum(sums - beyond * area, highest - lowest)[rows, columns]
    order = np.lexsort((columns, rows, groups))
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    weight = np.add.reduceat(excess[order], starts)
    first_row, last_row = (op.reduceat(rows[order], starts) for op in (np.minimum, np.maximum))
    first_column, last_column = (op.reduceat(columns[order], starts) for op in (np.minimum, np.maximum))
    worst = np.argsort(-weight, kind="stable")[:most]
    boxes = (
        _tight(
            values,
            lowest,
            (int(first_row[i]) * side, (int(last_row[i]) + 1) * side),
            (int(first_column[i]) * side, (int(last_column[i]) + 1) * side),
        )
        for i in worst
    )
    return Damage(tuple(boxes), len(starts))


def _tight(values: NDArray[np.float32], lowest: float, rows: tuple[int, int], columns: tuple[int, int]) -> Box:
    """The part of some cells that has pixels beyond the limit; x, y, width, height."""
    part = values[rows[0] : rows[1], columns[0] : columns[1]] > lowest
    down, across = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    left, top = columns[0] + int(across[0]), rows[0] + int(down[0])
    return left, top, int(across[-1] - across[0]) + 1, int(down[-1] - down[0]) + 1


def _components(hot: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Row, column and component of every cell that is True; cells that touch, also by a corner, share one.

    Every cell takes the smallest number among its neighbours and then that of the cell it names, until nothing
    changes (Shiloach & Vishkin, 1982, doi 10.1016/0196-6774(82)90008-6): few rounds, each over whole arrays.
    """
    rows, columns = np.nonzero(hot)
    number = np.full((hot.shape[0] + 1, hot.shape[1] + 2), -1, dtype=np.intp)
    number[rows, columns + 1] = np.arange(rows.size)
    pairs = []
    for down, across in ((0, 1), (1, -1), (1, 0), (1, 1)):
        other = number[rows + down, columns + 1 + across]
        touching = other >= 0
        pairs.append(np.stack([np.flatnonzero(touching), other[touching]]))
    one, two = np.concatenate(pairs, axis=1)
    parent = np.arange(rows.size)
    while True:
        smaller = np.minimum(parent[one], parent[two])
        if np.array_equal(smaller, parent[one]) and np.array_equal(smaller, parent[two]):
            return rows, columns, parent
        np.minimum.at(parent, parent[one], smaller)
        np.minimum.at(parent, parent[two], smaller)
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]
