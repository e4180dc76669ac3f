"""Samples through LittleCMS: profiles that are tables, and L*a*b*."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageCms, features

from qualitygate.core.colour.encoding import REC2020_SRGB_CURVE
from qualitygate.core.image import Samples
from qualitygate.core.measurement import Setting
from qualitygate.decode.icc_build import build_profile
from qualitygate.decode.raster import Raster
from qualitygate.decode.refuse import refusal

_MODES = {"grey": "L", "rgb": "RGB", "cmyk": "CMYK", "lab": "LAB"}

Converted = tuple[Samples, dict[str, Setting]]


def by_profile(raster: Raster, profile: bytes) -> Converted:
    """Samples in BT.2020 primaries with the sRGB curve, and what to record.

    Raises:
        DecodeError: QG-1211 for 16 bits, QG-1214 for a profile that LittleCMS does not take.
    """
    return _convert(raster, _cms_profile(profile), _MODES[raster.model]), _cms_settings()


def from_lab(raster: Raster) -> Converted:
    """As `by_profile`, of L*a*b* relative to D50."""
    samples = _convert(raster, ImageCms.createProfile("LAB", colorTemp=5003), "LAB")  # type: ignore[arg-type]
    return samples, _cms_settings()


def _convert(raster: Raster, source: ImageCms.ImageCmsProfile, mode: str) -> Samples:
    """Into BT.2020 primaries with the sRGB curve: 8 bits, wide enough that printable colours do not clip."""
    if raster.samples.dtype != np.uint8:
        raise refusal("QG-1211", "16-bit samples with such a profile would be cut to 8", "convert to 16-bit RGB")
    height, width = raster.samples.shape[:2]
    picture = PillowImage.frombuffer(mode, (width, height), np.ascontiguousarray(raster.samples), "raw", mode, 0, 1)
    target = _cms_profile(build_profile(REC2020_SRGB_CURVE))
    # Without black-point compensation: what the profile measured, not a rendition that deepens the blacks.
    flags = ImageCms.Flags.HIGHRESPRECALC
    try:
        transform = ImageCms.buildTransform(source, target, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, flags)
        converted = ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, ValueError, OSError) as error:
        raise refusal("QG-1214", f"LittleCMS cannot use the profile ({error})", "embed a valid profile") from None
    assert converted is not None  # only an in-place transform returns None
    return np.array(converted)


def _cms_profile(data: bytes) -> ImageCms.ImageCmsProfile:
    try:
        return ImageCms.ImageCmsProfile(BytesIO(data))
    except (ImageCms.PyCMSError, OSError, TypeError) as error:
        raise refusal("QG-1214", f"LittleCMS cannot read the profile ({error})", "embed a valid profile") from None


def _cms_settings() -> dict[str, Setting]:
    return {
        "converter": f"LittleCMS {features.version_module('littlecms2')}",
        "converted_to": REC2020_SRGB_CURVE.name,
        "intent": "relative colorimetric",
        "black_point_compensation": False,
        "bits": 8,
    }
