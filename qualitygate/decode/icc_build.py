"""A matrix-shaper ICC profile from an `Encoding`, so that LittleCMS can convert into it."""

from __future__ import annotations

import struct

import numpy as np

from qualitygate.core.colour.curve import Curve, ParametricCurve
from qualitygate.core.colour.encoding import D50_XYZ, D65_XYZ, Encoding, adaptation


def build_profile(encoding: Encoding) -> bytes:
    """The bytes of a version 4.3 display profile (ICC.1:2010) with the primaries and curves of `encoding`."""
    to_d50 = adaptation(D65_XYZ, D50_XYZ)
    matrix = to_d50 @ np.array(encoding.matrix)
    tags = {
        b"desc": _text(encoding.name),
        b"cprt": _text("No copyright, use freely"),
        b"wtpt": _xyz(*D50_XYZ),
        b"chad": b"sf32" + bytes(4) + b"".join(_fixed(v) for v in to_d50.ravel()),
        **{tag: _xyz(*matrix[:, i]) for i, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        **{tag: _curve(c) for tag, c in zip((b"rTRC", b"gTRC", b"bTRC"), encoding.curves, strict=True)},
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, element in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(element))
        body += element + bytes(-len(element) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s", start + len(body), b"", 0x04300000, b"mntr", b"RGB ", b"XYZ ", b"", b"acsp"
    )
    header += bytes(28) + b"".join(_fixed(v) for v in D50_XYZ)
    return header.ljust(128, b"\x00") + struct.pack(">I", len(tags)) + table + body


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(float(value) * 65536))


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(x) + _fixed(y) + _fixed(z)


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _curve(curve: Curve) -> bytes:
    if isinstance(curve, ParametricCurve):
        values = (curve.g, curve.a, curve.b, curve.c, curve.d, curve.e, curve.f)
        return b"para" + bytes(4) + struct.pack(">HH", 4, 0) + b"".join(_fixed(v) for v in values)
    samples = [min(max(round(v * 65535), 0), 65535) for v in curve.samples]
    return b"curv" + bytes(4) + struct.pack(f">I{len(samples)}H", len(samples), *samples)
