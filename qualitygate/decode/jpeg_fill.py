"""Whether libjpeg made up the end of a picture: where the coded data stop early it goes on in grey without an error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qualitygate.core.bands import bands
from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import pillow
from qualitygate.decode.header import Header
from qualitygate.decode.raster import Raster
from qualitygate.decode.refuse import truncated

_CORNER = 4
_MORE = bytes(range(1, 255))  # no FF, hence no marker


def check_end(raster: Raster, header: Header, limits: DecodeLimits) -> None:
    """Refuse a sequential JPEG that was cut and given an end marker again.

    Blocks without data have zero coefficients, which is exact mid-grey. Only when the last corner is that, the picture
    is decoded once more with further bytes before the end marker: a decoder that had all it needed skips them, one
    that was starved turns them into pixels.

    Raises:
        DecodeError: QG-1203.
    """
    corner = raster.samples[-_CORNER:, -_CORNER:]
    if raster.model == "cmyk" or not (corner == 128).all():
        return
    fed = replace(header, stream=header.stream[:-2] + _MORE + header.stream[-2:])
    again = pillow.read(fed, limits, again=True).samples
    # By bands: a comparison of all takes memory for all.
    whole = again.shape == raster.samples.shape
    if not whole or any(not np.array_equal(again[rows], raster.samples[rows]) for rows in bands(again.shape[:2])):
        raise truncated("the coded data stop before the picture does")
