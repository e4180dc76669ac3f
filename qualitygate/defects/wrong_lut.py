"""The wrong look-up table, mixed in by a share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.curve import SRGB_CURVE, srgb_encode
from qualitygate.defects.base import Apply, Defect, Pixels

Colours = NDArray[np.float64]
Look = Callable[[Colours], Colours]
"""Colours `(N, 3)` float64, encoded, 0..1, to colours of the same shape."""

# Gains of linear light that take a D65 white to about 5,200 K with its luminance kept, and the share of the distance
# from red to green that reds are pulled towards orange: the update of the founding incident.
_WARM = np.array([1.110, 0.985, 0.740])
_RED_SHIFT = 0.16
_BLOCK = 1 << 18


def drifted(colours: Colours) -> Colours:
    """The bundled wrong look: a warm white, and reds pulled towards orange; neutral contrast is kept."""
    graded = colours.copy()
    redness = np.clip(graded[..., 0] - graded[..., 1:].max(axis=-1), 0.0, 1.0)
    graded[..., 1] += _RED_SHIFT * redness
    return srgb_encode(np.clip(SRGB_CURVE.linear(graded) * _WARM, 0.0, 1.0))


def through(look: Look) -> Apply:
    """A defect's function from a look: the picture moves by a share, `strength`, of the way to its graded version."""

    def grade(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:  # noqa: ARG001
        """Mix the graded picture in by the share `strength`: 1 is the look as it is."""
        flat = pixels.reshape(-1, 3)
        mixed = np.empty_like(flat)
        for start in range(0, len(flat), _BLOCK):  # in double precision a large picture would not fit
            colours = flat[start : start + _BLOCK].astype(np.float64)
            mixed[start : start + _BLOCK] = colours + strength * (np.clip(look(colours), 0.0, 1.0) - colours)
        return mixed.reshape(pixels.shape)

    return grade


def through_lut(look: Look, name: str) -> Defect:
    """The defect with a look of the user's, such as a `.cube` file that was once shipped by mistake."""
    return WRONG_LUT.with_function(through(look), f"graded by {name}")


WRONG_LUT = Defect(
    name="wrong_lut",
    summary="graded by a warm look that pulls reds to orange",
    unit="shares of the look",
    levels=(0.1, 0.2, 0.5, 1.0),
    bounds=(0.0, 1.0),
    function=through(drifted),
)
"""A look-up table that is not the approved one.

In real pipelines: a LUT update that passed the review as a binary file, a camera profile applied twice, the look of
another campaign, a table in another encoding. Colours move together and smoothly, each by another amount: the
picture still looks like a picture, which is why nobody notices.
"""
