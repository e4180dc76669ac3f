"""Areas as sets of pixels, exactly: what one covers that another does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qualitygate.core.mask import Mask, rectangle_mask
from qualitygate.policy.model import Rectangle


@dataclass(frozen=True, eq=False)
class Shape:
    """Rectangles and masks together.

    Attributes:
        rectangles: x, y, width, height; none, one or many, also over each other.
        masks: True where a pixel belongs to the shape, `(H, W)` from the top left.
    """

    rectangles: tuple[Rectangle, ...] = ()
    masks: tuple[Mask, ...] = ()


def pixels(shape: Shape) -> int:
    """How many pixels a shape covers, each counted once."""
    return added(Shape(), shape)


def added(before: Shape, after: Shape) -> int:
    """How many pixels a shape covers that another does not."""
    masks = (*before.masks, *after.masks)
    if not masks:
        return _apart(after.rectangles, before.rectangles)
    width, height = max(mask.shape[1] for mask in masks), max(mask.shape[0] for mask in masks)
    inside = _drawn(after, (width, height)) & ~_drawn(before, (width, height))
    # Rectangles beyond every mask are counted by their corners, since they may be of any size.
    outside = _apart(after.rectangles, (*before.rectangles, (0, 0, width, height)))
    return int(np.count_nonzero(inside)) + outside


def _drawn(shape: Shape, size: tuple[int, int]) -> Mask:
    made = rectangle_mask(size, list(shape.rectangles))
    for mask in shape.masks:
        made[: mask.shape[0], : mask.shape[1]] |= mask
    return made


def _apart(ours: Sequence[Rectangle], theirs: Sequence[Rectangle]) -> int:
    """Pixels within rectangles and without others: counted on the grid that all their sides make."""
    if not ours:
        return 0
    every = (*ours, *theirs)
    xs = sorted({side for x, _, width, _ in every for side in (x, x + width)})
    ys = sorted({side for _, y, _, height in every for side in (y, y + height)})
    column, row = ({side: index for index, side in enumerate(sides)} for sides in (xs, ys))
    cells = np.zeros((len(ys) - 1, len(xs) - 1), dtype=np.bool_)
    for rectangles, inside in ((ours, True), (theirs, False)):
        for x, y, width, height in rectangles:
            cells[row[y] : row[y + height], column[x] : column[x + width]] = inside
    heights = [below - above for above, below in pairwise(ys)]
    widths = [right - left for left, right in pairwise(xs)]
    # Integers of any size: a rectangle may be written as large as somebody likes.
    covered = (sum(widths[index] for index in np.flatnonzero(line)) for line in cells)
    return sum(height * width for height, width in zip(heights, covered, strict=True))
