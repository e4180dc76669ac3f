"""Seeded defects: what a gate must fail. Each takes and returns sRGB samples, uint8 `(H, W, 3)`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

Pixels = NDArray[np.uint8]
Defect = Callable[[Pixels], Pixels]

# Luma and chroma axes of YIQ (Rec. ITU-R BT.601 luma), to turn hues about the neutral axis.
_YIQ = np.array([[0.299, 0.587, 0.114], [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]])


def colour_cast(levels: float) -> Defect:
    """Red raised and blue lowered by so many 8-bit levels: too warm a white balance."""
    return lambda pixels: _rounded(pixels + np.array([levels, 0.0, -levels]))


def gamma(exponent: float) -> Defect:
    """Samples raised to a power: a wrong transfer curve."""
    return lambda pixels: _rounded(255.0 * (pixels / 255.0) ** exponent)


def hue_rotation(degrees: float) -> Defect:
    """Hues turned about the neutral axis, brightness kept."""
    angle = np.deg2rad(degrees)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    matrix = np.linalg.inv(_YIQ) @ turn @ _YIQ
    return lambda pixels: _rounded(pixels.astype(np.float64) @ matrix.T)


def blur(sigma: float) -> Defect:
    """A Gaussian blur: a bad resize, or a soft lens."""
    return lambda pixels: np.asarray(Pillow.fromarray(pixels).filter(ImageFilter.GaussianBlur(sigma)))


def grey_block(side: int) -> Defect:
    """A square lost to mid grey."""

    def lose(pixels: Pixels) -> Pixels:
        damaged, rows, columns = _square(pixels, side)
        damaged[rows, columns] = 128
        return damaged

    return lose


def noise_block(side: int) -> Defect:
    """A square destroyed: noise in its place, the same on every run."""

    def destroy(pixels: Pixels) -> Pixels:
        damaged, rows, columns = _square(pixels, side)
        damaged[rows, columns] = np.random.default_rng(0).integers(0, 256, (side, side, 3))
        return damaged

    return destroy


def _square(pixels: Pixels, side: int) -> tuple[Pixels, slice, slice]:
    top, left = (pixels.shape[0] - side) * 3 // 5, (pixels.shape[1] - side) * 2 // 5
    return pixels.copy(), slice(top, top + side), slice(left, left + side)


def _rounded(values: NDArray[np.float64]) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
