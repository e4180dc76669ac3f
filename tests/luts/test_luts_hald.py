"""Hald CLUTs: every PNG filter, 16 bits kept, other pictures refused by name."""

from __future__ import annotations

import numpy as np
import pytest
from lut_samples import png

from qualitygate import luts
from qualitygate.core.lut import Lut3D

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("filters", [(0,), (1,), (2,), (3,), (4,), (0, 1, 2, 3, 4), (4, 3, 0)])
def test_all_bits_through_every_filter(depth: type, filters: tuple[int, ...]) -> None:
    top = np.iinfo(depth).max
    pixels = RNG.integers(0, top, (8, 8, 3), depth, endpoint=True)
    result = luts.parse(png(pixels, filters=filters), "a.png")
    assert isinstance(result.lut, Lut3D), result.findings
    assert result.size == 4
    assert np.array_equal(result.lut.table.transpose(2, 1, 0, 3).reshape(-1, 3) * top, pixels.reshape(-1, 3))


def test_red_is_fastest() -> None:
    pixels = np.zeros((8, 8, 3), np.uint16)
    pixels[0, 1] = (65535, 0, 0)
    lut = luts.parse(png(pixels), "a.png").lut
    assert isinstance(lut, Lut3D)
    assert lut.table[1, 0, 0].tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png(np.zeros((9, 9, 3), np.uint8)), "QG-1640"),
        (png(np.zeros((8, 16, 3), np.uint8)), "QG-1640"),
        (png(np.zeros((8, 8, 3), np.uint8), interlace=1), "QG-1641"),
        (png(np.zeros((8, 8, 3), np.uint8), colour=6), "QG-1641"),
        (png(np.zeros((8, 8, 3), np.uint8))[:-20], "QG-1642"),
        (png(np.zeros((8, 8, 3), np.uint8))[:60] + b"\x01" + png(np.zeros((8, 8, 3), np.uint8))[61:], "QG-1642"),
        (png(np.zeros((8, 8, 3), np.uint8)) + b"\x00", "QG-1638"),
        (png(np.zeros((8, 8, 3), np.uint8)) * 2, "QG-1638"),
        (b"LUT_3D_SIZE 2\n", "QG-1614"),
    ],
)
def test_other_pictures_are_refused(data: bytes, code: str) -> None:
    assert [finding.code for finding in luts.parse(data, "a.png").findings] == [code]


@pytest.mark.oracle
def test_the_pixels_are_those_of_pillow(corpora) -> None:  # type: ignore[no-untyped-def]
    from PIL import Image

    for name, size in (("pillowlut_hald.4.png", 16), ("pillowlut_hald.6.hefe.png", 36)):
        path = corpora / "lut" / "valid" / name
        lut = luts.read(path).lut
        assert isinstance(lut, Lut3D)
        assert lut.size == size
        expected = np.asarray(Image.open(path)).reshape(-1, 3) / 255
        assert np.array_equal(lut.table.transpose(2, 1, 0, 3).reshape(-1, 3), expected)
