"""How the colour differences of a picture are distributed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FIRST, _DECADES, _PER_DECADE = 0.1, 3, 8
# Equal steps of the logarithm from 0.1, which nobody sees, to 100, about black against white; below, one bin from 0.
BINS: tuple[float, ...] = (
    0.0,
    *(float(f"{_FIRST * 10 ** (step / _PER_DECADE):.4g}") for step in range(_DECADES * _PER_DECADE + 1)),
)


def histogram(values: NDArray[np.float32]) -> tuple[int, ...]:
    """How many values lie in each of `BINS`, a border belonging to the bin above it; the last bin has what is above.

    Args:
        values: DeltaE00, finite, at least 0, in any shape.
    """
    flat = values.reshape(-1)
    borders = np.array(BINS[1:-1], dtype=np.float64)
    counts = np.zeros(len(BINS) - 1, dtype=np.int64)
    # In pieces: the places of a 100-megapixel picture would take eight times the memory of its map.
    for start in range(0, flat.size, 1 << 20):
        found = np.searchsorted(borders, flat[start : start + (1 << 20)].astype(np.float64), side="right")
        counts += np.bincount(found, minlength=counts.size)
    return tuple(int(count) for count in counts)
