"""Connected places of a grid of cells, by the runs of its rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.mask import Mask

LINK = 2.0
"""Cells that touch belong together if no axis of L*a*b* differs by more: more than the steps that JPEG makes of a
gradient, and less than an edge."""


def labelled(chosen: Mask, lab: NDArray[np.float32]) -> tuple[NDArray[np.intp], int]:
    """Number the connected places of a grid.

    Cells that touch by a side and have nearly the same colour (`LINK`) are connected. Runs of connected cells in a row
    are numbered, then every run takes the smallest number among those it touches and that of the run it names, until
    nothing changes (Shiloach & Vishkin, 1982, doi 10.1016/0196-6774(82)90008-6).

    Args:
        chosen: Cells that take part, `(h, w)`.
        lab: Their L*a*b*, `(h, w, 3)`.

    Returns:
        The number of the place of each chosen cell, in the order of rows, `(n,)`; and how many places there are.
    """
    starts = chosen.copy()
    starts[:, 1:] &= ~_alike(chosen, lab, 1)
    run = np.cumsum(starts).reshape(chosen.shape) - 1
    below = _alike(chosen, lab, 0)
    runs = int(np.count_nonzero(starts))
    pairs = np.unique(run[:-1][below] * max(runs, 1) + run[1:][below])
    parent = _joined(np.arange(runs), *np.divmod(pairs, max(runs, 1)))
    roots, number = np.unique(parent, return_inverse=True)
    return number[run[chosen]], roots.size


def _alike(chosen: Mask, lab: NDArray[np.float32], axis: int) -> Mask:
    """Whether a cell is connected with the next one along an axis, which is one shorter."""
    this, following = (
        [(slice(0, -1), slice(None)), (slice(1, None), slice(None))],
        [(slice(None), slice(0, -1)), (slice(None), slice(1, None))],
    )[axis]
    difference = np.abs(lab[following] - lab[this]).max(axis=-1, initial=0.0)
    found: Mask = chosen[this] & chosen[following] & (difference <= LINK)
    return found


def _joined(parent: NDArray[np.intp], one: NDArray[np.intp], two: NDArray[np.intp]) -> NDArray[np.intp]:
    while True:
        smaller = np.minimum(parent[one], parent[two])
        if np.array_equal(smaller, parent[one]) and np.array_equal(smaller, parent[two]):
            return parent
        np.minimum.at(parent, parent[one], smaller)
        np.minimum.at(parent, parent[two], smaller)
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]
