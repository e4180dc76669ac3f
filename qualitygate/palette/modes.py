"""Colours around which others crowd."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_BITS = 12
# L*, a* and b* stay within some hundreds of units, a cube of bins of half a unit within 12 bits each.
_HALF = 1 << (_BITS - 1)


def modes(
    lab: NDArray[np.float32], weights: NDArray[np.int32], core: float, wide: float
) -> Iterator[tuple[NDArray[np.float64], int]]:
    """Colours with the most weight around them, that with the most first, no two within `wide` of each other.

    Args:
        lab: Colours, `(n, 3)`, at least one.
        weights: The weight of each, `(n,)`, above zero.
        core: Half the side of the cube that is weighed, and the side of the bins that it is made of.
        wide: Half the side of the cube around a colour in which no other is given.

    Yields:
        Each colour, as the mean of what lies within `core` of it, and the weight in its bin and those around it.
    """
    bins = np.floor(lab / core).astype(np.int64) + _HALF
    keys, at = np.unique(_packed(bins), return_inverse=True)
    weight = np.bincount(at, weights, minlength=keys.size)
    around = np.zeros(keys.size)
    for step in np.ndindex(3, 3, 3):
        beside = keys + _packed(np.array(step)) - _packed(np.ones(3, np.int64))
        found = np.minimum(np.searchsorted(keys, beside), keys.size - 1)
        around += np.where(keys[found] == beside, weight[found], 0.0)
    centres = np.stack([keys >> (2 * _BITS), (keys >> _BITS) & (2 * _HALF - 1), keys & (2 * _HALF - 1)], axis=-1)
    open_ = np.ones(keys.size, np.bool_)
    while open_.any():
        best = int(np.where(open_, around, -1.0).argmax())
        distance = np.abs(centres - centres[best]).max(axis=-1)
        yield _settled(lab, weights, (distance <= 1)[at], core), int(around[best])
        open_ &= distance * core > wide


def _settled(
    lab: NDArray[np.float32], weights: NDArray[np.int32], near: NDArray[np.bool_], core: float
) -> NDArray[np.float64]:
    """The mean of some colours, and then of those within `core` of that."""
    mean: NDArray[np.float64] = np.average(lab[near], axis=0, weights=weights[near])
    closer = near & (np.abs(lab - mean).max(axis=-1) <= core)
    if closer.any():
        mean = np.average(lab[closer], axis=0, weights=weights[closer])
    return mean


def _packed(bins: NDArray[np.int64]) -> NDArray[np.int64]:
    packed: NDArray[np.int64] = (bins[..., 0] << (2 * _BITS)) + (bins[..., 1] << _BITS) + bins[..., 2]
    return packed
