"""Which places of one colour were laid on: those that end at an edge, where a picture's own go on in nearly the same.

What JPEG and WebP make of a soft background or a cloudless sky are patches of one colour, and what surrounds them has
nearly the same colour, often as the next patch of many.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.mask import Mask
from qualitygate.palette.area import Area
from qualitygate.palette.cells import Cells

NEAR, FAR = 2, 5
"""Cells from the place that are looked at: not the nearest two, which an encoder mixes with it."""
ALIKE, SAME = 5.0, 0.5
"""Units of each of L*, a* and b* within which a cell has nearly the colour of a place, and within which the same."""
MOST_ALIKE, MOST_ALIKE_OF_LARGE = 1 / 3, 2 / 3
"""Largest share of the cells around a place that have nearly its colour."""
THROUGH = 0.2
"""Least share of these on either side of the colour of the place where it is one step of a slope."""
LARGE = 0.05
"""Share of the picture from which on a place is large. Little so large is of one colour by chance, and what it lies on
may pass through its colour."""


def laid_on(cells: Cells, areas: Sequence[Area]) -> tuple[Area, ...]:
    """Those of some places of one colour that end at an edge.

    Two places of nearly the same colour may border on each other, such as a brand colour on one that is slightly off:
    neither is the surroundings of the other. Where one of them goes on in a third colour, or in none, they are steps of
    a slope, and are. Around what was severed from a slope everything counts.
    """
    owner = np.full(cells.flat.shape, -1, np.intp)
    for index, area in enumerate(areas):
        if not area.severed:
            owner[area.rows, area.columns] = index
    colours = np.array([area.lab for area in areas]).reshape(-1, 3)
    rings, sided = [], []
    for area in areas:
        ring, size, through = _alike(cells, area, owner)
        rings.append((ring, size))
        sided.append(through)
    beside = [_others(colours, index, ring) for index, (ring, _) in enumerate(rings)]
    open_ = np.array([np.count_nonzero(ring < 0) / max(size, 1) for ring, size in rings])
    found = []
    for index, (area, (ring, size)) in enumerate(zip(areas, rings, strict=True)):
        large = area.pixels >= LARGE * cells.pixels
        if area.severed or sided[index] or not _pair(colours, index, beside, open_):
            alike = ring.size / max(size, 1)
        else:
            alike = 0.0 if large else float(open_[index])
        if alike <= (MOST_ALIKE_OF_LARGE if large else MOST_ALIKE):
            found.append(area)
    return tuple(found)


def _alike(cells: Cells, area: Area, owner: NDArray[np.intp]) -> tuple[NDArray[np.intp], int, bool]:
    """The owners, -1 for none, of the cells around an area that have nearly its colour; how many are around it at all;
    and whether those of nearly its colour go through it, from one side of it to the other, as a slope does."""
    top, left = max(int(area.rows.min()) - FAR, 0), max(int(area.columns.min()) - FAR, 0)
    box = slice(top, int(area.rows.max()) + FAR + 1), slice(left, int(area.columns.max()) + FAR + 1)
    inside = np.zeros(owner[box].shape, np.bool_)
    inside[area.rows - top, area.columns - left] = True
    ring = _grown(inside, FAR) & ~_grown(inside, NEAR)
    off = cells.seen[box][ring] - area.lab
    alike = np.abs(off).max(axis=-1, initial=0.0) <= ALIKE
    owners = owner[box][ring][alike]
    if not owners.size:
        return owners, int(np.count_nonzero(ring)), False
    along = off[alike][:, int(np.ptp(off[alike], axis=0).argmax())]
    through = min(np.mean(along > SAME), np.mean(along < -SAME)) >= THROUGH
    return owners, int(np.count_nonzero(ring)), bool(through)


def _others(colours: NDArray[np.float64], index: int, ring: NDArray[np.intp]) -> NDArray[np.intp]:
    """The areas around one that have nearly its colour and not the same."""
    around = np.unique(ring[ring >= 0])
    others: NDArray[np.intp] = around[np.abs(colours[around] - colours[index]).max(axis=-1, initial=0.0) > SAME]
    return others


def _pair(
    colours: NDArray[np.float64], index: int, beside: Sequence[NDArray[np.intp]], open_: NDArray[np.float64]
) -> bool:
    """Whether an area borders on at most one other colour nearly like its own, which goes on in nothing but its own."""
    others = beside[index]
    if not others.size:
        return True
    third = np.concatenate([beside[other] for other in others])
    apart = np.abs(colours[third] - colours[index]).max(axis=-1, initial=0.0) > SAME
    return bool(
        (np.ptp(colours[others], axis=0) <= SAME).all() and (open_[others] <= MOST_ALIKE).all() and not apart.any()
    )


def _grown(mask: Mask, reach: int) -> Mask:
    """A mask with all cells of the squares around its own."""
    for axis in (0, 1):
        length = mask.shape[axis]
        pad = np.zeros((1, mask.shape[1]) if axis == 0 else (mask.shape[0], 1), np.int32)
        sums = np.concatenate((pad, np.cumsum(mask, axis=axis, dtype=np.int32)), axis=axis)
        at = np.arange(length)
        upper, lower = np.minimum(at + reach + 1, length), np.maximum(at - reach, 0)
        mask = np.take(sums, upper, axis=axis) > np.take(sums, lower, axis=axis)
    return mask
