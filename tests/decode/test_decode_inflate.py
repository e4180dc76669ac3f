"""Inflating pixels by zlib and by zlib-ng: in any blocks, of any pieces, the same bytes and the same refusals."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.decode import inflate, png_data
from qualitygate.decode.inflate import inflated, inflated_into

MEGABYTE = 1 << 20
STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED)


class Gathered:
    """What came, block by block; what came before the last beginning is void."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []

    def begin(self) -> None:
        self.blocks.clear()

    def take(self, block: bytes) -> None:
        assert block
        self.blocks.append(block)


def outcome(parts: list[bytes], expected: int, most: int) -> tuple[bool, bytes] | str:
    """Whether it was enough, and what came; or the words of the refusal."""
    gathered = Gathered()
    try:
        enough = inflated_into(gathered, parts, expected, most)
    except zlib.error as error:
        return str(error)
    assert all(len(block) <= most for block in gathered.blocks)
    return enough, b"".join(gathered.blocks)


def every_way(stream: bytes, expected: int) -> tuple[bool, bytes] | str:
    """The outcome, whatever inflates and however."""
    found = outcome([stream], expected, MEGABYTE)
    halves = [stream[: len(stream) // 3], b"", stream[len(stream) // 3 :]]
    assert outcome(halves, expected, 1_000) == found
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inflate, "faster", lambda _: None)
        assert outcome([stream], expected, 65_535) == found
        patch.setattr(inflate, "_STEP", 100)
        assert outcome(halves, expected, MEGABYTE) == found
    return found


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_streams_longer_than_any_block(level: int, strategy: int) -> None:
    """Noise, slopes, one colour, and what was there 32,768 bytes before."""
    random = np.random.default_rng(level)
    body = random.normal(40, 12, (1_000, 1_024)).astype(np.uint8)
    body[200:400] = np.arange(1_024) // 7
    body[400:600] = 9
    body[632:640] = body[600:608]
    body[640:800, 500:] = np.tile(body[640, :29], (160, 19))[:, :524]
    raw = body.tobytes()
    for memory in (1, 9):
        packer = zlib.compressobj(level, zlib.DEFLATED, 15, memory, strategy)
        assert every_way(packer.compress(raw) + packer.flush(), len(raw)) == (True, raw)


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
def test_damage_with_a_checksum_that_fits_is_refused_as_by_zlib(
    strategy: int, level: int, spread: int, size: int, flips: list[tuple[float, int]], early: bool, cut: int, seed: int
) -> None:
    raw = np.random.default_rng(seed).integers(0, spread, size, dtype=np.uint8).tobytes()
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    stream = bytearray(packer.compress(raw) + packer.flush())
    for place, bit in flips:
        stream[min(int(place * (30 if early else len(stream))), len(stream) - 1)] ^= 1 << bit
    stream = stream[: len(stream) - cut]
    opener = zlib.decompressobj(-15)
    try:
        sound: bytes | None = opener.decompress(bytes(stream), MEGABYTE)
    except zlib.error:
        sound = None
    whole = b"\x78\x9c" + bytes(stream) + zlib.adler32(raw if sound is None else sound).to_bytes(4, "big")
    found = every_way(whole, size)
    if sound is None:
        assert isinstance(found, str)
    if not flips and not cut:
        assert found == (True, raw)


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
        (b"\x78\x9c" + incomplete(), b"\x00aa"),
        (OWN[:2] + bytes([OWN[2] | 0b110]) + OWN[3:-4], SKEWED),
    ],
    ids=["check", "window", "method", "dictionary", "length", "kind", "incomplete", "third kind"],
)
def test_what_a_careless_decoder_would_take(stream: bytes, data: bytes) -> None:
    found = every_way(stream + zlib.adler32(data).to_bytes(4, "big"), len(data))
    assert isinstance(found, str)


def test_nothing_is_copied_from_before_the_beginning() -> None:
    """Whatever lies there: with a checksum for each value of a byte."""
    # 0 and a, three bytes from three bytes before, the end: words of the standard's code, turned.
    stream = b"\x78\x9c" + bits_of(
        (1, 1), (1, 2), (0b00001100, 8), (0b10001001, 8), (0b1000000, 7), (0b01000, 5), (0, 7)
    )
    for before in range(256):
        data = bytes([0, ord("a"), before, 0, ord("a")])
        found = every_way(stream + zlib.adler32(data).to_bytes(4, "big"), 5)
        assert isinstance(found, str)
        assert "distance too far back" in found


def test_a_stream_cut_anywhere_and_one_too_long_or_too_short() -> None:
    raw = np.random.default_rng(5).integers(0, 3, 124, dtype=np.uint8).tobytes()
    for level in (0, 9):
        stream = zlib.compress(raw, level)
        for whole in (stream, stream + b"more"):
            assert every_way(whole, len(raw)) == (True, raw)
            assert every_way(whole, len(raw) - 31) == (True, raw)
            assert every_way(whole, len(raw) + 1) == (False, raw)
        for end in range(len(stream)):
            found = every_way(stream[:end], len(raw))
            assert isinstance(found, tuple)
            assert not found[0]
        assert "incorrect data check" in every_way(stream[:-1] + bytes([stream[-1] ^ 1]), len(raw))


@pytest.mark.parametrize("level", [0, 1])
def test_how_far_is_looked_does_not_depend_on_blocks(level: int) -> None:
    """Damage around a megabyte beyond what is expected: found or of no interest, the same every way."""
    raw = np.random.default_rng(6).integers(0, 100, 2 * MEGABYTE, dtype=np.uint8).tobytes()
    seen = set()
    for beyond in (-300_000, -70_000, -5_000, 5_000, 70_000, 300_000):
        sound = zlib.compressobj(level)
        stream = sound.compress(raw[: MEGABYTE + 10_000 + beyond]) + sound.flush(zlib.Z_FULL_FLUSH)
        found = every_way(stream + b"\x07" + bytes(100_000), 10_000)
        seen.add(isinstance(found, str))
        if not isinstance(found, str):
            assert found == (True, raw[: MEGABYTE + 10_001])
        assert isinstance(found, str) == (beyond < 0)
    assert seen == {True, False}


def test_blocks_for_another_decoder_can_be_stored_as_they_are() -> None:
    blocks = inflated([zlib.compress(bytes(200_000))], 200_000)
    assert blocks is not None
    assert [len(block) for block in blocks] == [65_535, 65_535, 65_535, 3_395]


@pytest.mark.parametrize("most", [1, 7, 1_000])
def test_a_block_that_is_just_full_is_not_the_last(most: int) -> None:
    """As many bytes as fit into blocks, and one fewer or more: nothing is lost, and no empty block is given."""
    for size in (3 * most - 1, 3 * most, 3 * most + 1):
        raw = bytes(range(256)) * 12
        assert outcome([zlib.compress(raw[:size])], size, most) == (True, raw[:size])


class Wary:
    """In place of zlib-ng: gives a block, then refuses what zlib takes."""

    error = ArithmeticError

    def __init__(self) -> None:
        self.eof, self.unconsumed_tail, self.given = False, b"more", False

    def decompressobj(self) -> Wary:
        return Wary()

    def decompress(self, piece: bytes, room: int) -> bytes:
        if self.given:
            raise self.error
        self.given = True
        return b"\x01" * room


@pytest.mark.parametrize("most", [5, 1_000])
def test_what_came_before_a_refusal_is_void(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """zlib has the last word, and begins anew: where blocks are kept, and where they are unfiltered at once."""
    raw = np.random.default_rng(7).integers(0, 5, 600, dtype=np.uint8).tobytes()
    shape = png_data.Shape(29, 20, 8, 0, interlaced=False)
    parts = [zlib.compress(raw)]
    sound = png_data.pixel_data(shape, (), parts)
    monkeypatch.setattr(inflate, "faster", lambda _: Wary())
    assert outcome(parts, 600, most) == (True, raw)
    found = png_data.pixel_data(shape, (), parts)
    assert sound is not None
    assert found is not None
    assert found.blocks == sound.blocks
    if sound.rows is not None:
        assert found.rows is not None
        assert np.array_equal(found.rows, sound.rows)


def test_a_taker_that_fails_is_heard() -> None:
    class Failing(Gathered):
        def take(self, block: bytes) -> None:
            raise LookupError("no")

    with pytest.raises(LookupError):
        inflated_into(Failing(), [zlib.compress(b"abc")], 3)
