"""The colours of a picture, each with how many pixels have it and how many of those lie in flat surroundings.

A picture has far fewer colours than pixels; all that follows works on the colours. Samples of 16 bits are told apart
to a quarter of an 8-bit step, which is a DeltaE00 of 0.15 at most and keeps that true for them; samples that come from
8 bits stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.bands import bands
from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.core.image import Image, Samples
from qualitygate.core.mask import Mask
from qualitygate.palette.flatness import as_samples, flat_pixels

Keys = NDArray[np.uint32]

_BAND_PIXELS = 1_000_000
_BITS = np.uint32(10)
_LEVEL = np.uint32((1 << 10) - 1)
# 65535 / 1020: four levels for each of the 255 steps of 8 bits.
_STEP = 64.25


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """Colours of a picture and their pixels. Arrays have one entry per colour, in the order of `keys`.

    Attributes:
        keys: Samples of each colour packed into one number, uint32 `(n,)`, rising.
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
    marked = []
    for rows in bands(image.pixels.shape[:2], _BAND_PIXELS):
        # Whether the surroundings are flat is the lowest bit, so that one sorting counts both.
        band = (_pack(image.pixels[rows]) << np.uint32(1)) | flat_pixels(image, rows).ravel()
        marked.append(band if counted is None else band[counted[rows].ravel()])
    colours, numbers = np.unique(np.concatenate(marked), return_counts=True)
    keys, first = np.unique(colours >> np.uint32(1), return_index=True)
    level = np.where(colours & np.uint32(1), numbers, 0)
    counts, flat = (np.add.reduceat(each, first) if keys.size else each for each in (numbers, level))
    samples, clipped = _unpack(keys, image)
    lab = LabPlanes(image).lab(samples)
    return Census(keys, lab, counts.astype(np.int64), flat.astype(np.int64), clipped, int(counts.sum()))


def places(image: Image, census: Census, chosen: NDArray[np.bool_]) -> Mask:
    """Pixels of a picture that have one of the chosen colours of its census, `(H, W)`."""
    found = np.zeros(image.pixels.shape[:2], np.bool_)
    keys = census.keys[chosen]
    if keys.size:
        for rows in bands(image.pixels.shape[:2], _BAND_PIXELS):
            band = _pack(image.pixels[rows])
            at = np.minimum(np.searchsorted(keys, band), keys.size - 1)
            found[rows] = (keys[at] == band).reshape(found[rows].shape)
    return found


def _pack(samples: Samples) -> Keys:
    """Samples `(..., 3)` as one number a pixel, uint32 `(n,)` of 30 bits: red in the highest ones."""
    levels = samples.reshape(-1, 3)
    if samples.dtype != np.uint8:
        levels = np.rint(levels * np.float32(1 / _STEP)).astype(np.uint16)
    packed = levels[:, 0].astype(np.uint32)
    for channel in (1, 2):
        packed <<= _BITS
        packed |= levels[:, channel]
    return packed


def _unpack(keys: Keys, image: Image) -> tuple[Samples, NDArray[np.bool_]]:
    """Samples `(n, 3)` of the picture's type, and which are pure black or pure white."""
    levels = np.stack([(keys >> (_BITS + _BITS)) & _LEVEL, (keys >> _BITS) & _LEVEL, keys & _LEVEL], axis=-1)
    wide = image.full_scale != 255
    samples = np.rint(levels * _STEP) if wide else levels
    clipped = (levels == 0).all(axis=-1) | (levels == (1020 if wide else 255)).all(axis=-1)
    return as_samples(samples.astype(image.pixels.dtype)), clipped
