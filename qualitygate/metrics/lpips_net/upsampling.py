"""Layer maps brought bilinearly to the picture's size and summed, in bands of rows, as products of small matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

_BAND = 64  # rows of the picture at once


def upsampled_sum(maps: tuple[Plane, ...], size: tuple[int, int]) -> Plane:
    """The sum of layer maps brought bilinearly to `(height, width)`, float32, pixel centres aligned.

    A row of the result is a weighted sum of two rows of each map once the maps' rows have been stretched. The rows that
    a band needs of every map are stacked, and their weights multiply them in one product. Bands to which every map
    contributes only zeros stay zero.
    """
    height, width = size
    total = np.zeros(size, dtype=np.float32)
    grids: dict[tuple[int, int], Plane] = {}
    for layer in maps:  # maps of one grid are summed first; the sum of what is stretched is the stretched sum
        grids[layer.shape] = grids[layer.shape] + layer if layer.shape in grids else layer
    placed = [(_Axis(height, layer.shape[0]), _Axis(width, layer.shape[1]), layer) for layer in grids.values()]
    for top in range(0, height, _BAND):
        bottom = min(top + _BAND, height)
        weights, stretched = [], []
        for vertical, horizontal, layer in placed:
            first, last = vertical.needed(top, bottom)
            part = layer[first:last]
            if part.any():
                weights.append(vertical.weights(top, bottom))
                stretched.append(horizontal.stretch(part))
        if weights:
            np.matmul(np.hstack(weights), np.vstack(stretched), out=total[top:bottom])
    return total


class _Axis:
    """Where each of `side` pixels falls between `length` values, and how it divides its weight between the two."""

    def __init__(self, side: int, length: int) -> None:
        position = np.clip((np.arange(side) + 0.5) * (length / side) - 0.5, 0, length - 1)
        self._left = np.floor(position).astype(np.intp)
        self._right = np.minimum(self._left + 1, length - 1)
        self._share = (position - self._left).astype(np.float32)

    def needed(self, start: int, stop: int) -> tuple[int, int]:
        """The range of values that pixels of a range lie between."""
        return int(self._left[start]), int(self._right[stop - 1]) + 1

    def weights(self, start: int, stop: int) -> Plane:
        """What each needed value counts for each pixel of a range, `(stop - start, needed)`."""
        first, last = self.needed(start, stop)
        out = np.zeros((stop - start, last - first), dtype=np.float32)
        pixels = np.arange(stop - start)
        share = self._share[start:stop]
        out[pixels, self._left[start:stop] - first] = 1 - share
        out[pixels, self._right[start:stop] - first] += share
        return out

    def stretch(self, rows: Plane) -> Plane:
        """Rows of values as rows of pixels."""
        stretched = rows[:, self._left]
        stretched += (rows[:, self._right] - stretched) * self._share
        return stretched
