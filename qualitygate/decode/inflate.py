"""Inflating with a ceiling: a kilobyte of deflate can hold a megabyte."""

from __future__ import annotations

import zlib

from qualitygate.decode.refuse import refusal

# Deflate expands at most 1032 times, so a step of input never becomes more than 17 MB of output.
_STEP = 1 << 14
_MOST = 1 << 20


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


def inflates_to(parts: list[bytes], expected: int) -> bool:
    """Whether a zlib stream in parts is whole and holds at least `expected` bytes; the output is not kept.

    The checksum at its end is verified. False for a stream that ends early or is too short.

    Raises:
        zlib.error: When the stream is broken.
    """
    stream = zlib.decompressobj()
    total = 0
    for part in parts:
        view = memoryview(part)
        for start in range(0, len(view), _STEP):
            total += len(stream.decompress(view[start : start + _STEP]))
            if total > expected + _MOST:
                return True  # more than the picture needs; the rest is of no interest
    return stream.eof and total >= expected
