"""Hues turned about the neutral axis."""

from __future__ import annotations

import numpy as np

from qualitygate.defects.base import Defect, Pixels

# Luma and the two chroma axes of YIQ (BT.601 luma): a turn in the plane of the last two keeps luma.
_YIQ = np.array([[0.299, 0.587, 0.114], [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]])


def turn(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:  # noqa: ARG001 - nothing is arbitrary
    """Turn every hue by `strength` degrees, luma and neutral colours kept.

    In real pipelines: a "hue" control left at another value, BT.601 and BT.709 matrices confused, an image model whose
    brand red becomes orange, a LUT rebuilt with its axes slightly wrong. Greys do not move, so a picture with little
    colour hides it, and SSIM sees nothing.
    """
    angle = np.deg2rad(strength)
    rotation = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    matrix = np.linalg.inv(_YIQ) @ rotation @ _YIQ
    return np.asarray(pixels @ matrix.T.astype(np.float32), dtype=np.float32)


HUE_ROTATION = Defect(
    name="hue_rotation",
    summary="hues turned about the neutral axis",
    unit="degrees",
    levels=(2.0, 5.0, 10.0, 25.0),
    bounds=(-180.0, 180.0),
    function=turn,
)
