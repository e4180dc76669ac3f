"""Ignored areas and regions as masks over a picture."""

from __future__ import annotations

import numpy as np

from qualitygate.core.errors import ConfigError
from qualitygate.core.image import Image
from qualitygate.core.mask import Mask, rectangle_mask
from qualitygate.core.measurement import Measurement
from qualitygate.corridor.measured import ignored
from qualitygate.corridor.task import PairTask
from qualitygate.decode import load_mask
from qualitygate.policy.model import Area


def counted(task: PairTask, candidate: Image) -> Mask | None:
    """True where pixels of a pair count, `(H, W)` of the candidate; None when nothing is ignored."""
    areas = ignored(task)
    if not areas:
        return None
    left_out = np.zeros((candidate.size[1], candidate.size[0]), dtype=np.bool_)
    for area in areas:
        left_out |= area_mask(area, candidate.size)
    return np.logical_not(left_out, out=left_out)


def area_mask(area: Area, size: tuple[int, int]) -> Mask:
    """True inside an area, `(H, W)`; `size` is `(W, H)`.

    Raises:
        ConfigError: Its mask image is missing or has another size.
    """
    inside = rectangle_mask(size, list(area.rectangles))
    if area.mask is not None:
        try:
            inside |= load_mask(area.mask, size)
        except ConfigError as error:
            raise area.place.wrong(
                "mask", f"{area.mask.name}: {error.message}", code=error.code, hint=error.hint
            ) from None
    return inside


def crop(mask: Mask, measurement: Measurement) -> Mask:
    """The part of a picture's mask that an error map covers."""
    if measurement.error_map is None:
        return mask
    (top, left), (height, width) = measurement.origin, measurement.error_map.shape
    return mask[top : top + height, left : left + width]
