"""Amounts of ink to a colour, by an ICC profile and LittleCMS, as a picture in these inks is decoded."""

from __future__ import annotations

import numpy as np

from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.core.errors import DecodeError
from qualitygate.core.image import Image, Source
from qualitygate.decode import icc
from qualitygate.decode.colour import resolve
from qualitygate.decode.header import Header
from qualitygate.decode.raster import Raster

Percent = tuple[float, float, float, float]


def ink_lab(percent: Percent, profile: bytes, name: str) -> tuple[float, float, float]:
    """CIE L*a*b* relative to D65 of cyan, magenta, yellow and black.

    The way is that of a CMYK picture (relative colorimetric, no black-point compensation, through 8 bits), so that a
    picture that holds these inks exactly has no difference from the colour.

    Args:
        percent: Amounts, 0..100.
        profile: An ICC profile for CMYK.
        name: What messages call the profile.

    Raises:
        DecodeError: QG-1214, it is no valid profile, or one for something else.
    """
    samples = np.rint(np.array([[percent]]) / 100.0 * 255.0).astype(np.uint8)
    try:
        found = icc.parse(profile)
        if found.space != "CMYK":
            raise DecodeError(f"the ICC profile is made for {found.space}, not for CMYK", code="QG-1214")
        header = Header("ink", 1, 1, 8, b"", icc=profile)
        pixels, encoding, _, _ = resolve(Raster(samples, "cmyk", "ink"), header)
    except DecodeError as error:
        message = error.message.replace("the embedded ICC", "the ICC")
        hint = "name the CMYK profile of the printing condition, such as that of coated paper"
        raise DecodeError(message, code=error.code, where=name, hint=hint) from None
    source = Source(name, "", 0, "ink", 1, 1, 8, "CMYK")
    lightness, a, b = LabPlanes(Image(pixels, encoding, source)).lab(pixels.reshape(-1, 3))[0]
    return float(lightness), float(a), float(b)
