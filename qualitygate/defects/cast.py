"""A colour cast: red raised, blue lowered."""

from __future__ import annotations

import numpy as np

from qualitygate.defects.base import Defect, Pixels


def warmer(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:  # noqa: ARG001 - nothing is arbitrary
    """Raise red and lower blue by `strength` 8-bit levels; a negative strength cools.

    In real pipelines: a wrong white balance or white point, a profile that is dropped on export (an Adobe RGB picture
    read as sRGB loses red), CMYK and back, an image model whose decoder tints. Every pixel moves a little, none much:
    it lifts the median and the mean and hardly the maximum, and SSIM sees nothing of it.
    """
    return pixels + np.array([strength, 0.0, -strength], dtype=np.float32) / np.float32(255.0)


CAST = Defect(
    name="cast",
    summary="red raised and blue lowered",
    unit="8-bit levels",
    levels=(2.0, 4.0, 8.0, 16.0),
    bounds=(-128.0, 128.0),
    function=warmer,
)
