"""CIEDE2000 by colour-science."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.bands import bands
from qualitygate.core.colour.encoding import D65_XY
from qualitygate.core.colour.view import xyz
from qualitygate.core.image import Image
from qualitygate.core.mask import Mask
from qualitygate.crosscheck import Witness
from qualitygate.crosscheck.extra import science

_BAND_PIXELS = 1 << 18  # colour-science keeps some thirty float64 arrays of the size that it is given


def delta_e_2000(reference: Image, candidate: Image, mask: Mask | None) -> Witness:
    """Mean, p95 and max over the counted pixels.

    Raises:
        MissingExtraError: colour-science is not installed.
    """
    colour = science("colour", "colour-science")
    end_to_end = all(image.encoding.is_srgb and image.full_scale == 255 for image in (reference, candidate))

    def lab(image: Image, rows: slice) -> NDArray[np.float64]:
        if end_to_end:
            light = colour.RGB_to_XYZ(
                image.pixels[rows] / 255,
                colour.RGB_COLOURSPACES["sRGB"],
                apply_cctf_decoding=True,
                chromatic_adaptation_transform=None,
            )
        else:
            light = xyz(image, rows)
        converted: NDArray[np.float64] = colour.XYZ_to_Lab(light, np.array(D65_XY))
        return converted

    width, height = reference.size
    error_map = np.empty((height, width), dtype=np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for rows in bands((height, width), _BAND_PIXELS):
            error_map[rows] = colour.delta_E(lab(reference, rows), lab(candidate, rows), method="CIE 2000")
    counted = error_map if mask is None else error_map[mask]
    values = {
        "mean": float(counted.mean()),
        "p95": float(np.percentile(counted, 95)),
        "max": float(counted.max()),
    }
    return Witness("colour-science", colour.__version__, "pixels" if end_to_end else "our XYZ", values)
