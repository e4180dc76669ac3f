"""The distribution of the colours of one picture over L*, a*, b* and chroma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.ciede2000_fast import TILE_PIXELS
from qualitygate.core.colour.lab_planes import LabPlanes, Plane
from qualitygate.core.image import Image
from qualitygate.core.lab_drift import AXES
from qualitygate.core.mask import Mask

WIDTH = 0.25
"""Width of a bin in units of L*a*b*."""
RANGES = {"lightness": (0.0, 100.0), "a": (-150.0, 150.0), "b": (-150.0, 150.0), "chroma": (0.0, 200.0)}
"""What the bins cover; values beyond, of which only lasers are capable, count in the outermost ones."""
BINS = {axis: round((high - low) / WIDTH) for axis, (low, high) in RANGES.items()}
BOUNDS = np.cumsum([0, *(BINS[axis] for axis in AXES)])
"""Where the bins of each axis begin in the array of all bins."""


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Colours of one picture.

    Attributes:
        means: Means over the axes, float64 `(4,)`.
        shares: Shares of the pixels in each bin, float32 `(3600,)`, the bins of one axis after those of another.
    """

    means: NDArray[np.float64]
    shares: NDArray[np.float32]


def distribution(image: Image, counted: Mask | None = None) -> Distribution:
    """Take the distribution of an opaque picture.

    Args:
        image: `(H, W, 3)` samples in any encoding.
        counted: Pixels that count, `(H, W)`, at least one; None for all.
    """
    samples = image.pixels.reshape(-1, 3)
    inside = None if counted is None else counted.ravel()
    planes = LabPlanes(image)
    counts, sums, total = np.zeros(BOUNDS[-1]), np.zeros(len(AXES)), 0
    for start in range(0, len(samples), TILE_PIXELS):
        tile = samples[start : start + TILE_PIXELS]
        if inside is not None:
            tile = tile[inside[start : start + TILE_PIXELS]]
        if not len(tile):
            continue
        lightness, a, b = planes(tile)
        lightness -= np.float32(16)
        total += len(tile)
        for index, (axis, values) in enumerate(zip(AXES, (lightness, a, b, np.hypot(a, b)), strict=True)):
            sums[index] += values.sum(dtype=np.float64)
            counts[BOUNDS[index] : BOUNDS[index + 1]] += _histogram(values, axis)
    return Distribution(sums / total, (counts / total).astype(np.float32))


def _histogram(values: Plane, axis: str) -> NDArray[np.int64]:
    bins = np.floor((values - np.float32(RANGES[axis][0])) / np.float32(WIDTH)).astype(np.int64)
    return np.bincount(np.clip(bins, 0, BINS[axis] - 1), minlength=BINS[axis])
