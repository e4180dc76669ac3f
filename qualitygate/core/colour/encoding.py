"""RGB encodings: transfer curves plus a matrix to CIE XYZ relative to D65."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.curve import SRGB_CURVE, Curve, ParametricCurve

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

# CIE 1931 2 degree observer; all numbers use this four-decimal chromaticity.
D65_XY = (0.3127, 0.3290)
D50_XYZ = (0.9642, 1.0, 0.8249)  # ICC.1:2022, profile connection space

# IEC 61966-2-1:1999, the four-decimal matrix as printed. Other libraries derive more decimals from the primaries and
# differ from it in the fourth decimal of dE2000 between unlike colours.
SRGB_TO_XYZ: Matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def xy_to_xyz(x: float, y: float) -> tuple[float, float, float]:
    """CIE XYZ of a chromaticity at Y = 1."""
    return x / y, 1.0, (1.0 - x - y) / y


D65_XYZ = xy_to_xyz(*D65_XY)

# Lam (1985), cone responses used by ICC and by CSS Color 4.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def adaptation(source: tuple[float, float, float], target: tuple[float, float, float]) -> NDArray[np.float64]:
    """Linear Bradford adaptation between two white points, float64 `(3, 3)` for column vectors of XYZ."""
    ratio = (_BRADFORD @ np.array(target)) / (_BRADFORD @ np.array(source))
    adapted: NDArray[np.float64] = np.linalg.inv(_BRADFORD) @ np.diag(ratio) @ _BRADFORD
    return adapted


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the samples of a picture mean.

    Attributes:
        name: `sRGB`, `Display P3`, or the profile's own description.
        curves: Transfer curve of each channel, encoded 0..1 to linear 0..1.
        matrix: Linear RGB to XYZ adapted to D65, Y of white = 1. Nothing is clipped on the way.
    """

    name: str
    curves: tuple[Curve, Curve, Curve]
    matrix: Matrix

    @property
    def is_srgb(self) -> bool:
        """Whether this is exactly the sRGB of this package, so that samples can be used as they are."""
        return self.curves == SRGB.curves and self.matrix == SRGB.matrix


def as_matrix(values: NDArray[np.float64]) -> Matrix:
    """A `(3, 3)` array as the nested tuple an `Encoding` keeps."""
    rows = [tuple(float(v) for v in row) for row in np.asarray(values, dtype=np.float64)]
    return rows[0], rows[1], rows[2]  # type: ignore[return-value]


def from_primaries(
    name: str,
    red: tuple[float, float],
    green: tuple[float, float],
    blue: tuple[float, float],
    curve: Curve,
    white: tuple[float, float] = D65_XY,
) -> Encoding:
    """An encoding from the chromaticities of its primaries and white (SMPTE RP 177-1993), adapted to D65."""
    columns = np.array([xy_to_xyz(*red), xy_to_xyz(*green), xy_to_xyz(*blue)]).T
    white_xyz = xy_to_xyz(*white)
    scale = np.linalg.solve(columns, np.array(white_xyz))
    matrix = columns * scale
    if white != D65_XY:
        matrix = adaptation(white_xyz, D65_XYZ) @ matrix
    return Encoding(name, (curve, curve, curve), as_matrix(matrix))


SRGB = Encoding("sRGB", (SRGB_CURVE, SRGB_CURVE, SRGB_CURVE), SRGB_TO_XYZ)
DISPLAY_P3 = from_primaries("Display P3", (0.680, 0.320), (0.265, 0.690), (0.150, 0.060), SRGB_CURVE)
# BT.2020 primaries with the sRGB curve: wide enough for every printable colour, so conversions into it do not clip.
REC2020_SRGB_CURVE = from_primaries("Rec.2020, sRGB curve", (0.708, 0.292), (0.170, 0.797), (0.131, 0.046), SRGB_CURVE)
ADOBE_RGB = from_primaries("Adobe RGB (1998)", (0.64, 0.33), (0.21, 0.71), (0.15, 0.06), ParametricCurve(g=563 / 256))
