"""Sums over cells that are formed together with a map of SSIM: to the last bit those of the map itself."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core import native, threads
from qualitygate.core.cell_sums import cell_sums
from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.image import Image, Source
from qualitygate.core.mask import mean_and_worst, window_cuts
from qualitygate.core.measurement import Measurement
from qualitygate.metrics.native import ssim as native_ssim
from qualitygate.metrics.ssim import Ssim

pytestmark = pytest.mark.skipif(native.kernels() is None, reason="the kernel was not built")


def pair(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(11)
    pixels = random.integers(0, 256, (*size, 3)).astype(np.uint8)
    noise = random.integers(-20, 21, pixels.shape)
    return pixels, np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("size", [(683, 90), (778, 40), (779, 333), (831, 200), (1010, 171)])
def test_sums_formed_with_the_map_are_those_of_the_map(
    size: tuple[int, int], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_allowed", count)
    monkeypatch.setattr(native_ssim, "_LEAST", 1000)
    pixels, other = pair(size)
    found, sums = native_ssim.ssim_map_and_sums(pixels, other)
    assert np.array_equal(found, native_ssim.ssim_map(pixels, other))
    assert sums is not None
    assert np.array_equal(sums, cell_sums(found, None, *window_cuts(found.shape))[0])
    assert mean_and_worst(found, highest=False, known=sums) == mean_and_worst(found, highest=False)


def test_no_cell_reaches_into_the_next_row_of_tiles() -> None:
    module = native.kernels()
    assert module is not None
    rows = module.SSIM_ROWS
    for height in range(1, 4 * rows):
        assert {*range(0, height, rows)} <= {*window_cuts((height, 1))[0].tolist()}


def test_a_low_picture_has_its_sums_formed_later() -> None:
    pixels, other = pair((400, 900))
    assert native_ssim.ssim_map_and_sums(pixels, other)[1] is None


def test_a_measurement_has_the_statistics_of_its_map() -> None:
    images = [
        Image(pixels, SRGB, Source("a", "", 0, "png", pixels.shape[1], pixels.shape[0], 8, SRGB.name))
        for pixels in pair((900, 300))
    ]
    found = Ssim().measure(images[0], images[1])
    assert isinstance(found, Measurement)
    assert dict(found.values) == dict(Ssim().summarise(found.error_map))
