"""SSIM beside scikit-image fed float64."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageFilter

from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.image import Image, Source
from qualitygate.metrics.ssim import Ssim
from qualitygate.metrics.ssim_map import ssim_map

pytestmark = pytest.mark.oracle

WEIGHTS = np.array((0.299, 0.587, 0.114))


@pytest.fixture(scope="module", params=["astronaut", "coffee", "chelsea", "rocket"])
def photograph(request) -> np.ndarray:
    data = pytest.importorskip("skimage.data")
    return getattr(data, request.param)()


def jpeg(pixels: np.ndarray) -> np.ndarray:
    stored = BytesIO()
    Pillow.fromarray(pixels).save(stored, "JPEG", quality=85)
    return np.asarray(Pillow.open(stored).convert("RGB"))


def blur(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Pillow.fromarray(pixels).filter(ImageFilter.GaussianBlur(2)))


def cast(pixels: np.ndarray) -> np.ndarray:
    return np.clip(pixels.astype(np.int16) + np.array((9, 0, -9)), 0, 255).astype(np.uint8)


def gamma(pixels: np.ndarray) -> np.ndarray:
    return np.rint((pixels / 255) ** 1.15 * 255).astype(np.uint8)


def negative(pixels: np.ndarray) -> np.ndarray:
    return 255 - pixels


def image(pixels: np.ndarray) -> Image:
    height, width, _ = pixels.shape
    bits = 8 * pixels.dtype.itemsize
    return Image(np.ascontiguousarray(pixels), SRGB, Source("a.png", "", 0, "png", width, height, bits, "sRGB"))


def expected(x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    metrics = pytest.importorskip("skimage.metrics")
    mean, full = metrics.structural_similarity(
        x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, full=True
    )
    return mean, full[5:-5, 5:-5]


def assert_close(found: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    mean, full = expected(x, y)
    assert abs(found.mean(dtype=np.float64) - mean) <= 1e-5
    assert np.abs(found - full).max() <= 1e-3


@pytest.mark.parametrize("change", [jpeg, blur, cast, gamma, negative])
def test_photographs(photograph: np.ndarray, change) -> None:
    candidate = change(photograph)
    result = Ssim().measure(image(photograph), image(candidate))
    assert result.values["mean"] == pytest.approx(result.error_map.mean(dtype=np.float64), abs=1e-12)
    assert_close(result.error_map, photograph @ WEIGHTS, candidate @ WEIGHTS)


def test_sixteen_bits(photograph: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    reference = photograph.astype(np.int64) * 257
    candidate = np.clip(reference + rng.integers(-900, 901, reference.shape), 0, 65535)
    result = Ssim().measure(image(reference.astype(np.uint16)), image(candidate.astype(np.uint16)))
    assert_close(result.error_map, reference @ WEIGHTS / 257, candidate @ WEIGHTS / 257)


FLAT = np.full((300, 600), 254.0)
GRADIENT = np.linspace(0, 255, 600) * np.ones((300, 1))
STRIPES = np.where(np.arange(600) // 100 % 2, 255.0, 0.0) * np.ones((300, 1))
NOISE = np.random.default_rng(8).standard_normal((300, 600))

HARD = {
    "flat and one darker": (FLAT, FLAT - 1),
    "flat and faint noise": (FLAT, FLAT + 0.3 * NOISE),
    "black and almost black": (FLAT * 0, FLAT * 0 + 1),
    "gradient and faint noise": (GRADIENT, GRADIENT + 0.3 * NOISE),
    "gradient and its negative": (GRADIENT, 255 - GRADIENT),
    "slow gradient of a large picture": (128 + GRADIENT / 64, 128 + GRADIENT / 64 + 0.1 * NOISE),
    "stripes and noise": (STRIPES, np.clip(STRIPES + 3 * NOISE, 0, 255)),
    "stripes moved": (STRIPES, np.roll(STRIPES, 1, axis=1)),
    "stripes and their negative": (STRIPES, 255 - STRIPES),
}


@pytest.mark.parametrize("pair", HARD.values(), ids=HARD.keys())
def test_where_variances_cancel(pair: tuple[np.ndarray, np.ndarray]) -> None:
    # Both sides are fed what float32 holds, so that only the arithmetic is compared.
    x, y = pair[0].astype(np.float32), pair[1].astype(np.float32)
    assert_close(ssim_map(x, y), x.astype(np.float64), y.astype(np.float64))
