"""Where two pictures may have unlike features, and the boxes that have to go through a network to measure them.

A feature is equal in both pictures when all that it sees is; its distance is then exactly zero. What differs is found
in blocks of 16x16 pixels and widened by the network's reach. The boxes cover the rest: the tiles of a fixed grid, so
that another candidate of the same reference meets the same tiles, or, where that leaves much to gain, boxes drawn
tightly around what differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Image
from qualitygate.core.mask import Mask
from qualitygate.metrics.lpips_net.architecture import GRID, Architecture

Blocks = NDArray[np.bool_]

# Tight boxes are only worth giving up the fixed grid for (and with it features that are remembered) when they save so
# much of its work.
_WORTHWHILE = 0.75


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch along one side, in pixels: what it answers for, and what it must see."""

    start: int
    stop: int
    seen: slice


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the picture to be put through the network."""

    rows: Span
    columns: Span

    @property
    def pixels(self) -> int:
        """How many pixels it sees, which is what it costs."""
        height: int = self.rows.seen.stop - self.rows.seen.start
        width: int = self.columns.seen.stop - self.columns.seen.start
        return height * width


def spans(side: int, tile: int, halo: int) -> list[Span]:
    """Cut a side into as few tiles of nearly equal length as `tile` allows; one span sees all of a short side."""
    return _cut(0, side, side, tile, halo)


def boxes(size: tuple[int, int], architecture: Architecture, changed: Blocks) -> list[Box]:
    """What has to go through a network so that every feature that may differ is computed, each once.

    Args:
        size: Height and width.
        architecture: Says how far a feature sees, and how large a tile may be.
        changed: `blocks(size)`, True where the pictures differ.
    """
    reach = architecture.halo
    affected = _widened(changed, reach // GRID)
    if affected.all():
        return _grid(size, architecture)
    tiles = [box for box in _grid(size, architecture) if _part(affected, box).any()]
    tight = _tight(affected, slice(0, affected.shape[0]), slice(0, affected.shape[1]), size, architecture)
    return tight if _cost(tight) < _WORTHWHILE * _cost(tiles) else tiles


def changed_blocks(reference: Image, candidate: Image, mask: Mask | None = None) -> Blocks:
    """Which blocks of 16x16 pixels hold a pixel that differs and counts, bool `(ceil(H / 16), ceil(W / 16))`.

    Samples that mean different things (another encoding or depth) are taken to differ everywhere: whether they look
    equal is seen when they are converted.
    """
    width, height = reference.size
    found = np.ones((-(-height // GRID), -(-width // GRID)), dtype=np.bool_)
    if reference.encoding != candidate.encoding or reference.pixels.dtype != candidate.pixels.dtype:
        return found
    padded = np.zeros(found.shape[1] * GRID, dtype=np.bool_)
    for row in range(len(found)):
        strip = slice(row * GRID, (row + 1) * GRID)
        ours, theirs = reference.pixels[strip], candidate.pixels[strip]
        if np.array_equal(ours, theirs):
            found[row] = False
            continue
        if mask is None:
            padded[:width] = (ours != theirs).any(axis=0).any(axis=-1)
        else:
            padded[:width] = ((ours != theirs).any(axis=-1) & mask[strip]).any(axis=0)
        found[row] = padded.reshape(-1, GRID).any(axis=1)
    return found


def _grid(size: tuple[int, int], architecture: Architecture) -> list[Box]:
    rows, columns = (spans(side, architecture.tile, architecture.halo) for side in size)
    return [Box(row, column) for row in rows for column in columns]


def _cut(start: int, stop: int, side: int, tile: int, halo: int) -> list[Span]:
    """Spans from `start`, which is on the grid, to `stop`, which is on the grid or the end of the side."""
    count = -(-(stop - start) // tile)
    length = -(-(stop - start) // (count * GRID)) * GRID
    return [
        Span(begin, end, slice(max(begin - halo, 0), min(end + halo, side)))
        for begin in range(start, stop, length)
        for end in (min(begin + length, stop),)
    ]


def _tight(
    affected: Blocks, rows: slice, columns: slice, size: tuple[int, int], architecture: Architecture
) -> list[Box]:
    """Boxes around what is affected: the bounding box, parted at the widest gap for as long as that costs less."""
    part = affected[rows, columns]
    occupied_rows, occupied_columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not occupied_rows.size:
        return []
    rows = slice(rows.start + int(occupied_rows[0]), rows.start + int(occupied_rows[-1]) + 1)
    columns = slice(columns.start + int(occupied_columns[0]), columns.start + int(occupied_columns[-1]) + 1)
    vertical, horizontal = (
        _cut(blocks.start * GRID, min(blocks.stop * GRID, side), side, architecture.tile, architecture.halo)
        for blocks, side in zip((rows, columns), size, strict=True)
    )
    whole = [box for row in vertical for column in horizontal if _part(affected, box := Box(row, column)).any()]
    gaps = [(*_widest_gap(occupied_rows), True), (*_widest_gap(occupied_columns), False)]
    length, at, across = max(gaps)
    if not length:
        return whole
    if across:
        parts = ((slice(rows.start, rows.start + at), columns), (slice(rows.start + at, rows.stop), columns))
    else:
        parts = ((rows, slice(columns.start, columns.start + at)), (rows, slice(columns.start + at, columns.stop)))
    parted = [box for half in parts for box in _tight(affected, *half, size, architecture)]
    return parted if _cost(parted) < _cost(whole) else whole


def _widest_gap(occupied: NDArray[np.intp]) -> tuple[int, int]:
    """Length of the longest stretch between occupied positions, and where it begins after the first of them."""
    if occupied.size < 2:
        return 0, 0
    steps = np.diff(occupied)
    widest = int(np.argmax(steps))
    return int(steps[widest]) - 1, int(occupied[widest] - occupied[0]) + 1


def _widened(blocks: Blocks, by: int) -> Blocks:
    """True within `by` blocks of a True one, along rows, columns and diagonals."""
    for axis in (0, 1):
        length = blocks.shape[axis]
        counts = np.zeros((length + 1, blocks.shape[1 - axis]), dtype=np.intp)
        np.cumsum(np.moveaxis(blocks, axis, 0), axis=0, out=counts[1:])
        at = np.arange(length)
        near = counts[np.minimum(at + by + 1, length)] > counts[np.maximum(at - by, 0)]
        blocks = np.moveaxis(near, 0, axis)
    return blocks


def _part(blocks: Blocks, box: Box) -> Blocks:
    rows, columns = (slice(span.start // GRID, -(-span.stop // GRID)) for span in (box.rows, box.columns))
    return blocks[rows, columns]


def _cost(found: list[Box]) -> int:
    return sum(box.pixels for box in found)
