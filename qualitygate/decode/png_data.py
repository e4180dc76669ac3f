"""What the IDAT chunks of a PNG hold: inflated once, and unfiltered on the way where the compiled kernels are there."""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.native import kernels
from qualitygate.decode.inflate import Part, as_stored, checksum, inflated

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Deflate makes of a byte at most 1,032 (a match of 258 bytes takes two bits). Headers may promise more.
_RATIO = 1_032
# What the kernel may read behind a stream.
_BEHIND = bytes(32)
_END = (b"IEND", b"")


@dataclass(frozen=True, slots=True)
class Shape:
    """How the samples lie, as IHDR says it; the names are those of the standard."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def row(self) -> int:
        """Bytes of a row without its filter byte; a filter byte stands before each row."""
        return (self.width * CHANNELS[self.colour] * self.depth + 7) // 8

    @property
    def pixel(self) -> int:
        """Bytes of a pixel, which is how far to the left a filter looks."""
        return max(1, CHANNELS[self.colour] * self.depth // 8)


@dataclass(frozen=True, slots=True)
class PixelData:
    """Pixels of a PNG, inflated as a whole and found to be enough, on their way to samples.

    Attributes:
        shape: How they lie.
        chunks: What stands before IDAT and says how pixels are coded: type and body.
        parts: The bodies of the IDAT chunks.
        rows: `(height, row)` bytes, unfiltered, samples of 16 bits in this machine's order; None where another decoder
            has to do it: interlaced, of less than 8 bits, unusual, without the kernels.
        blocks: Rows with their filters in blocks, for such a decoder; none where they are unfiltered or too many.
    """

    shape: Shape
    chunks: tuple[tuple[bytes, bytes], ...]
    parts: Sequence[Part]
    rows: NDArray[np.uint8] | None = None
    blocks: Sequence[bytes] = ()

    def stream(self) -> bytes:
        """A PNG of nothing else, which need not be inflated a second time unless it is huge."""
        parts = [as_stored(self.blocks)] if self.blocks else self.parts
        chunks = [*self.chunks, *((b"IDAT", part) for part in parts), _END]
        return b"".join((SIGNATURE, *(piece for kind, body in chunks for piece in _chunk(kind, body))))


def pixel_data(shape: Shape, chunks: tuple[tuple[bytes, bytes], ...], parts: Sequence[Part]) -> PixelData | None:
    """Inflate the pixels, and unfilter them if it can be done here; None where there are too few.

    Raises:
        zlib.error: The stream is broken.
    """
    expected = shape.height * (1 + shape.row)  # interlacing only adds filter bytes
    if not shape.interlaced and shape.depth >= 8 and expected <= _RATIO * sum(map(len, parts)):
        rows = _rows(shape, parts)
        if rows is not None:
            return PixelData(shape, chunks, parts, rows)
    blocks = inflated(parts, expected)
    return None if blocks is None else PixelData(shape, chunks, parts, blocks=blocks)


def _rows(shape: Shape, parts: Sequence[Part]) -> NDArray[np.uint8] | None:
    """All rows, inflated and unfiltered at once, the checksum verified. None without the kernels, and where something
    is wrong or unusual with the stream, which zlib and Pillow then say or cope with."""
    kernel = kernels()
    if kernel is None:
        return None
    rows = np.empty((shape.height, shape.row), dtype=np.uint8)
    # A row that a block cuts, and the zeros that lie above the first one.
    pending = bytearray(2 * shape.row + 1)
    if not kernel.png_pixels(b"".join((*parts, _BEHIND)), shape.pixel, False, pending, rows):
        return None
    if shape.depth == 16 and sys.byteorder == "little":
        rows.view(np.uint16).byteswap(inplace=True)
    return rows


def _chunk(kind: bytes, body: Part) -> tuple[bytes, Part, bytes]:
    """Before, within, behind: in parts, since a body may be large and is copied once only, into the file."""
    return struct.pack(">I4s", len(body), kind), body, struct.pack(">I", checksum(body, checksum(kind)))
