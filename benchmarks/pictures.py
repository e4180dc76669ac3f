"""A pair of photographs all of whose pixels differ."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.image import Image, Source

Pixels = NDArray[np.uint8]


def photographs(side: int) -> Pixels:
    """Four of scikit-image's bundled photographs as one mosaic, uint8 `(side, side, 3)`; `side` is even."""
    from skimage import data

    half = side // 2
    quarters = [
        np.asarray(Pillow.fromarray(photo()).resize((half, half), Pillow.Resampling.LANCZOS))
        for photo in (data.astronaut, data.coffee, data.chelsea, data.rocket)
    ]
    return np.vstack((np.hstack(quarters[:2]), np.hstack(quarters[2:])))


def recompressed(pixels: Pixels) -> Pixels:
    """JPEG at quality 85, slightly warmer; pixels that came out equal are moved by one step of green."""
    stored = BytesIO()
    Pillow.fromarray(pixels).save(stored, "JPEG", quality=85)
    decoded = np.asarray(Pillow.open(stored).convert("RGB")).astype(np.int16)
    candidate = np.clip(decoded + np.array((3, 0, -3)), 0, 255).astype(np.uint8)
    equal = (candidate == pixels).all(axis=-1)
    green = candidate[..., 1]
    green[equal] = np.where(green[equal] < 255, green[equal] + 1, 254)
    moved: Pixels = candidate
    return moved


def image(pixels: Pixels) -> Image:
    """The pixels as this package's metrics take them."""
    height, width, _ = pixels.shape
    return Image(pixels, SRGB, Source("benchmark", "", 0, "png", width, height, 8, SRGB.name))
