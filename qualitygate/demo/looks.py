"""The two brand looks of the founding incident, as functions of colour and as `.cube` files.

Version 1 is the approved look. Version 2 is the update that broke it: it was regenerated for a warmer white and pulls
the reds towards orange, so photographs leave the brand palette although each one still looks like a photograph.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from qualitygate.core.colour.curve import SRGB_CURVE, srgb_encode

Colours = NDArray[np.float64]
Look = Callable[[Colours], Colours]

SIZE = 33
"""Nodes per axis, the commonest size of a 3D LUT."""

# Gains of linear light that take a D65 white to about 5,200 K, luminance of white kept.
_WARM = np.array([1.110, 0.985, 0.740])
# How far pure red moves towards orange, as a share of the distance from red to green.
_RED_SHIFT = 0.16
# BT.601 luma weights.
_LUMA = np.array([0.299, 0.587, 0.114])


def approved(colours: Colours) -> Colours:
    """Version 1: slightly more contrast and saturation, neutrals kept neutral.

    Args:
        colours: `(…, 3)` float64 sRGB-encoded 0..1.

    Returns:
        The same shape, clipped to 0..1.
    """
    smooth = colours * colours * (3.0 - 2.0 * colours)
    contrast = colours + 0.10 * (smooth - colours)
    luma = (contrast @ _LUMA)[..., None]
    graded: Colours = np.clip(luma + 1.06 * (contrast - luma), 0.0, 1.0)
    return graded


def drifted(colours: Colours) -> Colours:
    """Version 2: version 1 with a warm white and reds pulled towards orange. Shapes and ranges as `approved`."""
    graded = approved(colours)
    redness = np.clip(graded[..., 0] - graded[..., 1:].max(axis=-1), 0.0, 1.0)
    graded[..., 1] += _RED_SHIFT * redness
    return srgb_encode(np.clip(SRGB_CURVE.linear(graded) * _WARM, 0.0, 1.0))


def lattice(look: Look, size: int = SIZE) -> Colours:
    """A look sampled on a regular grid: float64 `(size ** 3, 3)`, red changing fastest as in a `.cube` file."""
    steps = np.linspace(0.0, 1.0, size)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return look(np.stack([red, green, blue], axis=-1).reshape(-1, 3))


def to_cube(look: Look, title: str, size: int = SIZE) -> str:
    """A look as the text of a `.cube` file (Adobe, Cube LUT Specification 1.0, 2013)."""
    rows = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in lattice(look, size))
    return f'TITLE "{title}"\nLUT_3D_SIZE {size}\n{rows}\n'


def grade(photo: Image.Image, look: Look) -> Image.Image:
    """Apply a look to an 8-bit RGB picture through its LUT, with trilinear interpolation, as the pipeline does."""
    return photo.filter(ImageFilter.Color3DLUT(SIZE, lattice(look).astype(np.float32).ravel()))
