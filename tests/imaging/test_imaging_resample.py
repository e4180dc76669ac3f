from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imaging_samples import image, scene

from qualitygate.core.colour.encoding import DISPLAY_P3
from qualitygate.imaging import resample
from qualitygate.imaging.resample import fit, picture, worst_of


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), (640, 480)),
        ((640, 2), (640, 2)),
        ((10_000, 1), (640, 1)),
        ((32, 16), (256, 128)),
        ((300, 200), (300, 200)),
    ],
)
def test_fit_keeps_proportions_and_whole_factors(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert fit(size, 640, 256) == expected


@given(st.integers(1, 90), st.integers(1, 90), st.data())
def test_a_single_bad_pixel_survives_any_reduction(width: int, height: int, data: st.DataObject) -> None:
    w, h = data.draw(st.integers(1, width)), data.draw(st.integers(1, height))
    values = np.zeros((height, width), np.float32)
    values[data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))] = 9.0
    pooled = worst_of(values, (w, h))
    assert pooled.shape == (h, w)
    assert (pooled == 9.0).sum() == 1


def test_maps_grow_by_repeating() -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert (worst_of(values, (6, 4)) == values.repeat(2, 0).repeat(2, 1)).all()


def test_pictures_shrink_by_averaging_whatever_the_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = scene(203, 151)
    whole = picture(image(pixels), (40, 30))
    assert abs(whole.mean() - pixels.mean()) < 0.5
    monkeypatch.setattr(resample, "_BAND_PIXELS", 203 * 7)
    assert (picture(image(pixels), (40, 30)) == whole).all()
    black_and_white = np.zeros((64, 64, 3), np.uint8)
    black_and_white[:, ::2] = 255
    assert np.abs(picture(image(black_and_white), (8, 8)).astype(int) - 128).max() <= 1


def test_16_bits_other_primaries_and_alpha_are_shown_as_srgb_on_white() -> None:
    deep = np.full((4, 4, 3), 32896, np.uint16)
    assert (picture(image(deep), (4, 4)) == 128).all()
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 200
    assert picture(image(red, DISPLAY_P3), (4, 4))[0, 0, 0] > 210
    assert (picture(image(red, alpha=np.zeros((4, 4), np.uint8)), (4, 4)) == 255).all()
