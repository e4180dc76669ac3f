"""Finding the XMP packet in a PNG, JPEG or WebP (XMP specification, part 3)."""

from __future__ import annotations

from qualitygate.incidents.collecting.containers import jpeg_app1, webp_chunks
from qualitygate.incidents.collecting.png_text import png_texts

PNG_KEYWORD = "XML:com.adobe.xmp"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_MAX_PACKET = 4_000_000


def xmp_packets(data: bytes) -> list[bytes]:
    """The packets of a picture: of a JPEG the standard one and the extended ones put together; none where none is."""
    if data.startswith(b"\x89PNG"):
        return [text.encode() for keyword, text, left_out in png_texts(data) if keyword == PNG_KEYWORD and not left_out]
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    return [body for name, body in webp_chunks(data) if name == b"XMP " and len(body) <= _MAX_PACKET]


def _jpeg(data: bytes) -> list[bytes]:
    packets: list[bytes] = []
    extended: dict[bytes, dict[int, bytes]] = {}
    for body in jpeg_app1(data):
        if body.startswith(_JPEG_XMP):
            packets.append(body[len(_JPEG_XMP) :])
        elif body.startswith(_JPEG_EXTENDED):
            part = body[len(_JPEG_EXTENDED) :]
            if len(part) > 40:
                extended.setdefault(part[:32], {})[int.from_bytes(part[36:40], "big")] = part[40:]
    for parts in extended.values():
        whole = b"".join(parts[offset] for offset in sorted(parts))
        if len(whole) <= _MAX_PACKET:
            packets.append(whole)
    return packets
