"""Statistics over the values of an error map."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.ranks import WORTH, mean_and_ranked

# Strides of a map that holds one value, wherever one looks.
_NOWHERE = (0, 0)
_SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
PERCENTILE = "linear between order statistics (Hyndman & Fan 1996, type 7)"


def distribution(values: NDArray[np.float32]) -> dict[str, float]:
    """Mean, p50, p95, p99 and max of finite values.

    Args:
        values: One-dimensional, at least one value.

    Returns:
        `mean` (summed in float64), `p50`, `p95`, `p99` as `numpy.percentile` defines them by default, `max`.

    Raises:
        ValueError: There are no values.
    """
    if values.size == 0:
        raise ValueError("no values to summarise")
    last = values.size - 1
    ranks = sorted({last, *(rank for share in _SHARES.values() for rank in _around(share, last))})
    mean, placed = (mean_and_ranked(values, ranks) if values.size >= WORTH else None) or by_sorting(values, ranks)
    found = {"mean": mean}
    for name, share in _SHARES.items():
        low, high = (placed[rank] for rank in _around(share, last))
        found[name] = low + (high - low) * (share * last - floor(share * last))
    found["max"] = placed[last]
    return found


def by_sorting(values: NDArray[np.float32], ranks: Sequence[int]) -> tuple[float, dict[int, float]]:
    """What `mean_and_ranked` returns, of any values, in NumPy: the readable reference."""
    if not values.any():  # of two equal pictures, which need no sorting
        return 0.0, dict.fromkeys(ranks, 0.0)
    # Sorting is vectorised and takes a quarter of the time of numpy.percentile's partition at several places.
    ordered = np.sort(values)
    return float(values.mean(dtype=np.float64)), {rank: float(ordered[rank]) for rank in ranks}


def even_map(value: float, shape: tuple[int, int]) -> NDArray[np.float32]:
    """A map `(H, W)` of one value, float32, read-only, which takes no memory: that of two equal pictures."""
    return np.broadcast_to(np.float32(value), shape)


def is_even(error_map: NDArray[np.float32]) -> bool:
    """Whether a map was made by `even_map`."""
    return error_map.strides == _NOWHERE


def counted(error_map: NDArray[np.float32], mask: NDArray[np.bool_] | None) -> NDArray[np.float32]:
    """The values of a map that count, one-dimensional; of one that is even, one value stands for all."""
    if is_even(error_map):
        return error_map[:1, :1].ravel()[: error_map.size if mask is None else int(mask.any())]
    return error_map.ravel() if mask is None else error_map[mask]


def quantile(values: NDArray[np.float64], share: float) -> float:
    """One quantile of finite values as `numpy.quantile` defines it by default, without the `numpy.ma` that it loads.

    Args:
        values: One-dimensional, at least one value.
        share: 0..1.
    """
    lower = floor(share * (values.size - 1))
    places = sorted({lower, min(lower + 1, values.size - 1)})
    placed = np.partition(values, places)
    low, high = float(placed[places[0]]), float(placed[places[-1]])
    return low + (high - low) * (share * (values.size - 1) - lower)


def _around(share: float, last: int) -> tuple[int, int]:
    """The places that a quantile lies between, given the last one."""
    lower = floor(share * last)
    return lower, min(lower + 1, last)
