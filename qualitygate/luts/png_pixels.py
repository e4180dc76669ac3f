"""The pixels of a PNG with all their bits: RGB of 8 or 16 bits, not interlaced. Bounded, on zlib and numpy alone.

Pillow reads 16-bit RGB as 8 bits, and a git hook cannot wait for a larger library. The filters of PNG (W3C
Recommendation, third edition, section 9) make each byte depend on its left, upper and upper left neighbours, so all
bytes on an antidiagonal can be undone at once: width + height array operations instead of one step per pixel.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.luts.finding import Refusal, quote

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR = {0: "grey", 3: "palette", 4: "grey with alpha", 6: "RGB with alpha"}


@dataclass(frozen=True, slots=True)
class Header:
    """IHDR of a picture that can be read here.

    Attributes:
        width, height: In pixels.
        depth: Bits per channel, 8 or 16.
    """

    width: int
    height: int
    depth: int


def header(data: bytes) -> Header:
    """The header; nothing is inflated.

    Raises:
        Refusal: QG-1614 for other bytes than a PNG, QG-1641 for a PNG of another pixel type, QG-1642 for a broken one.
    """
    if not data.startswith(SIGNATURE):
        raise Refusal("QG-1614", f"the file begins with {quote(data[:8])}", "the signature of a PNG")
    if len(data) < 33 or data[8:16] != b"\x00\x00\x00\rIHDR":
        raise Refusal("QG-1642", "the PNG does not begin with IHDR", "a whole PNG")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", data[16:29])
    if zlib.crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        raise Refusal("QG-1642", "the checksum of IHDR does not match", "a whole PNG")
    if colour != 2 or depth not in (8, 16):
        named = _COLOUR.get(colour, f"colour type {colour}" if colour != 2 else "RGB")
        raise Refusal("QG-1641", f"a PNG of {named} with {depth} bits", "RGB with 8 or 16 bits per channel")
    if interlace or compression or filtering:
        raise Refusal("QG-1641", "an interlaced PNG", "one that is not interlaced")
    return Header(width, height, depth)


def pixels(data: bytes, facts: Header) -> NDArray[np.uint16]:
    """Code values as stored, shape (H, W, 3), 0 to 255 or 0 to 65535.

    Args:
        data: The whole file.
        facts: Its header, of a size the caller has checked: this allocates for it.

    Raises:
        Refusal: QG-1638 for bytes after its end, QG-1641 where it is animated, QG-1642 where it is broken.
    """
    step = 3 * facts.depth // 8
    stride = 1 + facts.width * step
    raw = _inflate(_image_data(data), stride * facts.height)
    lines = np.frombuffer(raw, np.uint8).reshape(facts.height, stride)
    if lines[:, 0].max() > 4:
        raise Refusal("QG-1642", f"the row filter {lines[:, 0].max()}", "0 to 4")
    flat = _unfilter(lines[:, 1:].reshape(facts.height, facts.width, step), lines[:, 0])
    if facts.depth == 8:
        return flat.astype(np.uint16)
    return (
        flat.reshape(facts.height, facts.width * 6).view(">u2").astype(np.uint16).reshape(facts.height, facts.width, 3)
    )


def _image_data(data: bytes) -> list[bytes]:
    found = []
    position = len(SIGNATURE)
    while True:
        if position + 12 > len(data):
            raise Refusal("QG-1642", "the PNG ends before IEND", "a whole PNG")
        length = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(data):
            raise Refusal("QG-1642", f"the chunk {quote(kind)} is cut off", "a whole PNG")
        if zlib.crc32(data[position + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise Refusal("QG-1642", f"the checksum of the chunk {quote(kind)} does not match", "a whole PNG")
        if kind == b"IDAT":
            found.append(data[position + 8 : end - 4])
        elif kind == b"acTL":
            raise Refusal("QG-1641", "an animated PNG", "a single picture")
        elif kind == b"IEND":
            if end < len(data):
                raise Refusal("QG-1638", f"{len(data) - end:,} bytes after IEND", "the end of the file")
            return found
        position = end


def _inflate(parts: list[bytes], size: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(b"".join(parts), size + 1)
    except zlib.error as error:
        raise Refusal("QG-1642", f"the pixels do not inflate ({error})", "a whole PNG") from None
    if len(raw) != size or not stream.eof:
        raise Refusal("QG-1642", f"{len(raw):,} bytes of pixels or more", f"{size:,}")
    return raw


def _unfilter(lines: NDArray[np.uint8], filters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Undo the row filters.

    Args:
        lines: Filtered bytes, shape (H, W, bytes per pixel).
        filters: Filter of each row, 0 to 4, shape (H,).
    """
    height, width, step = lines.shape
    # A border of zeros above and to the left stands for the neighbours the first row and column do not have.
    out = np.zeros((height + 1, width + 1, step), np.int16)
    kinds = filters[:, None]
    for diagonal in range(height + width - 1):
        rows = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        columns = diagonal - rows
        left, up, corner = out[rows + 1, columns], out[rows, columns + 1], out[rows, columns]
        kind = kinds[rows]
        if (kind == 4).any():
            slope = left + up - corner
            by_left, by_up, by_corner = np.abs(slope - left), np.abs(slope - up), np.abs(slope - corner)
            paeth = np.where(
                (by_left <= by_up) & (by_left <= by_corner), left, np.where(by_up <= by_corner, up, corner)
            )
        else:
            paeth = corner
        guess = np.select([kind == 1, kind == 2, kind == 3, kind == 4], [left, up, (left + up) >> 1, paeth], 0)
        out[rows + 1, columns + 1] = (lines[rows, columns] + guess) & 0xFF
    return np.ascontiguousarray(out[1:, 1:].astype(np.uint8))
