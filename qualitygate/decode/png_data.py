"""What the IDAT chunks of a PNG hold: inflated once, and unfiltered on the way where the compiled kernels are there."""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.native import KernelError, kernels
from qualitygate.decode.inflate import Part, as_stored, checksum, inflated, inflated_into

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Deflate makes of a byte at most 1,032 (a match of 258 bytes takes two bits). Headers may promise more.
_RATIO = 1_032
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
            has to do it: interlaced, of less than 8 bits, with a filter that does not exist, without the kernels.
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
    kernel = kernels()
    compressed = sum(map(len, parts))
    if kernel is not None and not shape.interlaced and shape.depth >= 8 and expected <= _RATIO * compressed:
        rows = _Rows(kernel, shape)
        if not inflated_into(rows, parts, expected):
            return None
        return PixelData(shape, chunks, parts, rows.result())
    blocks = inflated(parts, expected)
    return None if blocks is None else PixelData(shape, chunks, parts, blocks=blocks)


class _Rows:
    """Rows unfiltered while they are still in the processor's cache. Beside them there is one, which blocks may cut."""

    def __init__(self, kernel: ModuleType, shape: Shape) -> None:
        self._kernel = kernel
        self._depth, self._pixel = shape.depth, shape.pixel
        self._size = shape.height * (1 + shape.row)
        # Filter and bytes of a row, and the row of zeros that lies above the first one.
        self._pending = bytearray(2 * shape.row + 1)
        self._out = np.empty((shape.height, shape.row), dtype=np.uint8)
        self.begin()

    def begin(self) -> None:
        self._place = 0

    def take(self, block: bytes) -> None:
        if not 0 <= self._place < self._size:
            return
        try:
            self._place = self._kernel.png_rows(block, self._place, self._pixel, False, self._pending, self._out)
        except (AttributeError, BufferError, TypeError, ValueError) as error:
            raise KernelError(f"png_rows: {error}") from error

    def result(self) -> NDArray[np.uint8] | None:
        """The rows; None after a filter that does not exist."""
        if self._place != self._size:
            return None
        if self._depth == 16 and sys.byteorder == "little":
            self._out.view(np.uint16).byteswap(inplace=True)
        return self._out


def _chunk(kind: bytes, body: Part) -> tuple[bytes, Part, bytes]:
    """Before, within, behind: in parts, since a body may be large and is copied once only, into the file."""
    return struct.pack(">I4s", len(body), kind), body, struct.pack(">I", checksum(body, checksum(kind)))
