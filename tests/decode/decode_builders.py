"""Small files made byte by byte, for what no encoder at hand writes."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image as PillowImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    samples: np.ndarray,
    *,
    colour_type: int | None = None,
    depth: int | None = None,
    before: list[tuple[bytes, bytes]] | None = None,
    after: list[tuple[bytes, bytes]] | None = None,
    interlace: bool = False,
) -> bytes:
    """A PNG of `(H, W)` or `(H, W, C)` samples; `before` and `after` are chunks on either side of IDAT."""
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    colour_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels] if colour_type is None else colour_type
    depth = samples.dtype.itemsize * 8 if depth is None else depth
    rows = b"".join(_png_rows(part, depth) for part in (_adam7(samples) if interlace else [samples]))
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, colour_type, 0, 0, int(interlace))
    chunks = [(b"IHDR", header), *(before or []), (b"IDAT", zlib.compress(rows)), *(after or []), (b"IEND", b"")]
    return SIGNATURE + b"".join(png_chunk(kind, body) for kind, body in chunks)


def _adam7(samples: np.ndarray) -> list[np.ndarray]:
    starts = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    parts = [samples[top::down, left::across] for top, left, down, across in starts]
    return [part for part in parts if part.size]


def _png_rows(samples: np.ndarray, depth: int) -> bytes:
    flat = samples.reshape(samples.shape[0], -1)
    if depth < 8:
        bits = (flat[..., None] >> np.arange(depth - 1, -1, -1)) & 1
        packed = np.packbits(bits.reshape(flat.shape[0], -1).astype(np.uint8), axis=1)
        return b"".join(b"\x00" + row.tobytes() for row in packed)
    return b"".join(b"\x00" + row.astype(f">u{depth // 8}").tobytes() for row in flat)


def tiff(
    samples: np.ndarray,
    *,
    order: str = "<",
    photometric: int = 2,
    extra: int | None = None,
    planar: bool = False,
    bits: int | None = None,
    big: bool = False,
    more: list[tuple[int, int, list[int]]] | None = None,
    data: bytes | None = None,
) -> bytes:
    """An uncompressed TIFF or BigTIFF with one strip (one per plane when planar). `more` are tag, type, values."""
    height, width = samples.shape[:2]
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    laid_out = np.moveaxis(samples, -1, 0) if planar and samples.ndim == 3 else samples
    raw = laid_out.astype(samples.dtype.newbyteorder(order)).tobytes() if data is None else data
    strips = channels if planar else 1
    tags = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [bits or samples.dtype.itemsize * 8] * channels),
        (259, 3, [1]), (262, 3, [photometric]), (273, 4, [0] * strips), (277, 3, [channels]), (278, 4, [height]),
        (279, 4, [len(raw) // strips] * strips), (284, 3, [2 if planar else 1]), *(more or []),
    ]  # fmt: skip
    if extra is not None:
        tags.append((338, 3, [extra]))
    tags.sort()
    room, entry = (8, 20) if big else (4, 12)
    start = 16 if big else 8
    body_at = start + (8 if big else 2) + entry * len(tags) + room
    letters = {3: "H", 4: "I", 7: "B"}
    outside = sum(n for n in (struct.calcsize(letters[t]) * len(v) for _, t, v in tags) if n > room)
    table, body = struct.pack(order + ("Q" if big else "H"), len(tags)), b""
    for tag, kind, values in tags:
        if tag == 273:
            values = [body_at + outside + i * (len(raw) // strips) for i in range(strips)]
        packed = struct.pack(f"{order}{len(values)}{letters[kind]}", *values)
        if len(packed) > room:
            body += packed
            packed = struct.pack(order + ("Q" if big else "I"), body_at + len(body) - len(packed))
        table += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, len(values)) + packed.ljust(room, b"\0")
    mark = b"II" if order == "<" else b"MM"
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8))
    return head + table + bytes(room) + body + raw


def encoded(picture: PillowImage.Image, kind: str, **options: object) -> bytes:
    """What Pillow writes."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def gradient(width: int = 48, height: int = 32) -> PillowImage.Image:
    """A smooth RGB picture without symmetry."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 255 // (width - 1), y * 255 // (height - 1), (x * 3 + y * 5) % 256], axis=-1)
    return PillowImage.fromarray(pixels.astype(np.uint8))


def jpeg_segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments put right after its start marker."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def icc_segments(
    profile: bytes, parts: int = 1, order: list[int] | None = None, total: int | None = None
) -> list[bytes]:
    """A profile as APP2 segments, in any order, with any promised total."""
    step = -(-len(profile) // parts)
    pieces = [profile[i * step : (i + 1) * step] for i in range(parts)]
    return [
        jpeg_segment(0xE2, b"ICC_PROFILE\x00" + bytes([i + 1, total or parts]) + pieces[i])
        for i in (order if order is not None else range(parts))
    ]


def exif(orientation: int, order: str = "<") -> bytes:
    """EXIF with the orientation alone, without the JPEG prefix."""
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(order + "HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body
