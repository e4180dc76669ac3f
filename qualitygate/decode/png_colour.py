"""Colour of a PNG without a profile: the chunks sRGB, gAMA and cHRM (PNG third edition, 11.3.2)."""

from __future__ import annotations

import struct

import numpy as np

from qualitygate.core.colour.curve import SRGB_CURVE, Curve, ParametricCurve
from qualitygate.core.colour.encoding import SRGB, SRGB_TO_XYZ, Encoding, from_primaries
from qualitygate.core.measurement import Setting
from qualitygate.decode.refuse import refusal

_SRGB_GAMMA = 45455  # what writers of sRGB put beside, and the value PNG 11.3.2.5 gives for sRGB
_SRGB_CHROMATICITIES = np.array([0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06])
_CLOSE = 0.0015


def declared_encoding(
    srgb: bytes | None, gamma: bytes | None, chromaticities: bytes | None
) -> tuple[Encoding | None, dict[str, Setting]]:
    """The encoding these chunks declare, None when there are none, and what to record.

    gAMA within 10/100000 of 1/2.2 and cHRM within 0.0015 of BT.709 are sRGB, which they were written to approximate.

    Raises:
        DecodeError: QG-1214 for a chunk that describes no colour.
    """
    if srgb is not None:
        return SRGB, {"colour": "sRGB chunk"}
    curve = None if gamma is None else _curve(gamma)
    xy = None if chromaticities is None else _xy(chromaticities)
    if curve is None and xy is None:
        return None, {}
    settings: dict[str, Setting] = {"colour": "gAMA and cHRM chunks" if curve and xy else "gAMA chunk"}
    if curve is None:
        settings["colour"] = "cHRM chunk"
    curve = curve or SRGB_CURVE
    if xy is None or np.abs(np.array(xy) - _SRGB_CHROMATICITIES).max() <= _CLOSE:
        if curve is SRGB_CURVE:
            return SRGB, settings
        return Encoding(f"BT.709, {_label(curve)}", (curve, curve, curve), SRGB_TO_XYZ), settings
    white, red, green, blue = xy[0:2], xy[2:4], xy[4:6], xy[6:8]
    try:
        encoding = from_primaries(f"cHRM, {_label(curve)}", red, green, blue, curve, white)  # type: ignore[arg-type]
    except (ZeroDivisionError, np.linalg.LinAlgError):
        encoding = None
    if encoding is None or not np.isfinite(encoding.matrix).all() or np.abs(encoding.matrix).max() > 100:
        raise _broken("cHRM")
    return encoding, settings


def _curve(body: bytes) -> Curve:
    value = int.from_bytes(body, "big")
    if len(body) != 4 or not 1_000 <= value <= 1_000_000:
        raise _broken("gAMA")
    return SRGB_CURVE if abs(value - _SRGB_GAMMA) <= 10 else ParametricCurve(g=100_000 / value)


def _xy(body: bytes) -> tuple[float, ...]:
    if len(body) != 32:
        raise _broken("cHRM")
    return tuple(v / 100_000 for v in struct.unpack(">8i", body))


def _label(curve: Curve) -> str:
    if isinstance(curve, ParametricCurve) and curve is not SRGB_CURVE:
        return f"gamma {curve.g:.4g}"
    return "sRGB curve"


def _broken(chunk: str) -> Exception:
    return refusal("QG-1214", f"the {chunk} chunk describes no colour", "remove it if the picture is sRGB")
