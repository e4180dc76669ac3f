"""BMP: file and information header (Microsoft, BITMAPV5HEADER)."""

from __future__ import annotations

import struct

from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.decode.header import Header
from qualitygate.decode.refuse import corrupt, refusal, refuse_size, truncated

_UNCOMPRESSED = (0, 3, 6)
_EMBEDDED, _LINKED = b"DEBM", b"KNIL"  # little-endian 'MBED' and 'LINK'


def read(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a BMP.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1214 (profile linked or outside the file).
    """
    (info,) = struct.unpack_from("<I", data, 14)
    if len(data) < 14 + info or len(data) < 26:
        raise truncated("there is no information header")
    if info == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        width, height, _, bits = struct.unpack_from("<iiHH", data, 18)
        compression = struct.unpack_from("<I", data, 30)[0] if info >= 40 else 0
    height = abs(height)
    refuse_size(width, height, limits.max_pixels)
    if bits not in (1, 2, 4, 8, 16, 24, 32):
        raise corrupt(f"{bits} bits per pixel do not exist")
    (offset,) = struct.unpack_from("<I", data, 10)
    needed = offset + (width * bits + 31) // 32 * 4 * height
    if compression in _UNCOMPRESSED and len(data) < needed:
        raise truncated(f"{needed:,} bytes are needed, there are {len(data):,}")
    settings: dict[str, Setting] = {}
    icc = None
    if info >= 124:
        icc = _profile(data)
    depth = 8 if bits >= 24 else 5 if bits == 16 else bits
    return Header(
        format="bmp", width=width, height=height, bit_depth=depth, stream=data, icc=icc, lossless=True,
        settings=settings,
    )  # fmt: skip


def _profile(data: bytes) -> bytes | None:
    kind = data[70:74]
    if kind == _LINKED:
        raise refusal("QG-1214", "the colour profile is only linked to, not embedded", "embed the profile")
    if kind != _EMBEDDED:
        return None
    start, length = struct.unpack_from("<II", data, 14 + 112)
    if 14 + start + length > len(data) or not length:
        raise refusal("QG-1214", "the embedded colour profile lies outside the file", "embed a valid profile")
    return data[14 + start : 14 + start + length]
