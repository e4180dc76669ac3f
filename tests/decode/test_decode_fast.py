"""Kernels and the extra `fast` change no sample and no refusal, only who decoded: every file is decoded every way."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from decode_builders import SIGNATURE, png_chunk
from decode_corpus import rows
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import __version__
from qualitygate.core.errors import DecodeError
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.native import kernels
from qualitygate.decode import decode, decoder_versions, inflate, png_data
from qualitygate.decode.inflate import as_stored, inflated

pytest.importorskip("zlib_ng")
pytestmark = pytest.mark.skipif(kernels() is None, reason="the kernels were not built")

DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
VARIANTS = [(kind, depth) for kind, depths in DEPTHS.items() for depth in depths]
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
IMAGECODECS = find_spec("imagecodecs") is not None
FACTS = struct.pack(">I", 45_455)  # gAMA as sRGB has it


@contextmanager
def without(*, kernel: bool = False, extra: bool = False) -> Iterator[None]:
    """As if the kernels were not built, or zlib-ng not installed."""
    with pytest.MonkeyPatch.context() as patch:
        if kernel:
            patch.setattr(png_data, "kernels", lambda: None)
        if extra:
            patch.setattr(inflate, "faster", lambda _: None)
        yield


def outcome(data: bytes, name: str = "a.png") -> tuple[object, ...]:
    """Everything a decoded picture is, without who decoded it; or everything its refusal says."""
    try:
        image = decode(data, name)
    except DecodeError as error:
        return error.code, error.message, error.hint
    settings = {key: value for key, value in image.source.settings.items() if key != "decoder"}
    alpha = None if image.alpha is None else (image.alpha.dtype, image.alpha.tobytes())
    facts = image.source.colour_space, image.source.bit_depth, image.source.has_alpha, image.encoding, settings
    assert image.pixels.flags.c_contiguous
    return image.pixels.shape, image.pixels.dtype, image.pixels.tobytes(), alpha, facts


def same(data: bytes, name: str = "a.png") -> tuple[object, ...]:
    """The outcome, which is the same without the kernels, without the extra and without both."""
    found = outcome(data, name)
    for kernel, extra in ((True, False), (False, True), (True, True)):
        with without(kernel=kernel, extra=extra):
            assert outcome(data, name) == found
    return found


def filtered_rows(kind: int, depth: int, size: tuple[int, int], interlaced: bool, seed: int) -> bytes:
    """Rows as they lie in IDAT: random filters and random bytes, which every filter takes for some samples."""
    width, height = size
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    random = np.random.default_rng(seed)
    parts = []
    for top, left, down, across in passes:
        columns, lines = -(-(width - left) // across), -(-(height - top) // down)
        if columns <= 0 or lines <= 0:
            continue
        body = random.integers(0, 256, (lines, 1 + -(-columns * CHANNELS[kind] * depth // 8)), dtype=np.uint8)
        body[:, 0] = random.integers(0, 5, lines)
        parts.append(body.tobytes())
    return b"".join(parts)


def file_of(kind: int, depth: int, size: tuple[int, int], stream: bytes, *, interlaced: bool = False,
            before: tuple[tuple[bytes, bytes], ...] = (), pieces: int = 1) -> bytes:  # fmt: skip
    """A PNG around a zlib stream, every checksum of a chunk right."""
    header = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, int(interlaced))
    step = max(1, -(-len(stream) // pieces))
    data = [(b"IDAT", stream[start : start + step]) for start in range(0, len(stream), step)] or [(b"IDAT", b"")]
    palette = [(b"PLTE", bytes(range(3 * min(1 << depth, 85))))] if kind == 3 else []
    chunks = [(b"IHDR", header), *palette, *before, *data, (b"IEND", b"")]
    return SIGNATURE + b"".join(png_chunk(name, body) for name, body in chunks)


@pytest.mark.parametrize("kind", ["odd", "bad"])
def test_every_file_of_the_corpus_comes_out_the_same(kind: str, corpora: Path) -> None:
    names = [row["file"] for row in rows(kind)]
    assert len(names) > 40
    for name in names:
        path = corpora / "image" / kind / name
        if path.is_file() and path.stat().st_size:
            same(path.read_bytes(), name)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("kind", "depth"), VARIANTS)
def test_every_variant_comes_out_the_same(kind: int, depth: int, interlaced: bool) -> None:
    if depth == 16:
        pytest.importorskip("imagecodecs")
    for seed, size in enumerate([(1, 1), (3, 2), (8, 8), (33, 17), (5, 130)]):
        stream = zlib.compress(filtered_rows(kind, depth, size, interlaced, seed))
        facts = ((b"gAMA", FACTS), (b"pHYs", bytes(9)))
        data = file_of(kind, depth, size, stream, interlaced=interlaced, before=facts)
        assert isinstance(same(data)[0], tuple), "a picture and no refusal"
        decoder = str(decode(data, "a.png").source.settings["decoder"])
        ours = depth >= 8 and not interlaced
        assert decoder.startswith("qualitygate ") is ours
        assert ("zlib-ng" in decoder) is (ours or depth < 16 or kind == 0)


@given(
    variant=st.sampled_from([one for one in VARIANTS if one[1] < 16 or IMAGECODECS or one[0] == 0]),
    size=st.tuples(st.integers(1, 70), st.integers(1, 40)),
    interlaced=st.booleans(),
    level=st.integers(0, 9),
    pieces=st.integers(1, 5),
    hidden=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_whatever_is_written_comes_out_the_same(
    variant: tuple[int, int], size: tuple[int, int], interlaced: bool, level: int, pieces: int, hidden: bool, seed: int
) -> None:
    kind, depth = variant
    stream = zlib.compress(filtered_rows(kind, depth, size, interlaced, seed), level)
    key = {0: bytes(2), 2: bytes(6), 3: b"\x00\x80" * (1 + seed % 128)}.get(kind) if hidden else None
    before = () if key is None else ((b"tRNS", key),)
    data = file_of(kind, depth, size, stream, interlaced=interlaced, before=before, pieces=pieces)
    assert isinstance(same(data)[0], tuple)


@given(
    kind=st.sampled_from([0, 2, 3, 4, 6]),
    interlaced=st.booleans(),
    place=st.floats(0, 1),
    bit=st.integers(0, 7),
    cut=st.integers(0, 12),
    seed=st.integers(0, 2**32 - 1),
)
def test_whatever_is_damaged_is_refused_the_same(
    kind: int, interlaced: bool, place: float, bit: int, cut: int, seed: int
) -> None:
    """Damage that no checksum of a chunk shows: in the compressed stream, at its end, and before compression."""
    size = (23, 19)
    raw = bytearray(filtered_rows(kind, 8, size, interlaced, seed))
    stream = bytearray(zlib.compress(bytes(raw)))
    stream[min(int(place * len(stream)), len(stream) - 1)] ^= 1 << bit
    same(file_of(kind, 8, size, bytes(stream), interlaced=interlaced))
    whole = zlib.compress(bytes(raw))
    same(file_of(kind, 8, size, whole[: len(whole) - cut], interlaced=interlaced))
    raw[min(int(place * len(raw)), len(raw) - 1)] ^= 1 << bit  # may be a filter, which then may not exist
    same(file_of(kind, 8, size, zlib.compress(bytes(raw)), interlaced=interlaced))
    same(file_of(kind, 8, size, zlib.compress(bytes(raw[: len(raw) - cut])), interlaced=interlaced))
    same(file_of(kind, 8, size, zlib.compress(bytes(raw) + bytes(cut)), interlaced=interlaced))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda stream: stream[:-1] + bytes([stream[-1] ^ 1]), "QG-1204"),
        (lambda stream: stream[:-4], "QG-1203"),
        (lambda stream: stream[: len(stream) // 2], "QG-1203"),
        (lambda stream: b"\x79" + stream[1:], "QG-1204"),
        (lambda stream: zlib.compress(b"\x07" + zlib.decompress(stream)[1:]), "QG-1204"),
        (lambda stream: zlib.compress(zlib.decompress(stream)[:-1]), "QG-1203"),
    ],
    ids=["checksum", "no checksum", "half", "header", "filter", "a byte short"],
)
def test_damage_has_one_name(change, code: str) -> None:  # type: ignore[no-untyped-def]
    stream = zlib.compress(filtered_rows(2, 8, (40, 30), False, 1))
    assert same(file_of(2, 8, (40, 30), change(stream)))[0] == code


def test_a_picture_too_large_never_reaches_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(inflate, "_inflated", never)
    data = file_of(2, 8, (40, 30), zlib.compress(filtered_rows(2, 8, (40, 30), False, 1)))
    with pytest.raises(DecodeError) as caught:
        decode(data, "a.png", DecodeLimits(max_pixels=1_199))
    assert caught.value.code == "QG-1205"


@pytest.mark.parametrize("quick", [True, False])
def test_rows_that_are_stored_are_the_rows(quick: bool) -> None:
    raw = np.random.default_rng(3).integers(0, 256, 200_000, dtype=np.uint8).tobytes() + bytes(200_000)
    for parts in ([zlib.compress(raw)], [zlib.compress(raw, 0)], [b"", *(bytes([b]) for b in zlib.compress(raw))]):
        blocks = inflated(parts, len(raw)) if quick else _slow(parts, len(raw))
        assert blocks is not None
        assert b"".join(blocks) == raw
        assert zlib.decompress(as_stored(blocks)) == raw
        assert (inflated(parts, len(raw) + 1) if quick else _slow(parts, len(raw) + 1)) is None


def test_no_more_is_inflated_than_a_megabyte_beyond_the_picture() -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    for found in (inflated([bomb], 1_000), _slow([bomb], 1_000)):
        assert found is not None
        assert 1 << 20 < sum(map(len, found)) < (1 << 20) + 1_000 + 70_000


def test_rows_of_a_huge_picture_are_looked_at_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = zlib.compress(filtered_rows(2, 8, (40, 30), False, 1))
    assert inflated([stream], 3_630, most_kept=3_629) == []
    assert inflated([stream[:-1]], 3_630, most_kept=3_629) is None
    kept = same(file_of(2, 8, (40, 30), stream))
    monkeypatch.setattr(png_data, "inflated", lambda parts, expected: inflated(parts, expected, 0))
    assert same(file_of(2, 8, (40, 30), stream)) == kept


def test_no_memory_is_taken_for_more_than_a_stream_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header may promise a hundred megapixels and four bytes follow."""

    def never(*arguments: object) -> None:
        raise AssertionError("allocated")

    monkeypatch.setattr(png_data, "_Rows", never)
    assert same(file_of(2, 8, (10_000, 9_999), zlib.compress(bytes(1000))))[0] == "QG-1203"


def test_the_greatest_ratio_of_deflate_is_within_the_bound() -> None:
    raw = bytes(50_000_000)
    assert len(raw) <= png_data._RATIO * len(zlib.compress(raw, 9))


def test_what_follows_the_end_of_the_stream_is_not_collected() -> None:
    raw = filtered_rows(2, 8, (40, 30), False, 1)
    blocks = inflated([zlib.compress(raw), bytes(1 << 22)], len(raw))
    assert blocks is not None
    assert b"".join(blocks) == raw


def test_doctor_and_settings_know_the_decoders() -> None:
    found = decoder_versions()
    assert found["png"].startswith(f"qualitygate {__version__} kernels, zlib-ng ")
    assert "zlib-ng" in found


def test_the_reference_uses_neither_the_kernels_nor_the_extra() -> None:
    """In a process of its own: what is there is looked at once."""
    data = file_of(2, 8, (9, 7), zlib.compress(filtered_rows(2, 8, (9, 7), False, 1)))
    program = "import sys; from qualitygate.decode import decode; data = sys.stdin.buffer.read(); "
    program += "print(decode(data, 'a.png').source.settings['decoder'], decode(data, 'a.png').source.bytes)"
    environ = {**os.environ, "QUALITYGATE_KERNELS": "numpy"}
    done = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, env=environ, check=True)
    assert done.stdout.decode().startswith("Pillow ")
    assert f"zlib {zlib.ZLIB_RUNTIME_VERSION} {len(data)}" in done.stdout.decode()


def _slow(parts: list[bytes], expected: int) -> list[bytes] | None:
    with without(extra=True):
        return inflated(parts, expected)
