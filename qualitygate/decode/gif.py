"""GIF (89a specification): a walk over the blocks, to count frames without decoding any."""

from __future__ import annotations

import struct

from qualitygate.core.limits import DecodeLimits
from qualitygate.decode.header import Header
from qualitygate.decode.refuse import animation, corrupt, refusal, refuse_size, truncated


def read(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a GIF.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1207 as soon as a second frame begins.
    """
    if len(data) < 13:
        raise truncated("there is no screen descriptor")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    refuse_size(width, height, limits.max_pixels)
    position = 13 + _table_bytes(flags)
    frames = 0
    icc: bytes | None = None
    while True:
        if position >= len(data):
            raise truncated("there is no trailer")
        introducer = data[position]
        if introducer == 0x3B:
            break
        if introducer == 0x21:
            position, profile = _extension(data, position)
            if len(profile) > limits.max_metadata_bytes:
                raise refusal(
                    "QG-1206", "the ICC profile is larger than the limit", "raise `limits.max_metadata_bytes`"
                )
            icc = profile or icc
        elif introducer == 0x2C:
            frames += 1
            if frames > 1:
                raise animation("several frames")
            position = _frame(data, position, width, height, limits)
        elif introducer == 0:
            position += 1
        else:
            raise corrupt(f"byte {position} begins no block")
    if not frames:
        raise corrupt("there is no frame")
    return Header(format="gif", width=width, height=height, bit_depth=8, stream=data, icc=icc, lossless=True)


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _extension(data: bytes, position: int) -> tuple[int, bytes]:
    """Past an extension, and the profile in it where it is one (ICC.1:2022, B.6)."""
    end = _skip_blocks(data, position + 2)
    if data[position + 1 : position + 14] != b"\xff\x0bICCRGBG1012":
        return end, b""
    parts = []
    position += 14
    while data[position]:
        parts.append(data[position + 1 : position + 1 + data[position]])
        position += 1 + data[position]
    return end, b"".join(parts)


def _frame(data: bytes, position: int, width: int, height: int, limits: DecodeLimits) -> int:
    if position + 10 > len(data):
        raise truncated("a frame has no descriptor")
    left, top, w, h, flags = struct.unpack_from("<HHHHB", data, position + 1)
    refuse_size(w, h, limits.max_pixels)
    if left + w > width or top + h > height:
        raise corrupt(f"the frame of {w}x{h} at {left},{top} leaves the screen of {width}x{height}")
    return _skip_blocks(data, position + 10 + _table_bytes(flags) + 1)


def _skip_blocks(data: bytes, position: int) -> int:
    """Past a series of sub-blocks and its terminator."""
    while True:
        if position >= len(data):
            raise truncated("a block has no end")
        length = data[position]
        position += 1 + length
        if not length:
            return position
