"""PNG bytes that hold every bit of an array of samples."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}


def png_of(samples: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    """An array as a PNG without metadata (W3C PNG 3rd edition): what is decoded again is equal to it.

    Pillow writes no 16-bit colour, hence this encoder. Every row is stored as differences from the sample to its left
    (filter type 1), which is near the size that adaptive filters reach on rendered pictures.

    Args:
        samples: `(H, W, C)` uint8 or uint16, C being 1 (grey), 3 (RGB) or 4 (RGB and straight alpha).
    """
    height, width, channels = samples.shape
    depth = samples.dtype.itemsize
    rows = np.ascontiguousarray(samples, dtype=f">u{depth}").view(np.uint8).reshape(height, width * channels * depth)
    step = channels * depth
    filtered = np.empty((height, rows.shape[1] + 1), dtype=np.uint8)
    filtered[:, 0] = 1
    filtered[:, 1 : step + 1] = rows[:, :step]
    # Unsigned bytes wrap around, as the filter wants it.
    np.subtract(rows[:, step:], rows[:, :-step], out=filtered[:, step + 1 :])
    header = struct.pack(">IIBBBBB", width, height, 8 * depth, _COLOUR_TYPES[channels], 0, 0, 0)
    body = zlib.compress(filtered.tobytes(), 6)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
