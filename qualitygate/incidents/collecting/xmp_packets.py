"""Finding the XMP packet in a PNG, JPEG or WebP (XMP specification, part 3)."""

from __future__ import annotations

import struct

from qualitygate.incidents.collecting.png_text import png_texts

_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_MAX_PACKET = 4_000_000
_MAX_SEGMENTS = 20_000


def xmp_packets(data: bytes) -> list[bytes]:
    """The packets of a picture: of a JPEG the standard one and the extended ones put together; none where none is."""
    if data.startswith(b"\x89PNG"):
        return [text.encode() for keyword, text in png_texts(data) if keyword == "XML:com.adobe.xmp"]
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return []


def _jpeg(data: bytes) -> list[bytes]:
    packets: list[bytes] = []
    extended: dict[bytes, dict[int, bytes]] = {}
    position = 2
    for _ in range(_MAX_SEGMENTS):
        while data[position : position + 2] == b"\xff\xff":
            position += 1
        if position + 4 > len(data) or data[position] != 0xFF or data[position + 1] in (0xDA, 0xD9):
            break
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        body = data[position + 4 : position + 2 + length]
        if data[position + 1] == 0xE1 and body.startswith(_JPEG_XMP):
            packets.append(body[len(_JPEG_XMP) :])
        elif data[position + 1] == 0xE1 and body.startswith(_JPEG_EXTENDED):
            part = body[len(_JPEG_EXTENDED) :]
            if len(part) > 40:
                extended.setdefault(part[:32], {})[int.from_bytes(part[36:40], "big")] = part[40:]
        position += 2 + max(length, 2)
    for parts in extended.values():
        whole = b"".join(parts[offset] for offset in sorted(parts))
        if len(whole) <= _MAX_PACKET:
            packets.append(whole)
    return packets


def _webp(data: bytes) -> list[bytes]:
    packets: list[bytes] = []
    position = 12
    for _ in range(_MAX_SEGMENTS):
        if position + 8 > len(data):
            break
        name, size = struct.unpack_from("<4sI", data, position)
        if name == b"XMP " and size <= _MAX_PACKET:
            packets.append(data[position + 8 : position + 8 + size])
        position += 8 + size + (size & 1)
    return packets
