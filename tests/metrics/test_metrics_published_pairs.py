"""The published pairs of CIEDE2000 by every path of DeltaE00: NumPy, the kernel by each instruction set, torch."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_native_kernels import DeltaE, delta_e_paths, image

from qualitygate.core.colour.encoding import D65_XYZ, SRGB, as_matrix
from qualitygate.core.image import Image

PAIRS = runpy.run_path(str(Path(__file__).parents[1] / "core" / "test_core_ciede2000.py"))["PAIRS"]


def of_colour(lightness: float, a: float, b: float) -> Image:
    """One white pixel in an encoding whose white is this colour: L*a*b* that no samples of a real one meet exactly."""
    y = (lightness + 16) / 116
    roots = np.array([y + a / 500, y, y - b / 200])
    relative = np.where(roots > 6 / 29, roots**3, (116 * roots - 16) * 27 / 24389)
    matrix = as_matrix(np.diag(relative * np.array(D65_XYZ)))
    return image(np.full((1, 1, 3), 255, dtype=np.uint8), replace(SRGB, name="one colour", matrix=matrix))


@pytest.mark.parametrize("path", delta_e_paths())
def test_published_pairs(path: DeltaE) -> None:
    for number, (*first, published) in enumerate(PAIRS, start=1):
        one, other = of_colour(*first[:3]), of_colour(*first[3:])
        for reference, candidate in ((one, other), (other, one)):
            measured = path(reference, candidate)
            assert measured.shape == (1, 1)
            assert float(measured[0, 0]) == pytest.approx(published, abs=1e-4), f"pair {number}"
