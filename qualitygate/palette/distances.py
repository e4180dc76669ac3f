"""How far colours are from one, as far as it matters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.ciede2000_fast import delta_e_lab
from qualitygate.core.mask import Mask
from qualitygate.core.palette import Lab
from qualitygate.palette.cells import Cells

# S_L of CIEDE2000 is at most 1 + 0.015 * 50^2 / sqrt(20 + 50^2), so colours further apart in L* need no formula.
_LIGHTNESS = 1.75
# Side of the bins in L*a*b* by which cells are told apart, and more than DeltaE00 from the middle of one to its corners
# and on to what an area within reach may have beside its mean.
_BIN, _SLACK = 2.0, 5.0


def distances(lab: NDArray[np.float64], target: Lab, radius: float) -> NDArray[np.float64]:
    """DeltaE00 of colours `(n, 3)` from one, `(n,)`, infinite beyond a radius."""
    found = np.full(len(lab), np.inf)
    near = np.flatnonzero(np.abs(lab[:, 0] - target[0]) <= _LIGHTNESS * radius)
    if near.size:
        delta_e = delta_e_lab(lab[near], np.broadcast_to(np.array(target), (near.size, 3)))
        found[near] = np.where(delta_e <= radius, delta_e, np.inf)
    return found


def within(cells: Cells, targets: Sequence[tuple[Lab, float]]) -> Mask:
    """Cells with flat pixels whose colour lies within a radius of one of some colours, and a few more, `(h, w)`."""
    level = cells.flat > 0
    bins = np.floor(cells.lab[level] / _BIN).astype(np.int64) + (1 << 9)
    keys, at = np.unique((bins[:, 0] << 20) + (bins[:, 1] << 10) + bins[:, 2], return_inverse=True)
    middles = np.stack([keys >> 20, (keys >> 10) & 1023, keys & 1023], axis=-1)
    lab = (middles - (1 << 9) + 0.5) * _BIN
    near = np.zeros(keys.size, np.bool_)
    for target, radius in targets:
        near |= np.isfinite(distances(lab, target, radius + _SLACK))
    found = np.zeros(level.shape, np.bool_)
    found[level] = near[at]
    return found
