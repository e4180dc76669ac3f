"""Which pixels count: rectangles and mask arrays, and statistics over windows of a map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.statistics import is_even

Mask = NDArray[np.bool_]

TILE = 64
STEP = 32


def rectangle_mask(size: tuple[int, int], rectangles: list[tuple[int, int, int, int]]) -> Mask:
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


def worst_window(
    error_map: NDArray[np.float32], mask: Mask | None = None, *, highest: bool = True
) -> tuple[float, tuple[int, int, int, int]] | None:
    """The worst mean of a map over 64x64 windows every 32 pixels, and that window as `(x, y, width, height)`.

    A side shorter than a window is one window. Pixels where `mask` is False do not count, and windows less than half
    counted are skipped; None when no window is left.
    """
    height, width = error_map.shape
    tops, lefts = window_starts(height), window_starts(width)
    box_h, box_w = min(TILE, height), min(TILE, width)
    if box_h * box_w == 0:
        return None
    if mask is None and is_even(error_map):
        return float(error_map[0, 0]), (lefts[0], tops[0], box_w, box_h)
    if mask is None:
        means = _box_sums(error_map, tops, lefts, box_h, box_w) / (box_h * box_w)
    else:
        counts = _box_sums(mask, tops, lefts, box_h, box_w)
        usable = counts * 2 >= box_h * box_w
        if not usable.any():
            return None
        # `where`, not a product: what is masked may be anything, NaN included.
        sums = _box_sums(np.where(mask, error_map, np.float32(0)), tops, lefts, box_h, box_w)
        means = np.where(usable, sums / np.maximum(counts, 1), -np.inf if highest else np.inf)
    index = int(np.argmax(means) if highest else np.argmin(means))
    row, column = divmod(index, len(lefts))
    return float(means[row, column]), (lefts[column], tops[row], box_w, box_h)


def _box_sums(
    values: NDArray[np.float32] | Mask, tops: list[int], lefts: list[int], box_h: int, box_w: int
) -> NDArray[np.float64]:
    """Sums over boxes, float64 `(len(tops), len(lefts))`, by summing columns of row bands first."""
    cumulative = np.zeros((values.shape[1] + 1,), dtype=np.float64)
    out = np.empty((len(tops), len(lefts)), dtype=np.float64)
    left = np.array(lefts)
    for i, top in enumerate(tops):
        np.cumsum(values[top : top + box_h].sum(axis=0, dtype=np.float64), out=cumulative[1:])
        out[i] = cumulative[left + box_w] - cumulative[left]
    return out
