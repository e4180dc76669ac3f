"""Layer maps of a picture of any size out of tiles, equal to those of one forward pass over the whole.

Tiles begin on the trunk's coarsest grid (every 16 pixels) and carry a halo as wide as its receptive field reaches, so
every feature kept saw the pixels, and at the border the padding, that it would have seen in the whole picture. Memory
is bounded by the tile, and what is equal in both pictures is zero without a forward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from qualitygate.metrics.lpips_net.architecture import Architecture
from qualitygate.metrics.lpips_net.regions import Box, Span

Pair = tuple[NDArray[np.float32], NDArray[np.float32]]
LayerMaps = tuple[NDArray[np.float32], ...]


def tiled_layer_maps(
    size: tuple[int, int],
    architecture: Architecture,
    boxes: Iterable[Box],
    read: Callable[[slice, slice], Pair],
    forward: Callable[[NDArray[np.float32], NDArray[np.float32]], LayerMaps],
) -> LayerMaps:
    """Layer maps of a pair.

    Args:
        size: Height and width.
        architecture: The trunk that `forward` runs.
        boxes: What to compute; the maps are zero elsewhere.
        read: Gives rows and columns of reference and candidate, float32 `(h, w, 3)`.
        forward: Gives the layer maps of a pair of tiles.
    """
    height, width = size
    rows, columns = architecture.lengths(height), architecture.lengths(width)
    maps = tuple(np.zeros(shape, dtype=np.float32) for shape in zip(rows, columns, strict=True))
    for box in boxes:
        a, b = read(box.rows.seen, box.columns.seen)
        if np.array_equal(a, b):
            continue
        for whole, part, stride in zip(maps, forward(a, b), architecture.strides(), strict=True):
            top, inner_top = _kept(box.rows, height, stride, whole.shape[0])
            left, inner_left = _kept(box.columns, width, stride, whole.shape[1])
            whole[top, left] = part[inner_top, inner_left]
    return maps


def _kept(span: Span, side: int, stride: int, length: int) -> tuple[slice, slice]:
    """Which features of the whole map a tile answers for, and where they stand in the tile's own map."""
    start, offset = span.start // stride, span.seen.start // stride
    stop = length if span.stop == side else min(span.stop // stride, length)
    return slice(start, stop), slice(start - offset, stop - offset)
