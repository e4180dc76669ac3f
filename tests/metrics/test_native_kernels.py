"""One conformance suite over every path of DeltaE00 and SSIM: NumPy, and the kernel by each instruction set here."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

import qualitygate
from qualitygate.core import native, threads
from qualitygate.core.colour import ciede2000_fast
from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.encoding import ADOBE_RGB, DISPLAY_P3, REC2020_SRGB_CURVE, SRGB, Encoding
from qualitygate.core.colour.lab import xyz_to_lab
from qualitygate.core.colour.view import BT601_LUMA, xyz
from qualitygate.core.image import Image, Source
from qualitygate.metrics.native import delta_e_2000 as native_delta_e
from qualitygate.metrics.native import ssim as native_ssim
from qualitygate.metrics.on_device.delta_e_2000 import delta_e_maps
from qualitygate.metrics.on_device.ssim import ssim_maps
from qualitygate.metrics.ssim_map import gaussian_window
from qualitygate.metrics.ssim_map import ssim_map as numpy_ssim

# Of the package, so that a wheel can be tested away from the checkout.
PHOTOS = sorted((Path(qualitygate.__file__).parent / "demo" / "photos").glob("*.jpg"))
LEVELS = [] if native.kernels() is None else [level for level in native.NAMES if level <= native.kernels().LEVEL]
DeltaE = Callable[[Image, Image], np.ndarray]
Ssim = Callable[[np.ndarray, np.ndarray], np.ndarray]


def delta_e_paths() -> list[object]:
    by_level = [
        pytest.param(lambda a, b, level=level: native_delta_e.delta_e_map(a, b, level), id=native.NAMES[level])
        for level in LEVELS
    ]
    return [pytest.param(ciede2000_fast.delta_e_map, id="numpy"), *by_level, *on_torch(torch_delta_e)]


def on_torch(path: Callable[..., np.ndarray]) -> list[object]:
    """The code that runs on a GPU, here on torch's CPU, and on the GPU where there is one."""

    def on_cuda(reference: object, candidate: object) -> np.ndarray:
        if not pytest.importorskip("torch").cuda.is_available():
            pytest.skip("no CUDA device")
        return path(reference, candidate, "cuda")

    return [
        pytest.param(lambda a, b: path(a, b, "cpu"), id="torch cpu", marks=needs_torch),
        pytest.param(on_cuda, id="torch cuda", marks=pytest.mark.gpu),
    ]


def torch_delta_e(reference: Image, candidate: Image, device: str) -> np.ndarray:
    return delta_e_maps([(reference, candidate)], device)[0]


def torch_ssim(reference: np.ndarray, candidate: np.ndarray, device: str) -> np.ndarray:
    return ssim_maps([(reference, candidate)], device)[0]


needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")


def luma(pixels: np.ndarray) -> np.ndarray:
    return (pixels @ np.array(BT601_LUMA)).astype(np.float32)


def ssim_paths() -> list[object]:
    found = [pytest.param(lambda a, b: numpy_ssim(luma(a), luma(b)), id="numpy")]
    for level in LEVELS:
        name = native.NAMES[level]
        found.append(pytest.param(lambda a, b, level=level: native_ssim.ssim_map(a, b, level=level), id=name))
        found.append(
            pytest.param(
                lambda a, b, level=level: native_ssim.ssim_map(luma(a), luma(b), level=level), id=f"{name} luma"
            )
        )
    luma_on_torch = on_torch(lambda a, b, device: torch_ssim(luma(a), luma(b), device))
    return [
        *found,
        *on_torch(torch_ssim),
        pytest.param(*luma_on_torch[0].values, id="torch cpu luma", marks=needs_torch),
    ]


def image(pixels: np.ndarray, encoding: Encoding = SRGB) -> Image:
    height, width, _ = pixels.shape
    return Image(np.ascontiguousarray(pixels), encoding, Source("a", "", 0, "png", width, height, 8, encoding.name))


def exact(reference: Image, candidate: Image) -> np.ndarray:
    return ciede2000(xyz_to_lab(xyz(reference)), xyz_to_lab(xyz(candidate)))


def lattice(step: int = 15) -> np.ndarray:
    steps = np.arange(0, 256, step)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3).astype(np.uint8)


def shifted(pixels: np.ndarray, most: int, seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(-most, most + 1, pixels.shape)
    return np.clip(pixels.astype(int) + noise, 0, 255).astype(np.uint8)


def photograph(path: Path, width: int = 200) -> np.ndarray:
    with Pillow.open(path) as opened:
        return np.asarray(opened.convert("RGB").resize((width, width * 2 // 3))).copy()


def test_the_kernel_is_tested_where_it_should_be_there() -> None:
    """A build that silently leaves it out would leave half of this file untested."""
    header = Path(sysconfig.get_paths()["include"], "Python.h")
    if os.environ.get("QUALITYGATE_KERNELS") == native.NUMPY or not header.is_file():
        pytest.skip("not wanted, or nothing to build it with")
    assert native.kernels() is not None or not any(map(shutil.which, ("cc", "gcc", "clang")))


@pytest.mark.parametrize("path", delta_e_paths())
@pytest.mark.parametrize("encoding", [SRGB, DISPLAY_P3, ADOBE_RGB, REC2020_SRGB_CURVE], ids=lambda one: one.name)
def test_delta_e_of_the_colour_lattice(path: DeltaE, encoding: Encoding) -> None:
    colours = lattice()
    unlike = np.random.default_rng(7).permutation(colours, axis=1)
    for other in (unlike, shifted(colours, 3), shifted(colours, 40)):
        reference, candidate = image(colours), image(other, encoding)
        assert np.abs(path(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


@pytest.mark.parametrize("path", delta_e_paths())
def test_delta_e_near_black(path: DeltaE) -> None:
    """Where fast mathematics once said 63.7 in place of 0.66."""
    dark = np.random.default_rng(3).integers(0, 9, (60, 70, 3)).astype(np.uint8)
    reference, candidate = image(dark), image(shifted(dark, 2))
    assert np.abs(path(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


@pytest.mark.parametrize("path", delta_e_paths())
def test_delta_e_of_opposite_hues(path: DeltaE) -> None:
    base = np.random.default_rng(4).integers(0, 256, (1, 4000, 3)).astype(np.uint8)
    reference, candidate = image(base), image(255 - base)
    assert np.abs(path(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


@pytest.mark.parametrize("path", delta_e_paths())
def test_delta_e_of_photographs(path: DeltaE) -> None:
    for photo in PHOTOS:
        pixels = photograph(photo)
        reference, candidate = image(pixels), image(shifted(pixels, 6))
        assert np.abs(path(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


@pytest.mark.parametrize("path", delta_e_paths())
def test_delta_e_of_sixteen_bits_and_of_both(path: DeltaE) -> None:
    deep = np.random.default_rng(5).integers(0, 65536, (37, 41, 3)).astype(np.uint16)
    other = np.clip(deep.astype(int) + 300, 0, 65535).astype(np.uint16)
    eight = (deep >> 8).astype(np.uint8)
    for one, two in ((deep, other), (deep, eight), (eight, deep)):
        assert np.abs(path(image(one), image(two)) - exact(image(one), image(two))).max() <= 1e-3


@pytest.mark.parametrize("path", delta_e_paths())
def test_delta_e_does_not_depend_on_how_samples_lie_in_memory(path: DeltaE) -> None:
    deep = np.random.default_rng(6).integers(0, 65536, (19, 23, 3)).astype(np.uint16)
    other = np.clip(deep.astype(int) + 300, 0, 65535).astype(np.uint16)
    found = path(image(deep), image(other))
    for laid in (
        lambda samples: samples.astype(samples.dtype.newbyteorder()),
        np.asfortranarray,
        lambda samples: np.ascontiguousarray(samples[::-1, ::-1, ::-1])[::-1, ::-1, ::-1],
    ):
        one, two = (replace(image(samples), pixels=laid(samples)) for samples in (deep, other))
        assert np.array_equal(path(one, two), found)
        assert np.array_equal(path(one, image(other)), found)
        assert not path(one, image(deep)).any()


@pytest.mark.parametrize("path", delta_e_paths())
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_equal_pixels_are_exactly_zero_at_any_size(path: DeltaE, width: int, height: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (height, width, 3)).astype(np.uint8)
    other = pixels.copy()
    changed = random.random((height, width)) < 0.3
    other[changed] = 255 - other[changed]
    found = path(image(pixels), image(other))
    assert (found[(pixels == other).all(axis=-1)] == 0).all()
    assert np.isfinite(found).all()
    assert (found >= 0).all()


@pytest.mark.parametrize("path", ssim_paths())
@pytest.mark.parametrize("size", [(11, 11), (11, 700), (107, 523), (300, 64)])
def test_ssim_agrees_with_float64(path: Ssim, size: tuple[int, int]) -> None:
    scipy = pytest.importorskip("scipy.ndimage")
    random = np.random.default_rng(6)
    smooth = scipy.gaussian_filter(random.random((*size, 3)), (4, 4, 0))
    pixels = (255 * (smooth - smooth.min()) / np.ptp(smooth)).astype(np.uint8)
    agrees_with_float64(path, pixels, shifted(pixels, 12))


def agrees_with_float64(path: Ssim, pixels: np.ndarray, other: np.ndarray) -> None:
    scipy = pytest.importorskip("scipy.ndimage")
    x, y = pixels @ np.array(BT601_LUMA), other @ np.array(BT601_LUMA)

    def window(plane: np.ndarray) -> np.ndarray:
        weights = gaussian_window()
        filtered = scipy.correlate1d(scipy.correlate1d(plane, weights, axis=0), weights, axis=1)
        return filtered[5:-5, 5:-5]

    mx, my = window(x), window(y)
    vx, vy, cov = window(x * x) - mx * mx, window(y * y) - my * my, window(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    expected = (2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    found = path(pixels, other)
    assert found.shape == expected.shape
    assert abs(found.mean(dtype=np.float64) - expected.mean()) <= 1e-6
    assert np.abs(found - expected).max() <= 1e-3


@pytest.mark.parametrize("path", ssim_paths())
@pytest.mark.parametrize("change", ["noise", "brighter", "negative", "one half"])
def test_ssim_of_photographs(path: Ssim, change: str) -> None:
    for photo in PHOTOS[:3]:
        pixels = photograph(photo, 400)
        other = {
            "noise": shifted(pixels, 6),
            "brighter": np.minimum(pixels.astype(int) + 40, 255).astype(np.uint8),
            "negative": 255 - pixels,
            "one half": np.hstack((pixels[:, :200], shifted(pixels[:, 200:], 30))),
        }[change]
        agrees_with_float64(path, pixels, other)


@pytest.mark.parametrize("path", ssim_paths())
@given(st.integers(11, 60), st.integers(11, 200), st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_ssim_at_any_size(path: Ssim, height: int, width: int, seed: int) -> None:
    """Vectors reach beyond the last column; what lies there must not show."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
    agrees_with_float64(path, pixels, shifted(pixels, 25, seed))


@pytest.mark.skipif(not LEVELS, reason="the kernel was not built")
@pytest.mark.parametrize("level", LEVELS)
def test_ssim_writes_where_it_should_and_nowhere_else(level: int) -> None:
    module = native.kernels()
    pixels = photograph(PHOTOS[0], 400)
    height, width, _ = pixels.shape
    down, across = -(-(height - 10) // module.SSIM_ROWS), -(-(width - 10) // module.SSIM_COLUMNS)
    whole = native_ssim.ssim_map(pixels, shifted(pixels, 9), level=level)
    for tile in range(down * across):
        out = np.full(whole.shape, 7, dtype=np.float32)
        constants = 2 * (0.01 * 255) ** 2, 2 * (0.03 * 255) ** 2
        module.ssim(pixels, shifted(pixels, 9), width, *constants, level, tile, tile + 1, out)
        top, left = tile // across * module.SSIM_ROWS, tile % across * module.SSIM_COLUMNS
        inside = np.s_[top : top + module.SSIM_ROWS, left : left + module.SSIM_COLUMNS]
        assert np.array_equal(out[inside], whole[inside])
        out[inside] = 7
        assert (out == 7).all()


@pytest.mark.parametrize("path", ssim_paths())
def test_ssim_of_flat_bright_areas_loses_nothing(path: Ssim) -> None:
    flat = np.full((64, 600, 3), 254, dtype=np.uint8)
    assert path(flat, flat.copy()).min() == 1.0
    other = flat.copy()
    other[:, 300:] = 253
    found = path(flat, other)
    assert abs(float(found[:, 400:].mean()) - (2 * 254 * 253 + 6.5025) / (254**2 + 253**2 + 6.5025)) < 1e-6


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_threads_change_nothing(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_allowed", count)
    monkeypatch.setattr(native_delta_e, "_LEAST", 1000)
    monkeypatch.setattr(native_ssim, "_LEAST", 1000)
    pixels = photograph(PHOTOS[0], 400)
    reference, candidate = image(pixels), image(shifted(pixels, 9))
    found = native_delta_e.delta_e_map(reference, candidate)
    similar = native_ssim.ssim_map(luma(reference.pixels), luma(candidate.pixels))
    from_samples = native_ssim.ssim_map(reference.pixels, candidate.pixels) if LEVELS else None
    monkeypatch.setattr(threads, "_allowed", 1)
    assert np.array_equal(found, native_delta_e.delta_e_map(reference, candidate))
    assert np.array_equal(similar, native_ssim.ssim_map(luma(reference.pixels), luma(candidate.pixels)))
    assert from_samples is None or np.array_equal(
        from_samples, native_ssim.ssim_map(reference.pixels, candidate.pixels)
    )


@pytest.mark.skipif(not LEVELS, reason="the kernel was not built")
def test_ssim_of_a_large_picture_is_that_of_its_parts() -> None:
    """The next tile of a large one is asked for, which changes no number and reaches beyond no end."""
    random = np.random.default_rng(12)
    pixels = random.integers(0, 256, (106, 27000, 3), dtype=np.uint8)
    other = random.integers(0, 256, pixels.shape, dtype=np.uint8)
    for level in LEVELS:
        whole = native_ssim.ssim_map(pixels, other, level=level)
        for left in (0, 160, 26720):  # where a tile begins
            part = np.s_[:, left : left + 330]
            assert np.array_equal(native_ssim.ssim_map(pixels[part], other[part], level=level), whole[part][:, :320])


@pytest.mark.skipif(not LEVELS, reason="the kernel was not built")
def test_the_kernel_refuses_what_does_not_fit() -> None:
    module = native.kernels()
    table, matrix, pixels = np.zeros(768, np.float32), np.zeros(9, np.float32), np.zeros(30, np.uint8)
    fits = (pixels, pixels, table, table, matrix, matrix, True, 1, 0, 10, np.zeros(10, np.float32))
    assert module.delta_e_2000(*fits) == 0
    for index, wrong in ((0, np.zeros(29, np.uint8)), (2, np.zeros(767, np.float32)), (4, np.zeros(8, np.float32)),
                         (8, -1), (9, 11), (7, 2), (10, np.zeros(11, np.float32))):  # fmt: skip
        with pytest.raises(ValueError, match=r"fit|level"):
            module.delta_e_2000(*(wrong if place == index else one for place, one in enumerate(fits)))
    with pytest.raises((BufferError, ValueError)):
        module.ssim(np.zeros(10), np.zeros(10), 11, 1.0, 1.0, 1, 0, 1, b"")
    with pytest.raises(ValueError, match="fit"):
        module.ssim(np.zeros(363, np.uint8), np.zeros(363, np.uint8), 11, 1.0, 1.0, 1, 0, 2, np.zeros(1, np.float32))


def test_numpy_serves_where_it_is_asked_for() -> None:
    program = "from qualitygate.core import native; print(native.kernel_name(), native.kernels())"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "QUALITYGATE_KERNELS": "numpy"}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["numpy", "None"]
