"""What of two pictures SSIM sends to a device."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.view import luma
from qualitygate.core.image import Image
from qualitygate.core.mask import Mask

Planes = NDArray[np.uint8] | NDArray[np.float32]


def luma_or_samples(
    reference: Image, candidate: Image, mask: Mask | None = None
) -> tuple[tuple[Planes, Planes], tuple[float, float]]:
    """Samples where both are sRGB of 8 bits, a quarter of the bytes; else luma. And the shares of pixels clipped.

    Returns:
        uint8 `(H, W, 3)` or float32 `(H, W)` in 0..255, the candidate's masked pixels replaced; shares in 0..1.
    """
    if all(image.encoding.is_srgb and image.pixels.dtype == np.uint8 for image in (reference, candidate)):
        ours, theirs = reference.pixels.astype(np.uint8, copy=False), candidate.pixels.astype(np.uint8, copy=False)
        if mask is not None:
            theirs = np.where(mask[..., None], theirs, ours)
        return (ours, theirs), (0.0, 0.0)
    (x, clipped), (y, other_clipped) = luma(reference), luma(candidate)
    if mask is not None:
        np.copyto(y, x, where=~mask)
    return (x, y), (clipped, other_clipped)
