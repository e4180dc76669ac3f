"""What of two pictures goes into the network: sRGB samples of a part of them, and how much of them is outside sRGB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.bands import bands
from qualitygate.core.colour.view import srgb
from qualitygate.core.image import Image, Samples
from qualitygate.core.mask import Mask


def samples(
    reference: Image,
    candidate: Image,
    mask: Mask | None = None,
    rows: slice = slice(None),
    columns: slice = slice(None),
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A part of both pictures as sRGB in 0..255, float32 `(h, w, 3)`, the candidate's masked pixels replaced."""
    ours, theirs = (srgb(_part(image, rows, columns))[0] for image in (reference, candidate))
    if mask is not None:
        np.copyto(theirs, ours, where=~mask[rows, columns][..., None])
    return ours, theirs


def clipped_share(image: Image) -> float:
    """Share of a picture's pixels outside sRGB, 0..1, counted in bands to keep memory small."""
    if image.encoding.is_srgb:
        return 0.0
    width, height = image.size
    clipped = 0.0
    for rows in bands((height, width)):
        clipped += srgb(image, rows)[1] * (rows.stop - rows.start)
    return clipped / height


def _part(image: Image, rows: slice, columns: slice) -> Image:
    pixels: Samples = np.ascontiguousarray(image.pixels[rows, columns])  # type: ignore[assignment]
    return Image(pixels, image.encoding, image.source)
