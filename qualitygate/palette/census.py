"""The colours of a picture, each with how many pixels have it and how many of those lie in flat surroundings.

A picture has far fewer colours than pixels; all that follows works on the colours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.core.image import Image, Samples
from qualitygate.core.mask import Mask
from qualitygate.palette.flatness import as_samples, flat_pixels

Keys = NDArray[np.uint64]

_BAND_PIXELS = 1_000_000
# Below this many pixels sorting them is faster than a table of all 24-bit colours.
_TABLE_FROM = 2_000_000
_LEVELS = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """Colours of a picture and their pixels. Arrays have one entry per colour, in the order of `keys`.

    Attributes:
        keys: Samples of each colour packed into one number, uint64 `(n,)`, rising.
        lab: CIE L*a*b* relative to D65, float64 `(n, 3)`, unclipped.
        counts: Counted pixels, int64 `(n,)`.
        flat: Those of them whose surroundings are flat, int64 `(n,)`.
        clipped: Pure black and pure white, bool `(n,)`.
        pixels: Counted pixels altogether.
    """

    keys: Keys
    lab: NDArray[np.float64]
    counts: NDArray[np.int64]
    flat: NDArray[np.int64]
    clipped: NDArray[np.bool_]
    pixels: int


def take(image: Image, counted: Mask | None = None) -> Census:
    """Count the colours of an opaque picture.

    Args:
        image: `(H, W, 3)` samples in any encoding.
        counted: Pixels that count, `(H, W)`; None for all.
    """
    packed, flat = [], []
    for rows in _bands(image):
        band, level = pack(image.pixels[rows]), flat_pixels(image, rows)
        inside = slice(None) if counted is None else counted[rows].ravel()
        packed.append(band[inside])
        flat.append(level.ravel()[inside])
    return _census(image, np.concatenate(packed), np.concatenate(flat))


def pack(samples: Samples) -> Keys:
    """Samples `(..., 3)` as one number a pixel, uint64 `(n,)`: red in the highest bits."""
    wide = samples.reshape(-1, 3).astype(np.uint64)
    bits = np.uint64(8 * samples.dtype.itemsize)
    packed: Keys = (wide[:, 0] << (bits + bits)) | (wide[:, 1] << bits) | wide[:, 2]
    return packed


def places(image: Image, census: Census, chosen: NDArray[np.bool_]) -> Mask:
    """Pixels of a picture that have one of the chosen colours of its census, `(H, W)`."""
    found = np.zeros(image.pixels.shape[:2], np.bool_)
    keys = census.keys[chosen]
    if keys.size:
        for rows in _bands(image):
            band = pack(image.pixels[rows])
            at = np.minimum(np.searchsorted(keys, band), keys.size - 1)
            found[rows] = (keys[at] == band).reshape(found[rows].shape)
    return found


def _bands(image: Image) -> list[slice]:
    width, height = image.size
    step = max(1, _BAND_PIXELS // max(width, 1))
    return [slice(top, min(top + step, height)) for top in range(0, height, step)]


def _census(image: Image, packed: Keys, flat: NDArray[np.bool_]) -> Census:
    if image.full_scale == 255 and packed.size >= _TABLE_FROM:
        indices = packed.astype(np.int64)
        table = np.bincount(indices, minlength=_LEVELS)
        colours = np.flatnonzero(table)
        counts, keys = table[colours], colours.astype(np.uint64)
        level = np.bincount(indices[flat], minlength=_LEVELS)[colours]
    else:
        keys, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
        level = np.bincount(inverse[flat], minlength=keys.size)
    bits, mask = np.uint64(8 * image.pixels.dtype.itemsize), np.uint64(image.full_scale)
    samples = np.stack([(keys >> (bits + bits)) & mask, (keys >> bits) & mask, keys & mask], axis=-1)
    clipped = (samples == 0).all(axis=-1) | (samples == mask).all(axis=-1)
    lab = LabPlanes(image).lab(as_samples(samples.astype(image.pixels.dtype)))
    return Census(keys, lab, counts.astype(np.int64), level.astype(np.int64), clipped, int(packed.size))
