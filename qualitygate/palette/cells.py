"""A picture as a grid of small cells: what of each is flat, of which colour, and what it looks like as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.bands import bands
from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.core.image import Image, Samples
from qualitygate.core.mask import Mask
from qualitygate.palette.flatness import as_samples, flat_pixels

SIDE = 4
"""Pixels a side. Flat pixels keep two pixels away from an edge, so those on both sides of one never share a cell."""
_BAND_PIXELS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of a picture; those at the right and lower border may be smaller.

    Attributes:
        flat: Flat pixels that count, int32 `(h, w)`, 0..16.
        clipped: Those of them that are pure black or pure white, int32 `(h, w)`.
        lab: Mean CIE L*a*b* of the flat pixels, float32 `(h, w, 3)`; of no meaning where there are none.
        seen: Mean CIE L*a*b* of all pixels of the cell, float32 `(h, w, 3)`.
        pixels: Pixels of the picture that count.
    """

    flat: NDArray[np.int32]
    clipped: NDArray[np.int32]
    lab: NDArray[np.float32]
    seen: NDArray[np.float32]
    pixels: int


def cut(image: Image, counted: Mask | None = None) -> Cells:
    """Cut an opaque picture into cells.

    Args:
        image: `(H, W, 3)` samples in any encoding. Means are taken of encoded samples, which within a flat cell differ
            too little for it to matter.
        counted: Pixels that count, `(H, W)`; None for all.
    """
    width, height = image.size
    parts = [_cut(image, counted, rows) for rows in bands((height, width), _BAND_PIXELS, SIDE)]
    flat, clipped, lab, seen = (np.concatenate([part[index] for part in parts]) for index in range(4))
    pixels = width * height if counted is None else int(np.count_nonzero(counted))
    return Cells(
        flat.astype(np.int32), clipped.astype(np.int32), lab.astype(np.float32), seen.astype(np.float32), pixels
    )


def level_pixels(image: Image, counted: Mask | None, chosen: Mask) -> Mask:
    """The flat pixels that count of chosen cells, `(H, W)`; `chosen` is `(h, w)`."""
    width, height = image.size
    found = chosen.repeat(SIDE, axis=0)[:height].repeat(SIDE, axis=1)[:, :width] & flat_pixels(image)
    return found if counted is None else found & counted


def _cut(image: Image, counted: Mask | None, rows: slice) -> tuple[NDArray[Any], ...]:
    """`flat`, `clipped`, `lab` and `seen` of a band of rows that begins with a cell."""
    samples = image.pixels[rows]
    flat = flat_pixels(image, rows)
    if counted is not None:
        flat &= counted[rows]
    marks = np.stack((flat, flat & _clipped(samples, image.full_scale), np.ones_like(flat)), axis=-1).view(np.uint8)
    number, clipped, size = np.moveaxis(_sums(as_samples(marks)), -1, 0)
    inside = _sums(as_samples(samples * flat[..., None]))
    return number, clipped, _lab(image, inside, number), _lab(image, _sums(samples), size)


def _clipped(samples: Samples, full_scale: int) -> Mask:
    """Pixels that are pure black or pure white."""
    first = samples[..., 0]
    found: Mask = (first == 0) | (first == full_scale)
    found &= (samples[..., 1] == first) & (samples[..., 2] == first)
    return found


def _sums(values: Samples) -> NDArray[np.int32]:
    """Sums over cells of `(H, W, C)`, by rows first."""
    height, width, channels = values.shape
    padded = np.pad(values, ((0, -height % SIDE), (0, -width % SIDE), (0, 0)))
    rows = padded.reshape(-1, SIDE, padded.shape[1] * channels)
    # Sixteen samples of 8 bits fit into 16.
    wide = np.uint16 if values.dtype == np.uint8 else np.uint32
    summed = sum((rows[:, index] for index in range(1, SIDE)), rows[:, 0].astype(wide))
    cells = summed.reshape(len(rows), -1, SIDE, channels)
    found: NDArray[np.int32] = sum((cells[:, :, index] for index in range(1, SIDE)), cells[:, :, 0]).astype(np.int32)
    return found


def _lab(image: Image, sums: NDArray[np.int32], number: NDArray[np.int32]) -> NDArray[np.float32]:
    """L*a*b* of mean samples, to a part in 65,535 of them."""
    scale = 65535 // image.full_scale
    mean = np.rint(sums * (scale / np.maximum(number, 1))[..., None]).astype(np.uint16).reshape(-1, 3)
    wide = replace(image, pixels=mean[None])
    lightness, a, b = LabPlanes(wide)(mean)
    return np.stack((lightness - np.float32(16), a, b), axis=-1).reshape(*number.shape, 3)
