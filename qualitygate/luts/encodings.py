"""What the code values of a LUT mean, as named by a threshold file, and how they become L*a*b*."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.curve import srgb_encode
from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB, from_primaries
from qualitygate.core.colour.lab import xyz_to_lab
from qualitygate.core.lut import Array
from qualitygate.core.lut_use import EncodingName

# ACES S-2016-001, "ACEScct, a quasi-logarithmic encoding of ACES data for use within color grading systems".
_CCT_BREAK_LINEAR, _CCT_BREAK_CODE = 0.0078125, 0.155251141552511
_BOUND = 1e4
_LIGHT = (-10.0, 1e5)  # 16 stops above white
_TILE = 4096  # colours that stay in the cache, and that BLAS does not spread over threads
_CCT_SLOPE, _CCT_OFFSET = 10.5402377416545, 0.0729055341958355


@dataclass(frozen=True, slots=True)
class LutEncoding:
    """One meaning of code values.

    Attributes:
        name: As in threshold files.
        decode: Code value to linear light, elementwise; 1.0 is diffuse white. Takes values outside 0..1.
        encode: Linear light to code value, elementwise.
        to_xyz: Linear RGB to XYZ relative to D65, `(3, 3)`.
    """

    name: EncodingName
    decode: Callable[[Array], Array]
    encode: Callable[[Array], Array]
    to_xyz: Array

    def lab(self, codes: Array) -> Array:
        """CIE L*a*b* `(n, 3)` of code values `(n, 3)`, finite.

        Nothing is clipped to 0..1, since what is clipped cannot be compared; light is bounded 16 stops above white.
        """
        out = np.empty((len(codes), 3))
        for start in range(0, len(codes), _TILE):
            span = slice(start, start + _TILE)
            out[span] = xyz_to_lab(np.clip(self.linear(codes[span]) @ self.to_xyz.T, *_LIGHT))
        return out

    def linear(self, codes: Array) -> Array:
        """Linear light of code values, bounded so that no colour difference overflows."""
        return np.clip(self.decode(np.clip(codes, -_BOUND, _BOUND)), *_LIGHT)

    def measurable(self, codes: Array) -> NDArray[np.bool_]:
        """Which code values `(n, 3)` give light within the bounds of `lab`, where it tells colours apart; `(n,)`."""
        light = self.linear(codes)
        bounded = np.concatenate([light, light @ self.to_xyz.T], axis=1)
        return np.asarray(((bounded > _LIGHT[0]) & (bounded < _LIGHT[1])).all(axis=1))

    def codes(self, xyz: Array) -> Array:
        """Code values `(n, 3)` of XYZ relative to D65, clipped to the encoding's gamut and to 1.0."""
        return self.encode(np.clip(xyz @ np.linalg.inv(self.to_xyz).T, 0.0, 1.0))


def encoding(name: EncodingName | None) -> LutEncoding:
    """The encoding of a name; what is undeclared, or has no meaning as colour, is read as sRGB."""
    match name:
        case "BT.1886":
            # Rec. ITU-R BT.1886 (03/2011) with a black of zero, which is a gamma of 2.4; BT.709 primaries.
            return LutEncoding(name, lambda v: np.maximum(v, 0.0) ** 2.4, lambda x: x ** (1 / 2.4), _SRGB_TO_XYZ)
        case "P3":
            return LutEncoding(name, SRGB.curves[0].linear, srgb_encode, np.array(DISPLAY_P3.matrix))
        case "log":
            primaries = ((0.713, 0.293), (0.165, 0.830), (0.128, 0.044))  # AP1, ACES S-2014-004
            matrix = from_primaries("AP1", *primaries, SRGB.curves[0], (0.32168, 0.33767)).matrix
            return LutEncoding(name, _cct_decode, _cct_encode, np.array(matrix))
        case "linear":
            return LutEncoding(name, np.asarray, np.asarray, _SRGB_TO_XYZ)
        case _:
            return LutEncoding("sRGB", SRGB.curves[0].linear, srgb_encode, _SRGB_TO_XYZ)


_SRGB_TO_XYZ = np.array(SRGB.matrix)


def _cct_decode(codes: Array) -> Array:
    bright = 2.0 ** np.minimum(codes * 17.52 - 9.72, 60.0)  # bounded, not infinite
    return np.where(codes <= _CCT_BREAK_CODE, (codes - _CCT_OFFSET) / _CCT_SLOPE, bright)


def _cct_encode(linear: Array) -> Array:
    bright = (np.log2(np.maximum(linear, _CCT_BREAK_LINEAR)) + 9.72) / 17.52
    return np.where(linear <= _CCT_BREAK_LINEAR, _CCT_SLOPE * linear + _CCT_OFFSET, bright)
