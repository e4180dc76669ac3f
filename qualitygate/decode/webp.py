"""WebP (RFC 9649): a walk over the RIFF chunks."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.decode.exif import orientation_of
from qualitygate.decode.header import Header
from qualitygate.decode.refuse import animation, corrupt, refusal, refuse_size, truncated

_ICC_FLAG, _ANIMATION_FLAG = 0x20, 0x02


def read(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a WebP.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1206, QG-1207, QG-1214 (profile announced and missing).
    """
    chunks: dict[bytes, bytes] = {}
    for kind, body in _chunks(data):
        if kind in (b"ANIM", b"ANMF"):
            raise animation("an animation")
        chunks.setdefault(kind, body)
    extended = chunks.get(b"VP8X", b"")
    if b"VP8X" in chunks and len(extended) < 10:
        raise corrupt("the VP8X chunk is too short")
    if extended and extended[0] & _ANIMATION_FLAG:
        raise animation("an animation")
    width, height = _size(chunks)
    refuse_size(width, height, limits.max_pixels)
    icc = chunks.get(b"ICCP")
    if icc is None and extended and extended[0] & _ICC_FLAG:
        raise refusal("QG-1214", "the header announces an ICC profile that is not there", "embed it again")
    if icc is not None and len(icc) > limits.max_metadata_bytes:
        raise refusal("QG-1206", "the ICC profile is larger than the limit", "raise `limits.max_metadata_bytes`")
    orientation = orientation_of(chunks[b"EXIF"]) if b"EXIF" in chunks else 1
    settings: dict[str, Setting] = {} if orientation else {"exif": "unreadable"}
    lossless = b"VP8L" in chunks
    return Header(
        format="webp", width=width, height=height, bit_depth=8, stream=_stripped(chunks),
        orientation=orientation or 1, icc=icc, subsampling=None if lossless else "4:2:0", lossless=lossless,
        settings=settings,
    )  # fmt: skip


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    size = 8 + int.from_bytes(data[4:8], "little")
    if size > len(data):
        raise truncated(f"the header promises {size:,} bytes, there are {len(data):,}")
    position = 12
    while position + 8 <= size:
        kind, length = struct.unpack_from("<4sI", data, position)
        if position + 8 + length > size:
            raise truncated(f"the chunk {kind.decode('ascii', 'replace')} ends after the file")
        yield kind, data[position + 8 : position + 8 + length]
        position += 8 + length + (length & 1)


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """Canvas size; where there is one, the bitstream must agree with it (RFC 9649, 2.7)."""
    coded = _coded_size(chunks)
    extended = chunks.get(b"VP8X")
    if extended is None:
        return coded
    canvas = 1 + int.from_bytes(extended[4:7], "little"), 1 + int.from_bytes(extended[7:10], "little")
    if canvas != coded:
        raise corrupt(f"the canvas is {canvas[0]}x{canvas[1]}, the picture on it {coded[0]}x{coded[1]}")
    return canvas


def _coded_size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    if b"VP8L" in chunks:
        body = chunks[b"VP8L"]
        if len(body) < 5 or body[0] != 0x2F:
            raise corrupt("the VP8L bitstream has no signature")
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    body = chunks.get(b"VP8 ", b"")
    if len(body) < 10:
        raise truncated("there is no picture data")
    if body[3:6] != b"\x9d\x01\x2a":
        raise corrupt("the VP8 bitstream has no start code")
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _stripped(chunks: dict[bytes, bytes]) -> bytes:
    """The same picture without profile and metadata; only the alpha flag stays."""
    parts = []
    if b"VP8X" in chunks:
        flags = bytes([chunks[b"VP8X"][0] & 0x10])
        parts.append((b"VP8X", flags + chunks[b"VP8X"][1:10]))
    parts += [(k, chunks[k]) for k in (b"ALPH", b"VP8 ", b"VP8L") if k in chunks]
    if b"VP8L" in chunks:
        parts = [p for p in parts if p[0] not in (b"ALPH", b"VP8 ")]
    body = b"WEBP" + b"".join(k + struct.pack("<I", len(b)) + b + b"\x00" * (len(b) & 1) for k, b in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body
