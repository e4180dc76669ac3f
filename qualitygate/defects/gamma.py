"""A wrong transfer curve."""

from __future__ import annotations

import numpy as np

from qualitygate.defects.base import Defect, Pixels


def power(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:  # noqa: ARG001 - nothing is arbitrary
    """Raise samples to the power `strength`: darker above 1, brighter below, black and white untouched.

    In real pipelines: a video frame decoded with the curve of BT.1886 and stored as sRGB (about 1.1), a Macintosh
    gamma of 1.8 taken for 2.2 (about 1.2), linear light written without its curve (2.2), a filter that forgets to
    encode again. Middle tones move most; contrast and with it SSIM change only slowly.
    """
    return np.power(pixels, np.float32(strength))


GAMMA = Defect(
    name="gamma",
    summary="samples raised to a power",
    unit="exponents",
    levels=(1.03, 1.06, 1.12, 1.25),
    bounds=(0.2, 5.0),
    function=power,
    neutral=1.0,
)
