"""A loss of sharpness."""

from __future__ import annotations

from math import ceil, erf, sqrt

import numpy as np
from numpy.typing import NDArray

from qualitygate.defects.base import Defect, Pixels


def soften(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:  # noqa: ARG001 - nothing is arbitrary
    """Convolve with a Gaussian whose standard deviation is `strength` pixels; borders are mirrored.

    The kernel integrates the Gaussian over each pixel, so that widths below one pixel mean something, and ends four
    standard deviations out.

    In real pipelines: a picture scaled down and up again, a resize with too wide a filter, a denoiser or a generative
    model that smooths texture, a frame out of focus. Flat parts stay as they are, so the median hardly moves; SSIM and
    LPIPS fall at once.
    """
    kernel = _kernel(strength)
    return _along(_along(pixels, kernel, 0), kernel, 1)


def _kernel(sigma: float) -> NDArray[np.float32]:
    """Weights `(2r + 1,)` that sum to 1."""
    radius = max(1, ceil(4 * sigma))
    edges = [erf((position - 0.5) / (sigma * sqrt(2))) for position in range(-radius, radius + 2)]
    weights = np.diff(np.array(edges))
    return np.asarray(weights / weights.sum(), dtype=np.float32)


def _along(pixels: Pixels, kernel: NDArray[np.float32], axis: int) -> Pixels:
    radius = len(kernel) // 2
    wide = [(0, 0), (0, 0), (0, 0)]
    wide[axis] = (radius, radius)
    padded = np.pad(pixels, wide, mode="symmetric")
    out = np.zeros_like(pixels)
    length = pixels.shape[axis]
    for offset, weight in enumerate(kernel):
        out += weight * (padded[offset : offset + length] if axis == 0 else padded[:, offset : offset + length])
    return out


BLUR = Defect(
    name="blur",
    summary="a Gaussian blur",
    unit="pixels of standard deviation",
    levels=(0.4, 0.7, 1.0, 2.0),
    bounds=(0.0, 64.0),
    function=soften,
)
