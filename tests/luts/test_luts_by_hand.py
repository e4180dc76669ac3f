"""What the sample files do to a colour, worked out by hand: domains, order of channels, curves before the table."""

from __future__ import annotations

import numpy as np
import pytest
from lut_samples import SAMPLES

from qualitygate.luts.apply import apply
from qualitygate.luts.reading import parse

RGB = tuple[float, float, float]

BY_HAND: list[tuple[str, RGB, RGB]] = [
    ("plain.spi1d", (0.25, 0.5, 0.75), (0.125, 0.25, 0.625)),
    ("three.spi1d", (-0.5, 0.5, 1.5), (0.0, 0.6, 1.2)),  # From -0.5 1.5
    ("three.spi1d", (0.0, 0.0, 1.0), (0.25, 0.35, 0.95)),
    ("adobe1d.cube", (1 / 3, 2 / 3, 1.0), (0.25, 0.6, 1.0)),
    ("plain.spi3d", (1.0, 0.0, 0.0), (0.9, 0.0, 0.0)),  # blue is fastest in the file, indices stand before the values
    ("plain.spi3d", (0.5, 0.5, 1.0), (0.45, 0.4, 0.7)),
    ("plain.spimtx", (0.5, 0.5, 1.0), (0.6, 1.0, 1.0)),  # offsets are of 16 bits
]


@pytest.mark.parametrize(("name", "colour", "expected"), BY_HAND)
def test_a_colour_through_a_sample(name: str, colour: RGB, expected: RGB) -> None:
    lut = parse(SAMPLES[name].encode(), name).lut
    assert lut is not None
    assert apply(lut, np.array([colour]))[0] == pytest.approx(expected, abs=1e-6)


def test_a_domain_of_cube_scales_each_channel_by_itself() -> None:
    """DOMAIN_MAX 1 1 2: blue of 2 is the last node, 1 the middle between both."""
    plain = parse(SAMPLES["adobe.cube"].replace("DOMAIN_MAX 1 1 2\n", "").encode(), "a.cube").lut
    scaled = parse(SAMPLES["adobe.cube"].encode(), "a.cube").lut
    assert plain is not None
    assert scaled is not None
    colours = np.array([[0.2, 0.9, 0.4], [1.0, 0.0, 1.0], [0.5, 0.5, 0.0]])
    assert apply(scaled, colours * [1, 1, 2]) == pytest.approx(apply(plain, colours), abs=1e-9)
    assert np.abs(apply(scaled, colours) - apply(plain, colours)).max() > 0.1
