"""Which pixels lie in flat surroundings: laid on as one colour, or in a slow gradient."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Image, Samples
from qualitygate.core.mask import Mask

REACH = 2
"""Pixels looked at to every side: a window of 5x5."""
STEP = 6
"""Largest difference of a channel within the window, in 8-bit steps of the encoded value: what JPEG and WebP at
quality 85 leave of an area of one colour, away from its edges."""


def as_samples(values: NDArray[Any]) -> Samples:
    """The array itself, known to be uint8 or uint16."""
    return cast(Samples, values)


def flat_pixels(image: Image, rows: slice = slice(None)) -> Mask:
    """Pixels in whose window no channel differs by more than `STEP`, `(h, W)`, for a band of rows.

    The window is cut off at the border of the picture.
    """
    height = image.pixels.shape[0]
    start, stop, _ = rows.indices(height)
    above, below = min(REACH, start), min(REACH, height - stop)
    band = image.pixels[start - above : stop + below]
    padding = ((REACH - above, REACH - below), (REACH, REACH), (0, 0))
    padded = as_samples(np.pad(band, padding, mode="edge"))
    spread = _extreme(padded, np.maximum) - _extreme(padded, np.minimum)
    flat: Mask = np.all(spread <= STEP * (image.full_scale // 255), axis=-1)
    return flat


def _extreme(samples: Samples, pick: np.ufunc) -> Samples:
    """Largest or smallest sample of every window, by columns and then by rows."""
    size = 2 * REACH + 1
    height, width = samples.shape[0] - size + 1, samples.shape[1] - size + 1
    found = samples[:, :width]
    for shift in range(1, size):
        found = as_samples(pick(found, samples[:, shift : shift + width]))
    columns, found = found, found[:height]
    for shift in range(1, size):
        found = as_samples(pick(found, columns[shift : shift + height]))
    return found
