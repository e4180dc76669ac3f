"""The colour map of heat maps: black over violet and orange to pale yellow."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.curve import SRGB_CURVE, srgb_encode

# Nine equally spaced colours of `inferno` (Nathaniel Smith and Stefan van der Walt, 2015, CC0), whose lightness rises
# evenly: equal steps of the value look equally large, also in grey and to colour-blind eyes.
_ANCHORS = (
    (0, 0, 4), (31, 12, 72), (87, 16, 110), (137, 34, 106), (188, 55, 84),
    (228, 90, 49), (249, 142, 9), (249, 203, 53), (252, 255, 164),
)  # fmt: skip

# Ottosson (2020), "A perceptual color space for image processing": linear sRGB to cone responses, and those to Oklab.
_TO_LMS = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
_TO_OKLAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip

# More steps than the eye tells apart in a map, and few enough for PNG to pack the noise of a lossy codec well.
LEVELS = 64


@lru_cache(maxsize=1)
def ramp() -> NDArray[np.uint8]:
    """The 256 colours of the map, sRGB `(256, 3)`, read-only; between the anchors interpolated in Oklab."""
    linear = SRGB_CURVE.linear(np.array(_ANCHORS, dtype=np.float64) / 255.0)
    oklab = np.cbrt(linear @ _TO_LMS.T) @ _TO_OKLAB.T
    at = np.linspace(0.0, 1.0, 256)
    anchors = np.linspace(0.0, 1.0, len(_ANCHORS))
    between = np.stack([np.interp(at, anchors, oklab[:, axis]) for axis in range(3)], axis=-1)
    back = (between @ np.linalg.inv(_TO_OKLAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T
    table: NDArray[np.uint8] = np.rint(srgb_encode(np.clip(back, 0.0, 1.0)) * 255.0).astype(np.uint8)
    table.setflags(write=False)
    return table


def colours(values: NDArray[np.floating], top: float) -> NDArray[np.uint8]:
    """Colours of values from 0 to `top`, sRGB uint8 `(…, 3)`; values outside take the colour of the nearer end."""
    share = np.clip(np.nan_to_num(values, nan=0.0, posinf=top) / top, 0.0, 1.0)
    steps = np.rint(share * (LEVELS - 1)) * 255 // (LEVELS - 1)
    chosen: NDArray[np.uint8] = ramp()[steps.astype(np.uint8)]
    return chosen


def scale_top(values: NDArray[np.floating], limit: float | None) -> float:
    """A round upper end of the scale: beyond 99.5 % of the values, and twice the limit at least.

    From a short list, so that heat maps of one run can be compared with each other.
    """
    wanted = float(np.percentile(values, 99.5)) if values.size else 0.0
    if limit is not None:
        wanted = max(wanted, 2.0 * limit)
    steps = (1.0, 2.0, 4.0, 6.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0)
    return next((step for step in steps if step >= wanted), float(np.ceil(wanted)))
