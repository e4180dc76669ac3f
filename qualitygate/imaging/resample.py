"""Bringing pictures and maps to the size they are drawn at."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from qualitygate.core.bands import bands
from qualitygate.core.colour.view import composite, srgb
from qualitygate.core.image import Image

_BAND_PIXELS = 1_000_000
WHITE = (255, 255, 255)


def fit(size: tuple[int, int], max_side: int, min_side: int) -> tuple[int, int]:
    """Width and height to draw a picture of `size` at, in its proportions.

    Large pictures shrink to `max_side`. Pictures whose longer side is below `min_side` grow by a whole factor, so that
    their pixels stay squares.
    """
    width, height = size
    longer = max(width, height)
    if longer > max_side:
        ratio = max_side / longer
        return max(1, round(width * ratio)), max(1, round(height * ratio))
    factor = max(1, min(math.ceil(min_side / longer), max_side // longer))
    return width * factor, height * factor


def picture(image: Image, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture as sRGB, uint8 `(height, width, 3)`: smaller by area averaging, larger by repeating pixels.

    Converted in bands, so that a 100-megapixel picture needs no more than a few bytes per pixel at a time.
    Transparent pictures are laid on white.
    """
    width, height = image.size
    # Pillow averages well from three times the size downwards; the blocks do what is beyond that.
    factor = max(1, min(width // size[0], height // size[1]) // 3)
    means = []
    for part in bands((height, width), _BAND_PIXELS, factor):
        alpha = None if image.alpha is None else image.alpha[part]
        band, _ = srgb(composite(Image(image.pixels[part], image.encoding, image.source, alpha), WHITE))
        means.append(_block_means(band, factor))
    reduced = PilImage.fromarray(np.rint(np.concatenate(means)).astype(np.uint8), "RGB")
    kind = PilImage.Resampling.NEAREST if size[0] > width else PilImage.Resampling.HAMMING
    # The last blocks may be narrower than the others; the box says how much of them there is.
    return np.asarray(reduced.resize(size, kind, box=(0, 0, width / factor, height / factor)))


def worst_of(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """A map at `size` (width, height), float32: smaller by taking the worst value of every cell, so that damage of a
    single pixel stays visible; larger by repeating pixels.
    """
    height, width = values.shape
    tops = np.arange(size[1]) * height // size[1]
    lefts = np.arange(size[0]) * width // size[0]
    if size[0] > width or size[1] > height:
        return values[np.ix_(tops, lefts)]
    pooled: NDArray[np.float32] = np.maximum.reduceat(np.maximum.reduceat(values, tops, axis=0), lefts, axis=1)
    return pooled


def _block_means(band: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Means over blocks of `factor` x `factor` pixels; a remainder at the right or bottom is averaged by itself."""
    if factor == 1:
        return band
    height, width, _ = band.shape
    tops, lefts = np.arange(0, height, factor), np.arange(0, width, factor)
    sums = np.add.reduceat(np.add.reduceat(band, tops, axis=0), lefts, axis=1)
    across = np.diff(np.append(lefts, width))
    down = np.diff(np.append(tops, height))
    means: NDArray[np.float32] = (sums / (down[:, None] * across[None, :])[..., None]).astype(np.float32)
    return means
