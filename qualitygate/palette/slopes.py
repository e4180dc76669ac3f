"""Where the colour of flat surroundings changes slowly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.mask import Mask

REACH = 4
"""Cells to either side that are compared."""
SLOPE = 0.3
"""Units of L*, a* or b* by which those of a slope differ. An area of one colour has none, compression included."""
EDGE = 1.8
"""Units beyond which a difference is an edge and no slope."""


def sloping(flat: Mask, lab: NDArray[np.float32]) -> Mask:
    """Cells on a slope, `(h, w)`.

    Args:
        flat: Cells with flat pixels, `(h, w)`.
        lab: Their L*a*b*, `(h, w, 3)`.
    """
    found = np.zeros(flat.shape, np.bool_)
    for axis in (0, 1):
        if flat.shape[axis] <= 2 * REACH:
            continue
        across = (slice(None),) * axis
        before, here, after = (
            (*across, slice(shift, flat.shape[axis] - 2 * REACH + shift)) for shift in (0, REACH, 2 * REACH)
        )
        change = np.abs(lab[after] - lab[before]).max(axis=-1)
        edge = np.maximum(np.abs(lab[after] - lab[here]), np.abs(lab[here] - lab[before])).max(axis=-1)
        found[here] |= flat[before] & flat[here] & flat[after] & (change > SLOPE) & (edge <= EDGE)
    return found
