"""Which encoding the samples have, and samples in it."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

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
from qualitygate.decode.header import Header
from qualitygate.decode.raster import Raster, as_samples
from qualitygate.decode.refuse import no_ink_profile

# Profiles of one space differ by rounding and by how they approximate the curve. Within one 8-bit step of encoded
# value at every sample, and this much in the matrix, they are the space, so that equal pictures give equal numbers.
_STEP = 1.0 / 255.0
_MATRIX = 0.002
_KNOWN = (SRGB, DISPLAY_P3, ADOBE_RGB)
_SPACES = {"grey": "GRAY", "rgb": "RGB", "cmyk": "CMYK", "lab": "Lab"}

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
        from qualitygate.decode.cicp import cicp_encoding  # few files say code points, or have a profile

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
    from qualitygate.decode import icc

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
    from qualitygate.decode import littlecms  # few profiles need it, and with it Pillow

    samples, how = littlecms.by_profile(raster, profile.data)
    return samples, REC2020_SRGB_CURVE, profile.description or profile.space, {**settings, **how}


@lru_cache(maxsize=32)
def _shaper(data: bytes) -> Encoding:
    """The encoding of a matrix-shaper or grey-curve profile; a known space when it is one within tolerance."""
    from qualitygate.decode import icc

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


def _lab(raster: Raster) -> Coloured:
    """L*a*b* is relative to D50 (TIFF 6.0, section 23), with or without a profile that says so."""
    from qualitygate.decode import littlecms

    samples, how = littlecms.from_lab(raster)
    return samples, REC2020_SRGB_CURVE, "CIE L*a*b*", {"colour": "CIE L*a*b* under D50", **how}


def _three(samples: Samples) -> Samples:
    """Grey as three equal channels."""
    if samples.ndim == 3:
        return as_samples(samples)
    out = np.empty((*samples.shape, 3), dtype=samples.dtype)
    for channel in range(3):  # three strided copies take less time than one of three values per pixel
        out[..., channel] = samples
    return as_samples(out)
