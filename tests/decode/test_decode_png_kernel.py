"""The kernel that undoes the filters of PNG, in both ways it is compiled, against the standard written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
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


def by_kernel(raw: bytes, row: int, pixel: int, *, plain: bool = False, cuts: tuple[int, ...] = ()) -> bytes:
    """The rows in blocks that end at the cuts."""
    out = np.full(len(raw) // (row + 1) * row, 77, dtype=np.uint8)
    pending, place, before = bytearray(2 * row + 1), 0, 0
    for cut in (*sorted(cuts), len(raw)):
        place = kernels().png_rows(raw[before:cut], place, pixel, plain, pending, out)  # type: ignore[union-attr]
        assert place == cut
        before = cut
    return out.tobytes()


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
    cuts=st.lists(st.floats(0, 1), max_size=5),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_rows_in_any_blocks(
    filters: list[int], pixel: int, columns: int, plain: bool, smooth: bool, cuts: list[float], seed: int
) -> None:
    row = columns * pixel
    raw = raw_rows(filters, row, seed, smooth=smooth)
    places = tuple(int(cut * len(raw)) for cut in cuts)
    assert by_kernel(raw, row, pixel, plain=plain, cuts=places) == unfiltered(raw, row, pixel)


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


def test_a_filter_that_does_not_exist_is_told() -> None:
    raw = raw_rows([4, 4, 5, 0], 9, 1, smooth=False)
    out = np.zeros(36, dtype=np.uint8)
    assert kernels().png_rows(raw, 0, 3, False, bytearray(19), out) == -1  # type: ignore[union-attr]


def test_what_lies_behind_the_last_row_is_left_alone() -> None:
    raw = raw_rows([4, 4], 9, 1, smooth=False) + b"\x09more"
    out = np.zeros(18, dtype=np.uint8)
    assert kernels().png_rows(raw, 0, 3, False, bytearray(19), out) == 20  # type: ignore[union-attr]
    assert out.tobytes() == unfiltered(raw[:20], 9, 3)


@pytest.mark.parametrize(
    ("place", "pixel", "pending", "out"),
    [
        (0, 5, bytearray(21), np.zeros(20, np.uint8)),
        (0, 3, bytearray(21), np.zeros(20, np.uint8)),
        (0, 2, bytearray(20), np.zeros(20, np.uint8)),
        (0, 2, bytes(21), np.zeros(20, np.uint8)),
        (0, 2, bytearray(1), np.zeros(20, np.uint8)),
        (0, 2, bytearray(0), np.zeros(20, np.uint8)),
        (0, 2, bytearray(21), np.zeros(19, np.uint8)),
        (-1, 2, bytearray(21), np.zeros(20, np.uint8)),
        (23, 2, bytearray(21), np.zeros(20, np.uint8)),
    ],
)
def test_buffers_that_do_not_fit(place: int, pixel: int, pending: bytearray, out: np.ndarray) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        kernels().png_rows(bytes(11), place, pixel, False, pending, out)  # type: ignore[union-attr]


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
