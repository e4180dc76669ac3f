"""Inflating with a ceiling: a kilobyte of deflate can hold a megabyte."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from types import ModuleType
from typing import Protocol

from qualitygate.decode.optional import faster
from qualitygate.decode.refuse import refusal

# Compressed bytes that are handed over at a time: what is left of them after a block is copied.
_STEP = 1 << 16
# Inflated bytes that stay in the second-level cache until they are taken. From 64 KiB on their number hardly matters.
_NEAR = 1 << 18
_MOST = 1 << 20
# What a block of deflate that is stored and not compressed can hold (RFC 1951, 3.2.4).
_BLOCK = 65_535
# Above 128 MB of rows, some 40 megapixels, memory is dearer than inflating a second time.
_KEPT = 1 << 27

Part = bytes | memoryview


class Budget:
    """How many bytes may still be inflated from one file's metadata."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._left = limit

    def inflate(self, compressed: bytes, what: str) -> bytes:
        """Inflate a whole zlib stream.

        Raises:
            DecodeError: QG-1206 when it, or all of them together, come to more than the limit.
            zlib.error: When the stream is broken or ends early.
        """
        stream = zlib.decompressobj()
        inflated = stream.decompress(compressed, self._left + 1)
        if len(inflated) > self._left:
            raise refusal(
                "QG-1206",
                f"{what} inflates to more than {self.limit:,} bytes of metadata",
                "raise `limits.max_metadata_bytes` if it is genuine",
            )
        if not stream.eof:
            raise zlib.error("stream ends early")
        self._left -= len(inflated)
        return inflated


class Taking(Protocol):
    """What takes the blocks of a stream in their order."""

    def begin(self) -> None:
        """The first block is next; whatever came before is void."""

    def take(self, block: bytes) -> None:
        """A block, of at least one byte."""


def inflated_into(taking: Taking, parts: Sequence[Part], expected: int, most: int = _NEAR) -> bool:
    """Inflate a zlib stream in parts, once and in blocks, so that what takes them finds them in the cache.

    Its checksum is verified, unless it holds far more than expected: what goes beyond that by a megabyte is of no
    interest, neither here nor to a decoder, and is not inflated.

    Args:
        taking: Gets the blocks, and holds nothing of worth if the stream turns out to be broken.
        parts: The stream.
        expected: Fewest bytes it must hold.
        most: Bytes of a block.

    Returns:
        False for a stream that ends early or is too short.

    Raises:
        zlib.error: When the stream is broken.
    """
    quick = faster("zlib_ng.zlib_ng")
    if quick is not None:
        try:
            return _inflated(quick, taking, parts, expected, most)
        except quick.error:
            pass  # zlib gives the diagnosis, so that its words are the same everywhere
    return _inflated(zlib, taking, parts, expected, most)


def inflated(parts: Sequence[Part], expected: int, most_kept: int = _KEPT) -> list[bytes] | None:
    """The blocks of a zlib stream, as `inflated_into` gives them, of at most 65,535 bytes.

    Args:
        parts: The stream.
        expected: Fewest bytes it must hold.
        most_kept: If more are expected, they are looked at and not kept.

    Returns:
        The blocks, none of them if they are not kept; None for a stream that ends early or is too short.

    Raises:
        zlib.error: When the stream is broken.
    """
    blocks = _Blocks(expected <= most_kept)
    return blocks.all if inflated_into(blocks, parts, expected, _BLOCK) else None


class _Blocks:
    def __init__(self, kept: bool) -> None:
        self._kept = kept
        self.all: list[bytes] = []

    def begin(self) -> None:
        self.all.clear()

    def take(self, block: bytes) -> None:
        if self._kept:
            self.all.append(block)


def as_stored(blocks: Sequence[bytes]) -> bytes:
    """Blocks of 1 to 65,535 bytes as a zlib stream (RFC 1950) that any decoder reads, and reads by copying."""
    module = faster("zlib_ng.zlib_ng") or zlib
    checksum, parts = 1, [b"\x78\x01"]
    for number, block in enumerate(blocks, start=1):
        last = number == len(blocks)
        parts += (struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF), block)
        checksum = module.adler32(block, checksum)
    return b"".join((*parts, checksum.to_bytes(4, "big")))


def checksum(data: Part, before: int = 0) -> int:
    """CRC-32 as zlib counts it, of data that follow others of the checksum `before`."""
    found: int = (faster("zlib_ng.zlib_ng") or zlib).crc32(data, before)
    return found


def inflater() -> str:
    """Name and version of what inflates pictures: `zlib 1.3.1` or `zlib-ng 2.3.3`."""
    quick = faster("zlib_ng.zlib_ng")
    if quick is None:
        return f"zlib {zlib.ZLIB_RUNTIME_VERSION}"
    return f"zlib-ng {getattr(quick, 'ZLIBNG_RUNTIME_VERSION', quick.ZLIB_RUNTIME_VERSION)}"


def _inflated(module: ModuleType, taking: Taking, parts: Sequence[Part], expected: int, most: int) -> bool:
    """At most one byte beyond what is of interest, whatever the size of blocks: what is refused depends on nothing."""
    stream = module.decompressobj()
    taking.begin()
    left = expected + _MOST + 1
    for part in parts:
        view = memoryview(part)
        for start in range(0, len(view), _STEP):
            piece: bytes | memoryview = view[start : start + _STEP]
            full = True
            while full:
                room = min(most, left)
                block = stream.decompress(piece, room)
                left -= len(block)
                if block:
                    taking.take(block)
                if left == 0:
                    return True
                if stream.eof:  # what follows would be collected, and copied with each piece
                    return left <= _MOST + 1
                full, piece = len(block) == room, stream.unconsumed_tail
    return False
