"""Whether a picture changed as a whole, so that boxes around places would only hide it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.mask import Mask

_CELL = 8
_SIDE = 4
# Of the area, and of each of 4x4 parts of it; and how many of those parts.
_AREA, _OF_A_PART, _PARTS = 0.3, 0.25, 0.8


def moved_share(difference: NDArray[np.float32], counted: Mask | None, beyond: float) -> float | None:
    """How much of a picture lies beyond a limit, where it changed as a whole: a cast, another gamma, another LUT.

    That is: more than 30 % of the area, and more than a quarter of each of more than four fifths of 4x4 parts. A
    destroyed half is a place, and so is an object in the middle, however large. Looked at through the means of cells of
    8x8 pixels, as damage is, so that the noise of a codec does not count.

    Args:
        difference: DeltaE00 per pixel, float32 `(H, W)`, finite.
        counted: `(H, W)` bool, False where a pixel does not count; None where all do.
        beyond: The limit, in DeltaE00.

    Returns:
        The share of the area, 0..1; None where the change has its places, or nothing counts.
    """
    if not difference.size or (counted is not None and not counted.any()):
        return None
    weights = np.ones(difference.shape, np.float32) if counted is None else counted.astype(np.float32)
    tops, lefts = (np.arange(0, length, _CELL) for length in difference.shape)
    area = _summed(weights, tops, lefts)
    hot = np.where(_summed(difference * weights, tops, lefts) > beyond * area, area, 0.0)
    share = float(hot.sum() / area.sum())
    if share <= _AREA:
        return None
    rows, columns = (np.unique(np.arange(_SIDE) * len(starts) // _SIDE) for starts in (tops, lefts))
    parts, of_parts = _summed(area, rows, columns), _summed(hot, rows, columns)
    known = parts > 0
    spread = float((of_parts[known] > _OF_A_PART * parts[known]).mean())
    return share if spread > _PARTS else None


def _summed(values: NDArray[np.floating], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float64]:
    down = np.add.reduceat(values, rows, axis=0, dtype=np.float64)
    return np.add.reduceat(down, columns, axis=1)
