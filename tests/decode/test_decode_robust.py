"""Whatever the bytes: an `Image` that keeps its promises, or a `DecodeError`."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from decode_builders import SIGNATURE, encoded, gradient, icc_segments, png, png_chunk, tiff, with_segments
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitygate.core.colour.encoding import DISPLAY_P3
from qualitygate.core.errors import DecodeError
from qualitygate.core.image import Image
from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import decode
from qualitygate.decode.icc_build import build_profile

RGB = np.array(gradient())
PROFILE = build_profile(DISPLAY_P3)
LIMITS = DecodeLimits(max_pixels=1_000_000, max_metadata_bytes=1_000_000)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

FILES = {
    "png": png(RGB, before=[(b"iCCP", b"p\0\0" + zlib.compress(PROFILE))]),
    "jpeg": with_segments(encoded(gradient(), "JPEG"), *icc_segments(PROFILE, 2)),
    "progressive": encoded(gradient(), "JPEG", progressive=True),
    "webp": encoded(gradient(), "WEBP", icc_profile=PROFILE),
    "webp-lossless": encoded(gradient().convert("RGBA"), "WEBP", lossless=True),
    "avif": encoded(gradient(), "AVIF", icc_profile=PROFILE),
    "gif": encoded(gradient(), "GIF"),
    "bmp": encoded(gradient(), "BMP"),
    "tiff": encoded(gradient(), "TIFF", compression="tiff_lzw", icc_profile=PROFILE),
    "tiff16": tiff(RGB.astype(np.uint16) * 257),
    "bigtiff": tiff(RGB, big=True, order=">"),
}
STARTS = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"RIFF\x40\0\0\0WEBP",
    b"GIF89a",
    b"BM",
    b"II*\0",
    b"MM\0+",
    b"\xff\x0a",
    b"\0\0\0\x14ftypavif\0\0\0\0mif1",
    b"\0\0\0\x14ftypheic\0\0\0\0mif1",
    b"\0\0\0\x0cJXL \r\n\x87\n",
]
CHUNKS = [b"PLTE", b"tRNS", b"iCCP", b"cICP", b"gAMA", b"cHRM", b"acTL", b"fcTL", b"eXIf", b"zTXt", b"iTXt"]


def attempt(data: bytes) -> None:
    image: Image | None = None
    refusal: DecodeError | None = None
    try:
        image = decode(data, "fuzz", LIMITS)
    except DecodeError as error:
        refusal = error
    if image is None:
        assert refusal is not None
        assert refusal.code.startswith("QG-12")
        assert refusal.where == "fuzz"
        assert "\n" not in str(refusal)
        return
    height, width, channels = image.pixels.shape
    assert channels == 3
    assert image.pixels.dtype in (np.uint8, np.uint16)
    assert 0 < width * height <= LIMITS.max_pixels
    if image.alpha is not None:
        assert image.alpha.shape == (height, width)
        assert image.alpha.dtype == image.pixels.dtype
    assert np.isfinite(image.encoding.matrix).all()


@QUICK
@given(start=st.sampled_from([b"", *STARTS]), rest=st.binary(max_size=400))
def test_random_bytes(start: bytes, rest: bytes) -> None:
    attempt(start + rest)


@pytest.mark.parametrize("kind", sorted(FILES))
@QUICK
@given(data=st.data())
def test_mutated_files(kind: str, data: st.DataObject) -> None:
    mutated = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        # Headers are where it hurts: half of the changes go there.
        end = data.draw(st.sampled_from([min(600, len(mutated)), len(mutated)]))
        mutated[data.draw(st.integers(0, end - 1))] = data.draw(st.sampled_from([0, 1, 127, 128, 255]))
    attempt(bytes(mutated))


@pytest.mark.parametrize("kind", sorted(FILES))
@QUICK
@given(share=st.floats(0, 1, exclude_max=True))
def test_truncated_files(kind: str, share: float) -> None:
    attempt(FILES[kind][: int(len(FILES[kind]) * share)])


@QUICK
@given(
    header=st.tuples(
        st.integers(0, 2**31 - 1) | st.integers(0, 64), st.integers(0, 64), st.sampled_from([0, 1, 2, 4, 8, 16]),
        st.integers(0, 6), st.integers(0, 1), st.integers(0, 1), st.integers(0, 1),
    ),
    body=st.binary(max_size=300),
    chunks=st.lists(
        st.tuples(
            st.sampled_from(CHUNKS),
            st.binary(max_size=40),
        ),
        max_size=4,
    ),
)  # fmt: skip
def test_png_with_valid_checksums(header: tuple[int, ...], body: bytes, chunks: list[tuple[bytes, bytes]]) -> None:
    """Checksums would catch most mutations before anything interesting is reached."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", *header)), *chunks, (b"IDAT", zlib.compress(body * 20)), (b"IEND", b"")]
    attempt(SIGNATURE + b"".join(png_chunk(kind, content) for kind, content in parts))


@QUICK
@given(data=st.data())
def test_mutated_profiles(data: st.DataObject) -> None:
    profile = bytearray(PROFILE)
    for _ in range(data.draw(st.integers(1, 6))):
        profile[data.draw(st.integers(0, len(profile) - 1))] = data.draw(st.integers(0, 255))
    attempt(png(RGB[:4, :4], before=[(b"iCCP", b"p\0\0" + zlib.compress(bytes(profile)))]))
