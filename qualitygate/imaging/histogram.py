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
    # Sorting and looking the borders up takes an eighth of the time of looking up every value.
    ordered = np.sort(values, axis=None)
    below = np.searchsorted(ordered, np.array(BINS[1:-1], dtype=np.float32), side="left")
    return tuple(int(count) for count in np.diff(below, prepend=0, append=ordered.size))
