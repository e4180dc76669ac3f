"""Which encoding the samples have, and samples in it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageCms, features

from qualitygate.core.colour.curve import Curve, linear_table, srgb_encode
from qualitygate.core.colour.encoding import (
    ADOBE_RGB,
    D50_XYZ,
    D65_XYZ,
    DISPLAY_P3,
    REC2020_SRGB_CURVE,
    SRGB,
    Encoding,
    adaptation,
    as_matrix,
)
from qualitygate.core.image import UNTAGGED, Samples
from qualitygate.core.measurement import Setting
from qualitygate.decode import icc
from qualitygate.decode.cicp import cicp_encoding
from qualitygate.decode.header import Header
from qualitygate.decode.icc_build import build_profile
from qualitygate.decode.raster import Raster, as_samples
from qualitygate.decode.refuse import no_ink_profile, refusal

# Profiles of one space differ by rounding and by how they approximate the curve. Within one 8-bit step of encoded
# value at every sample, and this much in the matrix, they are the space, so that equal pictures give equal numbers.
_STEP = 1.0 / 255.0
_MATRIX = 0.002
_KNOWN = (SRGB, DISPLAY_P3, ADOBE_RGB)
_SPACES = {"grey": "GRAY", "rgb": "RGB", "cmyk": "CMYK", "lab": "Lab"}
_CMS_MODES = {"grey": "L", "rgb": "RGB", "cmyk": "CMYK", "lab": "LAB"}

Coloured = tuple[Samples, Encoding, str, dict[str, Setting]]


def resolve(raster: Raster, header: Header) -> Coloured:
    """Samples `(H, W, 3)`, their encoding, the name of the file's colour space, and what to record.

    Precedence as in PNG third edition, 4.3: code points, ICC profile, other declarations, else sRGB.

    Raises:
        DecodeError: QG-1211, QG-1212, QG-1213, QG-1214, QG-1217.
    """
    if raster.model == "cmyk" and header.icc is None:
        raise no_ink_profile()
    if header.cicp is not None and raster.model in ("grey", "rgb"):
        encoding, settings = cicp_encoding(header.cicp)
        return _three(raster.samples), encoding, encoding.name, settings
    if header.icc is not None:
        return _by_profile(raster, header.icc)
    if raster.model == "lab":
        return _lab(raster)
    encoding = header.declared or SRGB
    settings = {} if header.declared else {"colour": UNTAGGED}
    return _three(raster.samples), encoding, encoding.name, settings


def _by_profile(raster: Raster, data: bytes) -> Coloured:
    profile = icc.parse(data)
    if profile.space != _SPACES[raster.model]:
        raise icc.wrong_space(profile, raster.model)
    if raster.model == "lab":
        return _lab(raster)
    settings: dict[str, Setting] = {
        "colour": "icc",
        "icc_description": profile.description,
        "icc_sha256": hashlib.sha256(data).hexdigest(),
    }
    if raster.model in ("grey", "rgb") and not profile.has_table and profile.pcs == "XYZ":
        encoding = _shaper(data)
        return _three(raster.samples), encoding, encoding.name, settings
    samples, how = _through_cms(raster, profile)
    return samples, REC2020_SRGB_CURVE, profile.description or profile.space, {**settings, **how}


@lru_cache(maxsize=32)
def _shaper(data: bytes) -> Encoding:
    """The encoding of a matrix-shaper or grey-curve profile; a known space when it is one within tolerance."""
    profile = icc.parse(data)
    curves: tuple[Curve, Curve, Curve]
    if profile.space == "GRAY":
        grey = icc.curve(profile, b"kTRC")
        curves, matrix = (grey, grey, grey), np.array(SRGB.matrix)
    else:
        curves = (icc.curve(profile, b"rTRC"), icc.curve(profile, b"gTRC"), icc.curve(profile, b"bTRC"))
        matrix = adaptation(D50_XYZ, D65_XYZ) @ icc.rgb_matrix(profile)
    for known in _KNOWN[:1] if profile.space == "GRAY" else _KNOWN:
        close = np.abs(matrix - np.array(known.matrix)).max() <= _MATRIX
        if close and all(_alike(a, b) for a, b in zip(curves, known.curves, strict=True)):
            return known
    return Encoding(profile.description or "unnamed ICC profile", curves, as_matrix(matrix))


def _alike(curve: Curve, known: Curve) -> bool:
    """Whether two curves agree within one 8-bit step, compared where eyes compare: in sRGB-encoded light."""
    ours, theirs = (srgb_encode(np.clip(linear_table(c, 255), 0.0, 1.0)) for c in (curve, known))
    return bool(np.abs(ours - theirs).max() <= _STEP)


def _through_cms(raster: Raster, profile: icc.Profile) -> tuple[Samples, dict[str, Setting]]:
    source = _cms_profile(profile.data)
    mode = _CMS_MODES[raster.model]
    samples = _convert(raster, source, mode)
    return samples, _cms_settings()


def _lab(raster: Raster) -> Coloured:
    """L*a*b* is relative to D50 (TIFF 6.0, section 23), with or without a profile that says so."""
    samples = _convert(raster, ImageCms.createProfile("LAB", colorTemp=5003), "LAB")  # type: ignore[arg-type]
    return samples, REC2020_SRGB_CURVE, "CIE L*a*b*", {"colour": "CIE L*a*b* under D50", **_cms_settings()}


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
    }


def _three(samples: Samples) -> Samples:
    """Grey as three equal channels."""
    if samples.ndim == 3:
        return as_samples(samples)
    return as_samples(np.repeat(samples[..., None], 3, axis=2))
