"""SSIM: the definition, and the metric's properties."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB, Encoding
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.metrics import metric_class, ssim_map
from qualitygate.metrics import ssim as ssim_metric
from qualitygate.metrics.ssim import Ssim

WEIGHTS = np.array((0.299, 0.587, 0.114))


def image(pixels: np.ndarray, encoding: Encoding = SRGB) -> Image:
    height, width, _ = pixels.shape
    bits = 8 * pixels.dtype.itemsize
    return Image(
        np.ascontiguousarray(pixels), encoding, Source("a.png", "", 0, "png", width, height, bits, encoding.name)
    )


def noise(height: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)


def measured(reference: Image, candidate: Image, mask: np.ndarray | None = None) -> Measurement:
    result = Ssim().measure(reference, candidate, mask)
    assert isinstance(result, Measurement)
    return result


def by_definition(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Wang et al. (2004), equation 13 with the weighted moments of equations 14 to 16, window by window, float64."""
    offsets = np.arange(-5, 6)
    window = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * 1.5**2))
    window /= window.sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    out = np.empty((x.shape[0] - 10, x.shape[1] - 10))
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            a, b = x[row : row + 11, column : column + 11], y[row : row + 11, column : column + 11]
            mean_a, mean_b = (window * a).sum(), (window * b).sum()
            var_a, var_b = (window * (a - mean_a) ** 2).sum(), (window * (b - mean_b) ** 2).sum()
            covariance = (window * (a - mean_a) * (b - mean_b)).sum()
            out[row, column] = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
            out[row, column] /= (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    return out


@pytest.mark.parametrize("counted", ["rectangle", "at random", "the border", "nothing"])
def test_a_mask_means_the_same_with_and_without_the_kernel(counted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reference, candidate = image(noise(150, 210, 1)), image(noise(150, 210, 2))
    mask = np.zeros((150, 210), dtype=bool)
    if counted == "rectangle":
        mask[20:120, 30:170] = True
    elif counted == "at random":
        mask = np.random.default_rng(3).random(mask.shape) < 0.7
    elif counted == "the border":
        mask[:5] = True
    found = Ssim().measure(reference, candidate, mask)
    monkeypatch.setattr(ssim_metric, "kernels", lambda: None)
    monkeypatch.setattr(ssim_metric, "ssim_map", ssim_map.ssim_map)
    expected = Ssim().measure(reference, candidate, mask)
    if counted in ("the border", "nothing"):
        assert isinstance(found, Unmeasurable)
        assert found == expected
        return
    assert isinstance(found, Measurement)
    assert isinstance(expected, Measurement)
    assert found.values == pytest.approx(expected.values, abs=1e-6)
    assert np.abs(found.error_map - expected.error_map).max() < 1e-3  # type: ignore[operator]


@settings(deadline=None, max_examples=20)
@given(st.integers(11, 45), st.integers(11, 45), st.integers(0, 2**31), st.sampled_from([2, 20, 255]))
def test_agrees_with_the_definition(height: int, width: int, seed: int, spread: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 256, (height, width)).astype(np.float64)
    y = np.clip(x + rng.integers(-spread, spread + 1, x.shape), 0, 255)
    found = ssim_map.ssim_map(x.astype(np.float32), y.astype(np.float32))
    assert found.shape == (height - 10, width - 10)
    assert found == pytest.approx(by_definition(x, y), abs=1e-4)


def test_constant_pictures_compare_by_luminance_alone() -> None:
    # Equation 6: (2 x y + C1) / (x^2 + y^2 + C1); no structure on either side.
    x, y, c1 = 250.0, 245.0, (0.01 * 255) ** 2
    found = ssim_map.ssim_map(np.full((40, 50), x, dtype=np.float32), np.full((40, 50), y, dtype=np.float32))
    assert found == pytest.approx(np.full((30, 40), (2 * x * y + c1) / (x * x + y * y + c1)), abs=1e-6)


def test_window_is_the_paper_s() -> None:
    window = ssim_map.gaussian_window()
    assert window.size == 11
    assert window.sum() == pytest.approx(1.0, abs=1e-15)
    assert window[5] / window[4] == pytest.approx(np.exp(1 / (2 * 1.5**2)))
    assert window.tolist() == window[::-1].tolist()


def test_identical_pixels_are_one() -> None:
    pixels = noise(80, 90, 1)
    for other in (pixels, pixels.copy()):
        result = measured(image(pixels), image(other))
        assert result.values == {"mean": 1.0, "worst_tile": 1.0}
        assert result.error_map.shape == (70, 80)
        assert result.origin == (5, 5)


def test_equal_luma_in_other_bits_is_one_without_the_short_cut() -> None:
    pixels = noise(60, 70, 2)
    result = measured(image(pixels), image(pixels.astype(np.uint16) * 257))
    assert result.values["mean"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("height", [11, 105, 106, 107, 202, 203, 250])
def test_strips_of_luma_join(height: int) -> None:
    pixels, other = noise(height, 40, 3), noise(height, 40, 4)
    result = measured(image(pixels), image(other))
    whole = ssim_map.ssim_map((pixels @ WEIGHTS).astype(np.float32), (other @ WEIGHTS).astype(np.float32))
    assert result.error_map == pytest.approx(whole, abs=1e-5)


@settings(deadline=None, max_examples=25)
@given(st.integers(11, 60), st.integers(11, 60), st.integers(0, 2**31))
def test_symmetric_and_bounded(height: int, width: int, seed: int) -> None:
    reference, candidate = image(noise(height, width, seed)), image(noise(height, width, seed + 1))
    forward, backward = measured(reference, candidate), measured(candidate, reference)
    assert forward.error_map.shape == (height - 10, width - 10)
    assert np.abs(forward.error_map).max() <= 1.0 + 1e-6
    assert forward.error_map == pytest.approx(backward.error_map, abs=1e-5)
    assert forward.values["worst_tile"] <= forward.values["mean"] + 1e-6


@pytest.mark.parametrize("size", [(11, 11), (11, 700), (700, 11), (43, 523), (75, 1035)])
def test_edges_of_tiles_do_not_show(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(9)
    x = rng.integers(0, 256, size).astype(np.float32)
    y = np.clip(x + rng.normal(0, 9, size), 0, 255).astype(np.float32)
    whole = ssim_map.ssim_map(x, y)
    # A crop starts its tiles elsewhere, and its values may not know.
    top, left = (min(7, size[0] - 11), min(13, size[1] - 11))
    crop = ssim_map.ssim_map(np.ascontiguousarray(x[top:, left:]), np.ascontiguousarray(y[top:, left:]))
    assert whole[top:, left:] == pytest.approx(crop, abs=1e-5)


def test_flat_bright_areas_do_not_lose_precision() -> None:
    rng = np.random.default_rng(4)
    x = 254 + rng.random((200, 300))
    y = x - rng.random(x.shape)
    found = ssim_map.ssim_map(x.astype(np.float32), y.astype(np.float32))
    part = by_definition(x[90:131, 140:171], y[90:131, 140:171])
    assert found[90:121, 140:161] == pytest.approx(part, abs=1e-5)


def test_masked_pixels_neither_count_nor_leak() -> None:
    pixels = noise(190, 110, 5)
    damaged = pixels.copy()
    damaged[70:130, 30:70] = 0  # across the strips that luma is made in
    mask = np.ones((190, 110), dtype=bool)
    mask[70:130, 30:70] = False
    assert measured(image(pixels), image(damaged)).values["mean"] < 0.9
    result = measured(image(pixels), image(damaged), mask)
    assert result.values["mean"] == pytest.approx(1.0, abs=1e-6)
    assert result.values == Ssim().summarise(result.error_map, mask[5:-5, 5:-5])


def test_counted_pixels_are_those_of_the_mask() -> None:
    reference, candidate = image(noise(80, 80, 6)), image(noise(80, 80, 7))
    mask = np.ones((80, 80), dtype=bool)
    mask[:, 40:] = False
    result = measured(reference, candidate, mask)
    inner = mask[5:-5, 5:-5]
    assert result.values["mean"] == pytest.approx(result.error_map[inner].mean(dtype=np.float64), rel=1e-9)
    # Far from the masked half nothing is neutralised.
    assert result.error_map[:, :30] == pytest.approx(measured(reference, candidate).error_map[:, :30], abs=1e-5)


@pytest.mark.parametrize("inner", [True, False])
def test_a_mask_that_leaves_nothing_is_unmeasurable(inner: bool) -> None:
    mask = np.zeros((30, 30), dtype=bool)
    mask[0, 0] = not inner  # counted, but the window does not fit around it
    result = Ssim().measure(image(noise(30, 30, 1)), image(noise(30, 30, 2)), mask)
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1303"


@pytest.mark.parametrize(("height", "width"), [(10, 200), (200, 10), (1, 1)])
def test_smaller_than_the_window_is_unmeasurable(height: int, width: int) -> None:
    result = Ssim().measure(image(noise(height, width, 1)), image(noise(height, width, 2)))
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1301"
    assert f"{width}x{height}" in result.message


def test_sizes_that_differ_are_unmeasurable() -> None:
    result = Ssim().measure(image(noise(20, 20, 1)), image(noise(20, 21, 1)))
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1304"


def test_no_window_half_counted_leaves_out_the_worst_tile() -> None:
    mask = np.zeros((40, 40), dtype=bool)
    mask[20, 20] = True
    values = measured(image(noise(40, 40, 1)), image(noise(40, 40, 2)), mask).values
    assert list(values) == ["mean"]


def test_what_is_clipped_to_srgb_is_recorded() -> None:
    vivid = np.zeros((240, 40, 3), dtype=np.uint8)
    vivid[80:140] = (255, 0, 0)  # a quarter is Display P3 red, which sRGB has not
    made = measured(image(vivid, DISPLAY_P3), image(vivid // 2 * 2)).settings
    assert made["reference_clipped_share"] == pytest.approx(0.25)
    assert made["candidate_clipped_share"] == 0.0
    assert (made["reference_encoding"], made["candidate_encoding"]) == ("Display P3", "sRGB")


def test_luma_is_bt601_unrounded() -> None:
    red = np.zeros((20, 20, 3), dtype=np.uint8)
    red[..., 0] = 255
    grey = np.full((20, 20, 3), round(0.299 * 255), dtype=np.uint8)
    luma, other = 0.299 * 255, float(round(0.299 * 255))
    c1 = (0.01 * 255) ** 2
    expected = (2 * luma * other + c1) / (luma**2 + other**2 + c1)
    assert measured(image(red), image(grey)).values["mean"] == pytest.approx(expected, abs=1e-7)


def test_registered_and_picklable() -> None:
    assert metric_class("ssim") is Ssim
    assert pickle.loads(pickle.dumps(Ssim())).spec == Ssim.spec
