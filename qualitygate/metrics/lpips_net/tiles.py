"""Layer maps of a picture of any size out of tiles, equal to those of one forward pass over the whole.

Tiles begin on the trunk's coarsest grid (every 16 pixels) and carry a halo as wide as its receptive field reaches, so
every feature kept saw the pixels, and at the border the padding, that it would have seen in the whole picture. Memory
is bounded by the tile, and tiles that are equal in both pictures are zero without a forward pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.metrics.lpips_net.architecture import Architecture

GRID = 16

Band = tuple[NDArray[np.float32], NDArray[np.float32]]
LayerMaps = tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """One tile along one side, in pixels: what it answers for, and what it must see."""

    start: int
    stop: int
    seen: slice


def spans(side: int, tile: int, halo: int) -> list[Span]:
    """Cut a side into as few tiles of nearly equal length as `tile` allows; one span sees all of a short side."""
    count = -(-side // tile)
    length = -(-side // (count * GRID)) * GRID
    return [
        Span(start, min(start + length, side), slice(max(start - halo, 0), min(start + length + halo, side)))
        for start in range(0, side, length)
    ]


def tiled_layer_maps(
    size: tuple[int, int],
    architecture: Architecture,
    read: Callable[[slice], Band],
    forward: Callable[[NDArray[np.float32], NDArray[np.float32]], LayerMaps],
) -> LayerMaps:
    """Layer maps of a pair.

    Args:
        size: Height and width.
        architecture: The trunk that `forward` runs.
        read: Gives a band of rows of reference and candidate, float32 `(h, W, 3)`.
        forward: Gives the layer maps of a pair of tiles.
    """
    height, width = size
    rows, columns = architecture.lengths(height), architecture.lengths(width)
    maps = tuple(np.zeros(shape, dtype=np.float32) for shape in zip(rows, columns, strict=True))
    for vertical in spans(height, architecture.tile, architecture.halo):
        reference, candidate = read(vertical.seen)
        for horizontal in spans(width, architecture.tile, architecture.halo):
            a, b = reference[:, horizontal.seen], candidate[:, horizontal.seen]
            if np.array_equal(a, b):
                continue
            for whole, part, stride in zip(maps, forward(a, b), architecture.strides(), strict=True):
                top, inner_top = _kept(vertical, height, stride, whole.shape[0])
                left, inner_left = _kept(horizontal, width, stride, whole.shape[1])
                whole[top, left] = part[inner_top, inner_left]
    return maps


def _kept(span: Span, side: int, stride: int, length: int) -> tuple[slice, slice]:
    """Which features of the whole map a tile answers for, and where they stand in the tile's own map."""
    start, offset = span.start // stride, span.seen.start // stride
    stop = length if span.stop == side else min(span.stop // stride, length)
    return slice(start, stop), slice(start - offset, stop - offset)
