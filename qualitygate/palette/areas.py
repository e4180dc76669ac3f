"""Telling areas of one colour from gradients and textures, by the crowding of colours in L*a*b*.

A brand colour is laid on as one colour: its pixels crowd around one point of L*a*b*, compression included, and there is
nothing beside it. A photograph that passes through the same colours, as sky or skin does, has a line or a cloud there.
So a colour belongs to an area if most of the flat pixels within three units of it lie within one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.palette.census import Census

CROWDED = 0.8
"""Smallest share that the pixels within a unit have of those within three. A line that passes through has 3/7."""
NEAR, WIDE = 1, 3

Counts = NDArray[np.int64]


def crowding(census: Census, within: NDArray[np.bool_]) -> tuple[NDArray[np.float64], Counts]:
    """How the flat pixels crowd around colours.

    Args:
        census: The colours of a picture.
        within: Colours that are asked about, `(n,)`.

    Returns:
        For each of those: the share of the flat pixels within `WIDE` units that lies within `NEAR` units, 0..1, and the
        number of the latter. A unit is one of L*, a* and b* each, in cells of the size of a unit.
    """
    asked = census.lab[within]
    if asked.size == 0:
        return np.zeros(0), np.zeros(0, np.int64)
    low = np.floor(asked.min(axis=0)).astype(np.int64) - WIDE
    shape = np.floor(asked.max(axis=0)).astype(np.int64) - low + WIDE + 1
    cells = np.floor(census.lab).astype(np.int64) - low
    inside = ((cells >= 0) & (cells < shape)).all(axis=1) & (census.flat > 0)
    histogram = np.zeros(shape, np.int64)
    np.add.at(histogram, tuple(cells[inside].T), census.flat[inside])
    at = tuple(cells[within].T)
    near, wide = _around(histogram, NEAR)[at], _around(histogram, WIDE)[at]
    return near / np.maximum(wide, 1), near


def _around(histogram: Counts, reach: int) -> Counts:
    """Sums over cubes of cells, cut off at the borders."""
    for axis in range(3):
        length = histogram.shape[axis]
        zero = np.zeros_like(np.take(histogram, [0], axis=axis))
        sums = np.concatenate((zero, np.cumsum(histogram, axis=axis)), axis=axis)
        upper = np.minimum(np.arange(length) + reach + 1, length)
        lower = np.maximum(np.arange(length) - reach, 0)
        histogram = np.take(sums, upper, axis=axis) - np.take(sums, lower, axis=axis)
    return histogram
