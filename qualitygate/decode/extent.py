"""How large a picture will be in memory, from the head of its file. An estimate: nothing is checked or refused."""

from __future__ import annotations

import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_HEAD = 1 << 16
_SEGMENTS = 500
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# Where the header does not tell: a picture of photographic content has about this many pixels to the byte at most.
_PIXELS_PER_BYTE = 12


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to decode.

    Attributes:
        pixels: Width times height.
        depth: Bytes per sample, 1 or 2.
        alpha: Whether there may be an alpha channel.
        encoded: Bytes of the file.
    """

    pixels: int
    depth: int = 1
    alpha: bool = False
    encoded: int = 0


def extent(path: Path, most: int) -> Extent:
    """Estimate how much a file holds; nothing where it cannot be read, which decoding it will say.

    Args:
        path: The file.
        most: Pixels beyond which it will be refused anyhow.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Extent(0)
        with path.open("rb") as stream:
            found = _read(stream, stream.read(_HEAD))
    except (OSError, struct.error, IndexError, ValueError):
        return Extent(0)
    size = status.st_size
    if found is None:
        found = Extent(size * _PIXELS_PER_BYTE, alpha=True)
    return Extent(min(max(found.pixels, 0), most), found.depth, found.alpha, size)


def _read(stream: BinaryIO, head: bytes) -> Extent | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height, depth, colour = struct.unpack_from(">IIBB", head, 16)
        return Extent(width * height, 2 if depth == 16 else 1, alpha=colour in (3, 4, 6) or b"tRNS" in head)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(stream)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    if head[:4] == b"GIF8":
        width, height = struct.unpack_from("<HH", head, 6)
        return Extent(width * height, alpha=True)
    if head[:2] == b"BM":
        width, height = struct.unpack_from("<ii", head, 18)
        return Extent(abs(width * height))
    if head[4:8] == b"ftyp":
        return _isobmff(head)
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return _tiff(stream, "<" if head[:2] == b"II" else ">")
    return None


def _jpeg(stream: BinaryIO) -> Extent | None:
    """The size in the frame header, past profiles and thumbnails of any length."""
    stream.seek(2)
    for _ in range(_SEGMENTS):
        marker = stream.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            return None
        if marker[1] == 0xFF:
            stream.seek(-3, os.SEEK_CUR)
            continue
        if marker[1] in _JPEG_FRAMES:
            _, height, width = struct.unpack(">BHH", stream.read(5))
            return Extent(width * height)
        stream.seek(struct.unpack(">H", marker[2:])[0] - 2, os.SEEK_CUR)
    return None


def _webp(head: bytes) -> Extent | None:
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
        return Extent(width * height, alpha=bool(head[20] & 0x10))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Extent((1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF)), alpha=bool(bits >> 28 & 1))
    if kind == b"VP8 ":
        width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", head, 26))
        return Extent(width * height)
    return None


def _isobmff(head: bytes) -> Extent | None:
    """The largest spatial extent (`ispe`) that is named: those of tiles and thumbnails are smaller."""
    largest, at = 0, head.find(b"ispe")
    while at >= 0:
        width, height = struct.unpack_from(">II", head, at + 8)
        largest, at = max(largest, width * height), head.find(b"ispe", at + 4)
    # Ten bits, and alpha as a picture of its own, are told further inside.
    return Extent(largest, 2, alpha=b"auxC" in head) if largest else None


def _tiff(stream: BinaryIO, order: str) -> Extent | None:
    stream.seek(4)
    stream.seek(struct.unpack(f"{order}I", stream.read(4))[0])
    (count,) = struct.unpack(f"{order}H", stream.read(2))
    found: dict[int, int] = {}
    elsewhere = 0
    for _ in range(min(count, _SEGMENTS)):
        tag, kind, number, value = struct.unpack(f"{order}HHI4s", stream.read(12))
        short = kind == 3 and number <= 2
        elsewhere = struct.unpack(f"{order}I", value)[0] if tag == 258 and not short else elsewhere
        found[tag] = struct.unpack(f"{order}H", value[:2])[0] if short else struct.unpack(f"{order}I", value)[0]
    if 256 not in found or 257 not in found:
        return None
    if elsewhere:  # the depths of three channels or more
        stream.seek(elsewhere)
        found[258] = struct.unpack(f"{order}H", stream.read(2))[0]
    deep = found.get(258, 1) > 8
    return Extent(found[256] * found[257], 2 if deep else 1, alpha=found.get(277, 1) in (2, 4))
