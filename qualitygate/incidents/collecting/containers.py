"""Walking the segments of a JPEG (ITU-T T.81, B.1.1) and the chunks of a WebP (RFC 9649, 2.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_MAX_SEGMENTS = 20_000


def jpeg_app1(data: bytes) -> Iterator[bytes]:
    """The content of each APP1 segment before the pixels, which is where EXIF and XMP are; none of what is no JPEG."""
    position = 2
    if not data.startswith(b"\xff\xd8"):
        return
    for _ in range(_MAX_SEGMENTS):
        while data[position : position + 2] == b"\xff\xff":
            position += 1
        if position + 4 > len(data) or data[position] != 0xFF or data[position + 1] in (0xDA, 0xD9):
            return
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if data[position + 1] == 0xE1:
            yield data[position + 4 : position + 2 + length]
        position += 2 + max(length, 2)


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk; none of what is no WebP."""
    position = 12
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return
    for _ in range(_MAX_SEGMENTS):
        if position + 8 > len(data):
            return
        name, size = struct.unpack_from("<4sI", data, position)
        yield name, data[position + 8 : position + 8 + size]
        position += 8 + size + (size & 1)
