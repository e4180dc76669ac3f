"""Colours as CSS Color Module Level 4 defines them, as XYZ and L*a*b* relative to D65. Nothing is clipped.

Source: W3C, CSS Color Module Level 4 (Candidate Recommendation), sections 10.2 to 10.9 and the sample code of 18.
sRGB, Display P3 and Adobe RGB are those of this package, so that a picture in one of them that holds a colour exactly
has no difference from it. `rec2020` has the transfer function of ITU-R BT.2020, as browsers do at present.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.css_syntax import Written, read
from qualitygate.core.colour.curve import LINEAR_CURVE, ParametricCurve, srgb_encode
from qualitygate.core.colour.encoding import (
    ADOBE_RGB,
    D65_XYZ,
    DISPLAY_P3,
    SRGB,
    Encoding,
    adaptation,
    from_primaries,
    xy_to_xyz,
)
from qualitygate.core.colour.lab import lab_to_xyz, xyz_to_lab

Array = NDArray[np.float64]

_D50_XY = (0.3457, 0.3585)
_D50 = xy_to_xyz(*_D50_XY)

# ITU-R BT.2020-2, table 4, and ISO 22028-2 (ROMM RGB), solved for linear light.
_ALPHA, _BETA = 1.09929682680944, 0.018053968510807
_BT2020 = ParametricCurve(g=1 / 0.45, a=1 / _ALPHA, b=(_ALPHA - 1) / _ALPHA, c=1 / 4.5, d=4.5 * _BETA)
_ROMM = ParametricCurve(g=1.8, c=1 / 16, d=16 / 512)

# Of linear light: half an 8-bit step at the dark end, the four decimals of the matrix at the bright one.
_ROUNDING = 0.0005

_ENCODINGS = {
    "srgb": SRGB,
    "srgb-linear": Encoding("sRGB, linear", (LINEAR_CURVE,) * 3, SRGB.matrix),
    "display-p3": DISPLAY_P3,
    "display-p3-linear": Encoding("Display P3, linear", (LINEAR_CURVE,) * 3, DISPLAY_P3.matrix),
    "a98-rgb": ADOBE_RGB,
    "prophoto-rgb": from_primaries(
        "ProPhoto RGB", (0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105), _ROMM, _D50_XY
    ),
    "rec2020": from_primaries("Rec.2020", (0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _BT2020),
}

# B. Ottosson, "A perceptual color space for image processing" (2020), recalculated for CSS to 64 bits.
_OKLAB_TO_LMS = np.array([
    [1.0, 0.3963377773761749, 0.2158037573099136],
    [1.0, -0.1055613458156586, -0.0638541728258133],
    [1.0, -0.0894841775298119, -1.2914855480194092],
])  # fmt: skip
_LMS_TO_XYZ = np.array([
    [1.2268798758459243, -0.5578149944602171, 0.2813910456659647],
    [-0.0405757452148008, 1.1122868032803170, -0.0717110580655164],
    [-0.0763729366746601, -0.4214933324022432, 1.5869240198367816],
])  # fmt: skip


def lab_of(text: str) -> tuple[float, float, float]:
    """CIE L*a*b* relative to D65 of a colour written as CSS does.

    Raises:
        ValueError: As `css_syntax.read`, or it is not a colour that a picture could hold (far outside of everything).
    """
    lightness, a, b = (float(value) for value in xyz_to_lab(xyz_of(read(text))))
    if not all(math.isfinite(value) and abs(value) < 1_000 for value in (lightness, a, b)):
        raise ValueError(f"{text!r} lies far outside of all colours")
    return lightness, a, b


def srgb_of(text: str) -> tuple[int, int, int]:
    """The nearest 8-bit sRGB of a colour written as CSS does.

    Raises:
        ValueError: As `css_syntax.read`, or it lies outside sRGB by more than rounding.
    """
    linear = np.linalg.inv(np.array(SRGB.matrix)) @ xyz_of(read(text))
    if (linear < -_ROUNDING).any() or (linear > 1 + _ROUNDING).any():
        raise ValueError(f"{text!r} lies outside of sRGB, in which this palette is written")
    red, green, blue = np.rint(srgb_encode(np.clip(linear, 0.0, 1.0)) * 255).astype(int)
    return int(red), int(green), int(blue)


def xyz_of(colour: Written) -> Array:
    """CIE XYZ relative to D65, Y of white = 1, float64 `(3,)`; unclipped."""
    values = np.array(colour.values)
    if colour.space in _ENCODINGS:
        return _of_rgb(values, _ENCODINGS[colour.space])
    if colour.space in ("xyz", "xyz-d65"):
        return values
    if colour.space == "xyz-d50":
        return _from_d50(values)
    if colour.space in ("lch", "oklch"):
        lightness, chroma, hue = colour.values
        values = np.array([lightness, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))])
    if colour.space in ("lab", "lch"):
        return _from_d50(lab_to_xyz(values, _D50))
    xyz: Array = _LMS_TO_XYZ @ (_OKLAB_TO_LMS @ values) ** 3
    return xyz


def _of_rgb(encoded: Array, encoding: Encoding) -> Array:
    # Outside 0..1 the curves go on symmetrically around zero (CSS Color 4, 10.1).
    linear = np.array([
        np.sign(value) * curve.linear(np.abs(value)) for value, curve in zip(encoded, encoding.curves, strict=True)
    ])  # fmt: skip
    xyz: Array = np.array(encoding.matrix) @ linear
    return xyz


def _from_d50(xyz: Array) -> Array:
    adapted: Array = adaptation(_D50, D65_XYZ) @ xyz
    return adapted
