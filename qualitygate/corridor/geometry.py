"""Saying how the candidate is the reference, shifted, cropped or scaled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.view import BT601_LUMA, srgb
from qualitygate.core.image import Image

_BAND = 256


def relation(reference: Image, candidate: Image) -> str:
    """In words, how the candidate is the reference shifted, cropped or scaled; empty when it is not."""
    from qualitygate.core.geometry import Scaled, Shifted, diagnose  # only asked where a limit is broken

    match diagnose(_luma(reference), _luma(candidate)):
        case Shifted(dx=0, dy=0):
            return "the candidate shows the reference from the same top left corner, cropped or padded"
        case Shifted(dx=dx, dy=dy):
            return f"the candidate shows the reference shifted by {dx} px to the right and {dy} px down"
        case Scaled(factor=factor):
            remedy = "`--resize lanczos`, or `resize` in the set, would allow that"
            return f"the candidate shows the reference scaled by {factor:.3g} ({remedy})"
        case None:
            return ""


def _luma(image: Image) -> NDArray[np.float32]:
    """BT.601 luma of a whole picture, made in bands: as sRGB in float32 it would take four times the memory."""
    width, height = image.size
    luma = np.empty((height, width), dtype=np.float32)
    for top in range(0, height, _BAND):
        rows = slice(top, min(top + _BAND, height))
        np.matmul(srgb(image, rows)[0], np.array(BT601_LUMA, dtype=np.float32), out=luma[rows])
    return luma
