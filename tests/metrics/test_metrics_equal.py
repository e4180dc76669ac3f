"""Two pictures with one set of samples: the numbers of equal pictures, without a map in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB, Encoding
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.core.statistics import counted, even_map, is_even
from qualitygate.metrics import metric_class

METRICS = ("delta_e_2000", "ssim", "lpips")


def picture(height: int = 70, width: int = 90, encoding: Encoding = SRGB, kind: type = np.uint8) -> Image:
    pixels = np.random.default_rng(4).integers(0, 256, (height, width, 3)).astype(kind)
    return Image(pixels, encoding, Source("a.png", "", 0, "png", width, height, 8, encoding.name))


def measured(
    name: str, reference: Image, candidate: Image, mask: np.ndarray | None = None
) -> Measurement | Unmeasurable:
    return metric_class(name)().measure(reference, candidate, mask)


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize(("encoding", "kind"), [(SRGB, np.uint8), (DISPLAY_P3, np.uint8), (SRGB, np.uint16)])
@pytest.mark.parametrize("masked", ["no mask", "half", "a corner", "nothing"])
def test_one_set_of_samples_gives_the_numbers_of_two_equal_ones(
    name: str, encoding: Encoding, kind: type, masked: str
) -> None:
    one = picture(encoding=encoding, kind=kind)
    other = replace(one, pixels=one.pixels.copy())
    mask = np.zeros((70, 90), dtype=bool)
    mask[{"half": np.s_[:, :45], "a corner": np.s_[:9, :9], "nothing": np.s_[:0], "no mask": np.s_[:]}[masked]] = True
    given = None if masked == "no mask" else mask
    shared, apart = measured(name, one, one, given), measured(name, one, other, given)
    if isinstance(apart, Unmeasurable):
        assert shared == apart
        return
    assert isinstance(shared, Measurement)
    assert (shared.values, shared.settings, shared.origin) == (apart.values, apart.settings, apart.origin)
    assert shared.error_map is not None
    np.testing.assert_array_equal(shared.error_map, apart.error_map)


@pytest.mark.parametrize("name", METRICS)
def test_its_map_takes_no_memory(name: str) -> None:
    one = picture()
    found = measured(name, one, one)
    assert isinstance(found, Measurement)
    assert found.error_map is not None
    assert is_even(found.error_map)


def test_an_even_map_counts_as_its_values_do() -> None:
    even, plain = even_map(1.0, (4, 5)), np.ones((4, 5), dtype=np.float32)
    assert not is_even(plain)
    nothing = np.zeros((4, 5), dtype=bool)
    for mask in (None, ~nothing, nothing):
        ours, theirs = counted(even, mask), counted(plain, mask)
        assert set(ours.tolist()) == set(theirs.tolist())
    assert not is_even(np.ones((1, 1), dtype=np.float32))
