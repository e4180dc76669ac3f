"""The kernel that inflates and unfilters PNG, compiled in both ways, against zlib and the standard as it stands."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.core.native import kernels

pytestmark = pytest.mark.skipif(kernels() is None, reason="the kernels were not built")

PIXELS = (1, 2, 3, 4, 6, 8)


def unfiltered(raw: bytes, row: int, pixel: int) -> bytes:
    """PNG, third edition, 9.2 and 9.4, as it stands there."""
    above, out = bytearray(row), bytearray()
    for start in range(0, len(raw), row + 1):
        line = bytearray(raw[start + 1 : start + 1 + row])
        for i in range(row):
            a = line[i - pixel] if i >= pixel else 0
            b, c = above[i], above[i - pixel] if i >= pixel else 0
            p = a + b - c
            distances = [abs(p - a), abs(p - b), abs(p - c)]
            paeth = (a, b, c)[distances.index(min(distances))]
            line[i] = (line[i] + (0, a, b, (a + b) // 2, paeth)[raw[start]]) & 255
        out += line
        above = line
    return bytes(out)


def pixels_of(stream: bytes, size: int, row: int, pixel: int, *, plain: bool = False) -> bytes | None:
    """The rows of a zlib stream of `size` bytes, None where the kernel does not take it."""
    out = np.full(size // (row + 1) * row, 77, dtype=np.uint8)
    done = kernels().png_pixels(stream + bytes(32), pixel, plain, bytearray(2 * row + 1), out)  # type: ignore[union-attr]
    return out.tobytes() if done else None


def by_kernel(raw: bytes, row: int, pixel: int, *, plain: bool = False, level: int = 6) -> bytes | None:
    """The rows, by way of a zlib stream."""
    return pixels_of(zlib.compress(raw, level), len(raw), row, pixel, plain=plain)


def raw_rows(filters: list[int], row: int, seed: int, *, smooth: bool) -> bytes:
    random = np.random.default_rng(seed)
    body = random.integers(0, 256, (len(filters), row + 1), dtype=np.uint8)
    if smooth:  # many equal and nearly equal neighbours
        body[:] = random.choice(np.array([0, 1, 2, 255], dtype=np.uint8), body.shape)
    body[:, 0] = filters
    return body.tobytes()


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("pixel", PIXELS)
@pytest.mark.parametrize("kind", range(5))
def test_each_filter(kind: int, pixel: int, plain: bool) -> None:
    for columns in (1, 2, 3, 7, 16, 33, 70):
        for lines in (1, 2, 3, 6):
            raw = raw_rows([kind] * lines, columns * pixel, columns, smooth=False)
            assert by_kernel(raw, columns * pixel, pixel, plain=plain) == unfiltered(raw, columns * pixel, pixel)


@given(
    filters=st.lists(st.sampled_from([0, 1, 2, 3, 4, 4, 4]), min_size=1, max_size=12),
    pixel=st.sampled_from(PIXELS),
    columns=st.integers(1, 24),
    plain=st.booleans(),
    smooth=st.booleans(),
    level=st.integers(0, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_rows(
    filters: list[int], pixel: int, columns: int, plain: bool, smooth: bool, level: int, seed: int
) -> None:
    row = columns * pixel
    raw = raw_rows(filters, row, seed, smooth=smooth)
    assert by_kernel(raw, row, pixel, plain=plain, level=level) == unfiltered(raw, row, pixel)


STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_streams_longer_than_any_buffer(level: int, strategy: int) -> None:
    """Noise, slopes, one colour, and what was there 32,768 bytes before, in rows that buffers cut."""
    random = np.random.default_rng(level)
    row = 1_021
    body = random.normal(40, 12, (1_000, row)).astype(np.uint8)
    body[200:400] = np.arange(row) // 7
    body[400:600] = 9
    body[632:640] = body[600:608]
    body[640:800, 500:] = np.tile(body[640, :29], (160, 18))[:, :521]
    raw = np.hstack([np.zeros((1_000, 1), np.uint8), body]).tobytes()
    for memory in (1, 9):
        packer = zlib.compressobj(level, zlib.DEFLATED, 15, memory, strategy)
        found = pixels_of(packer.compress(raw) + packer.flush(), len(raw), row, 1)
        assert found == body.tobytes()


@given(
    strategy=st.sampled_from(STRATEGIES),
    level=st.integers(0, 9),
    spread=st.sampled_from([2, 5, 40, 256]),
    size=st.integers(2, 3_000),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), max_size=3),
    early=st.booleans(),
    cut=st.integers(0, 3),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=400)
def test_nothing_is_taken_that_zlib_refuses(
    strategy: int, level: int, spread: int, size: int, flips: list[tuple[float, int]], early: bool, cut: int, seed: int
) -> None:
    """Damage with a checksum that fits what zlib makes of it, where it makes anything."""
    raw = np.random.default_rng(seed).integers(0, spread, size, dtype=np.uint8)
    raw[0] = 0
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    stream = bytearray(packer.compress(raw.tobytes()) + packer.flush())
    for place, bit in flips:
        stream[min(int(place * (30 if early else len(stream))), len(stream) - 1)] ^= 1 << bit
    stream = stream[: len(stream) - cut]
    opener = zlib.decompressobj(-15)
    try:
        found = opener.decompress(bytes(stream), 1 << 20)
    except zlib.error:
        found = b""
    sound = opener.eof and len(found) >= 2 and found[0] <= 4
    length = len(found) if sound else size
    packed = b"\x78\x9c" + bytes(stream) + zlib.adler32(found if sound else raw.tobytes()).to_bytes(4, "big")
    taken = pixels_of(packed, length, length - 1, 1)
    if taken is not None:
        assert sound
        assert taken == unfiltered(found, length - 1, 1)
    if not flips and not cut:
        assert taken is not None, "what zlib writes is not unusual"


def bits_of(*fields: tuple[int, int]) -> bytes:
    """Numbers of so many bits, the lowest first, as deflate packs them; code words have to be turned before."""
    value = place = 0
    for number, width in fields:
        value |= number << place
        place += width
    return value.to_bytes(-(-place // 8), "little")


SOUND = b"\x00abc"
SKEWED = b"\x00" + np.random.default_rng(0).integers(0, 5, 400, dtype=np.uint8).tobytes()
OWN = zlib.compress(SKEWED, 9)  # a block with codes of its own
STORED = b"\x01\x04\x00\xfb\xff" + SOUND


def incomplete() -> bytes:
    """A block whose code of literals has a word that means nothing, which no decoder needs to notice."""
    order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1]
    widths = [{18: 2, 0: 2, 2: 2, 1: 2}.get(symbol, 0) for symbol in order]
    # Words of two bits, in the order of symbols: 0, 1, 2, 18; turned.
    word = {0: (0b00, 2), 1: (0b10, 2), 2: (0b01, 2), 18: (0b11, 2)}

    def zeros(number: int) -> list[tuple[int, int]]:
        return [word[18], (number - 11, 7)]

    # 0, a and the end of the block with two bits each, the fourth word unused; one distance of one bit.
    literals = [word[2], *zeros(96), word[2], *zeros(138), *zeros(20), word[2], word[1]]
    data = [(0b00, 2), (0b10, 2), (0b10, 2), (0b01, 2)]  # 0, a, a, end
    return bits_of((1, 1), (2, 2), (0, 5), (0, 5), (14, 4), *((width, 3) for width in widths), *literals, *data)


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        (b"\x78\x9d" + STORED, SOUND),
        (b"\x88\x1c" + STORED, SOUND),
        (b"\x79\x9b" + STORED, SOUND),
        (b"\x78\xbb" + STORED, SOUND),
        (b"\x78\x9c" + STORED.replace(b"\xfb\xff", b"\xfa\xff"), SOUND),
        (b"\x78\x9c" + b"\x07" + STORED[1:], SOUND),
        (b"\x78\x9c" + b"\x00" + STORED[1:], SOUND),
        (b"\x78\x9c" + incomplete(), b"\x00aa"),
        (OWN[:2] + bytes([OWN[2] | 0b110]) + OWN[3:-4], SKEWED),
    ],
    ids=["check", "window", "method", "dictionary", "length", "kind", "not the last", "incomplete", "third kind"],
)
def test_what_a_careless_decoder_would_take(stream: bytes, data: bytes) -> None:
    whole = stream + zlib.adler32(data).to_bytes(4, "big")
    with pytest.raises(zlib.error):
        zlib.decompress(whole)
    assert pixels_of(whole, len(data), len(data) - 1, 1) is None


def test_nothing_is_copied_from_before_the_beginning() -> None:
    """Whatever lies there: with a checksum for each value of a byte."""
    # 0 and a, three bytes from three bytes before, the end: words of the standard's code, turned.
    stream = b"\x78\x9c" + bits_of(
        (1, 1), (1, 2), (0b00001100, 8), (0b10001001, 8), (0b1000000, 7), (0b01000, 5), (0, 7)
    )
    for before in range(256):
        data = bytes([0, ord("a"), before, 0, ord("a")])
        whole = stream + zlib.adler32(data).to_bytes(4, "big")
        assert pixels_of(whole, 5, 4, 1) is None
    with pytest.raises(zlib.error, match="distance too far back"):
        zlib.decompress(whole)


def test_a_stream_cut_anywhere_and_one_too_long_or_too_short() -> None:
    raw = raw_rows([0, 4, 4, 2], 30, 5, smooth=True)
    for level in (0, 9):
        stream = zlib.compress(raw, level)
        assert pixels_of(stream, len(raw), 30, 3) == unfiltered(raw, 30, 3)
        assert pixels_of(stream + b"more", len(raw), 30, 3) == unfiltered(raw, 30, 3)
        assert all(pixels_of(stream[:end], len(raw), 30, 3) is None for end in range(len(stream)))
        assert pixels_of(stream, len(raw) + 31, 30, 3) is None
        assert pixels_of(stream, len(raw) - 31, 30, 3) is None
        assert pixels_of(stream[:-1] + bytes([stream[-1] ^ 1]), len(raw), 30, 3) is None


def test_every_choice_of_three_neighbours() -> None:
    """All left, up and corner: the predictor is exact for each, whatever the order of instructions."""
    values = np.array([0, 1, 2, 3, 7, 63, 64, 126, 127, 128, 129, 130, 200, 253, 254, 255], dtype=np.uint8)
    left, up, corner = (axis.ravel().astype(int) for axis in np.meshgrid(values, values, values))
    for pixel in PIXELS:
        rows = np.zeros((2, 1 + 2 * pixel), dtype=np.uint8)
        for a, b, c in zip(left[::pixel], up[::pixel], corner[::pixel], strict=True):
            rows[0, 1 : 1 + pixel], rows[0, 1 + pixel :] = c, b
            rows[1, 0], rows[1, 1 : 1 + pixel] = 4, (a - c) % 256
            for plain in (False, True):
                raw = rows.tobytes()
                assert by_kernel(raw, 2 * pixel, pixel, plain=plain) == unfiltered(raw, 2 * pixel, pixel)


def test_a_filter_that_does_not_exist_is_not_taken() -> None:
    for kind in (5, 6, 128, 255):
        raw = raw_rows([4, 4, kind, 0], 9, 1, smooth=False)
        assert by_kernel(raw, 9, 3) is None


@pytest.mark.parametrize(
    ("stream", "pixel", "pending", "out"),
    [
        (bytes(31), 2, bytearray(21), np.zeros(20, np.uint8)),
        (bytes(40), 5, bytearray(21), np.zeros(20, np.uint8)),
        (bytes(40), 3, bytearray(21), np.zeros(20, np.uint8)),
        (bytes(40), 2, bytearray(20), np.zeros(20, np.uint8)),
        (bytes(40), 2, bytes(21), np.zeros(20, np.uint8)),
        (bytes(40), 2, bytearray(1), np.zeros(20, np.uint8)),
        (bytes(40), 2, bytearray(0), np.zeros(20, np.uint8)),
        (bytes(40), 2, bytearray(21), np.zeros(19, np.uint8)),
    ],
)
def test_buffers_that_do_not_fit(stream: bytes, pixel: int, pending: bytearray, out: np.ndarray) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        kernels().png_pixels(stream, pixel, False, pending, out)  # type: ignore[union-attr]


@pytest.mark.parametrize(("size", "kept"), [(2, 1), (4, 2), (4, 3), (8, 6)])
def test_pixels_are_parted(size: int, kept: int) -> None:
    pixels = np.random.default_rng(size).integers(0, 256, (37, size), dtype=np.uint8)
    first, rest = np.zeros((37, kept), np.uint8), np.zeros((37, size - kept), np.uint8)
    kernels().png_part(pixels, size, kept, first, rest)  # type: ignore[union-attr]
    assert np.array_equal(first, pixels[:, :kept])
    assert np.array_equal(rest, pixels[:, kept:])
    for wrong in ((3, 1), (size, size), (size, 0), (0, 0), (-4, -3)):
        with pytest.raises(ValueError, match="do not fit"):
            kernels().png_part(pixels, *wrong, first, rest)  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="do not fit"):
        kernels().png_part(pixels, size, kept, first[1:], rest)  # type: ignore[union-attr]
