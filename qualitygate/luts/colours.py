"""Colours that a LUT is judged by: the ColorChecker, a brand palette, and a sample of natural pictures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from qualitygate.core.colour.encoding import D50_XYZ, D65_XYZ, SRGB, adaptation
from qualitygate.core.colour.lab import lab_to_xyz
from qualitygate.core.lut import Array
from qualitygate.core.lut_use import Swatch

# X-Rite (now Calibrite), "New color specifications for ColorChecker SG and Classic charts": CIE L*a*b*, D50, 2 degree
# observer, for charts made after November 2014. Row by row from the top left, as printed.
COLORCHECKER_LAB = np.array([
    [37.54, 14.37, 14.92], [64.66, 19.27, 17.50], [49.32, -3.82, -22.54], [43.46, -12.74, 22.72],
    [54.94, 9.61, -24.79], [70.48, -32.26, -0.37], [62.73, 35.83, 56.50], [39.43, 10.75, -45.17],
    [50.57, 48.64, 16.67], [30.10, 22.54, -20.87], [71.77, -24.13, 58.19], [71.51, 18.24, 67.37],
    [28.37, 15.42, -49.80], [54.38, -39.72, 32.27], [42.43, 51.05, 28.62], [81.80, 2.67, 80.41],
    [50.63, 51.28, -14.12], [49.57, -29.71, -28.32], [95.19, -1.03, 2.93], [81.29, -0.57, 0.44],
    [66.89, -0.75, -0.06], [50.76, -0.13, 0.14], [35.63, -0.46, -0.48], [20.64, 0.07, -0.46],
])  # fmt: skip
SKIN = (0, 1)
"""Rows of the ColorChecker with the two skin colours."""

_NATURAL = Path(__file__).with_name("natural.txt")


def colorchecker() -> Array:
    """XYZ relative to D65 of the 24 patches, adapted from D50 by the linear Bradford transform, `(24, 3)`."""
    xyz: Array = lab_to_xyz(COLORCHECKER_LAB, D50_XYZ) @ adaptation(D50_XYZ, D65_XYZ).T
    return xyz


def palette(swatches: tuple[Swatch, ...]) -> Array:
    """XYZ relative to D65 of 8-bit sRGB colours, `(n, 3)`."""
    return _of_srgb(np.array([swatch.srgb for swatch in swatches], np.float64).reshape(-1, 3))


@lru_cache(maxsize=1)
def natural() -> Array:
    """XYZ relative to D65 of the committed sample of natural pictures, `(n, 3)`; `natural.txt` says its source."""
    lines = _NATURAL.read_text(encoding="ascii").splitlines()
    values = " ".join(line for line in lines if not line.startswith("#"))
    return _of_srgb(np.array(values.split(), np.float64).reshape(-1, 3))


def _of_srgb(samples: Array) -> Array:
    xyz: Array = SRGB.curves[0].linear(samples / 255.0) @ np.array(SRGB.matrix).T
    return xyz
