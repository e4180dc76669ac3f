"""Pictures made by hand for the tests of imaging."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from qualitygate.core.colour.encoding import SRGB, Encoding
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement


def image(pixels: NDArray, encoding: Encoding = SRGB, alpha: NDArray | None = None) -> Image:
    height, width = pixels.shape[:2]
    return Image(pixels, encoding, Source("a.png", "0" * 64, 1, "png", width, height, 8, encoding.name), alpha)


def scene(width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """Smooth colours with some grain, roughly as hard to pack as a photograph."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    base = np.stack([np.sin(x / 37) + np.cos(y / 53), np.sin((x + y) / 71), np.cos(x / 29 - y / 41)], axis=-1)
    grain = np.random.default_rng(seed).normal(0, 6, base.shape)
    return np.clip(128 + 50 * base + grain, 0, 255).astype(np.uint8)


def measurement(error_map: NDArray[np.float32], origin: tuple[int, int] = (0, 0)) -> Measurement:
    values = {
        "mean": float(error_map.mean()),
        "p95": float(np.percentile(error_map, 95)),
        "max": float(error_map.max()),
    }
    return Measurement("delta_e_2000", values, error_map=error_map, origin=origin)


def opened(data: bytes) -> NDArray[np.uint8]:
    with PilImage.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB"))
