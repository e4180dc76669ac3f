"""Means and order statistics by counting: the same as by sorting, by each instruction set and any number of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image as Pillow

import qualitygate
from qualitygate.core import native, ranks, statistics, threads
from qualitygate.core.colour.ciede2000_fast import delta_e_map
from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.image import Image, Source
from qualitygate.core.ranks import mean_and_ranked
from qualitygate.core.statistics import by_sorting, counted, distribution

LEVELS = [] if native.kernels() is None else [level for level in native.NAMES if level <= native.kernels().LEVEL]
PHOTOS = sorted((Path(qualitygate.__file__).parent / "demo" / "photos").glob("*.jpg"))
pytestmark = pytest.mark.skipif(not LEVELS, reason="the kernel was not built")
by_level = pytest.mark.parametrize("level", LEVELS)


def agree(values: np.ndarray, places: list[int], level: int | None = None) -> None:
    found, expected = mean_and_ranked(values, places, level), by_sorting(values, places)
    assert found is not None
    assert found[1] == expected[1]
    assert found[0] == pytest.approx(expected[0], rel=1e-13)


def places(size: int) -> list[int]:
    return sorted({0, size // 2, size * 19 // 20, min(size * 19 // 20 + 1, size - 1), size * 99 // 100, size - 1})


def differences(photo: Path, width: int) -> np.ndarray:
    """A map of DeltaE00 of a photograph and itself as JPEG."""
    with Pillow.open(photo) as opened:
        pixels = np.asarray(opened.convert("RGB").resize((width, width * 2 // 3))).copy()
    moved = np.clip(pixels.astype(int) + np.random.default_rng(2).integers(-4, 5, pixels.shape), 0, 255)
    height = pixels.shape[0]
    source = Source("a", "", 0, "png", width, height, 8, SRGB.name)
    return delta_e_map(Image(pixels, SRGB, source), Image(moved.astype(np.uint8), SRGB, source))


@by_level
def test_of_photographs_and_of_what_a_mask_leaves(level: int) -> None:
    for photo in PHOTOS[:3]:
        error_map = differences(photo, 300)
        mask = np.random.default_rng(1).random(error_map.shape) < 0.3
        for values in (error_map.ravel(), counted(error_map, mask)):
            agree(values, places(values.size), level)


@by_level
@pytest.mark.parametrize("size", [1, 2, 3, 15, 17, 4095, 4096, 4097, 8192, 12289])
def test_of_any_length(level: int, size: int) -> None:
    values = np.random.default_rng(size).exponential(2, size).astype(np.float32)
    agree(values, places(size), level)


@by_level
@given(
    arrays.arrays(
        np.float32,
        st.integers(1, 400),
        elements=st.sampled_from([0.0, 1.0, 2.5, 1e-45, 1e-40]) | st.floats(0, width=32, allow_infinity=False),
    ),
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
)
@settings(max_examples=60)
def test_of_anything_that_is_not_negative(level: int, values: np.ndarray, shares: list[float]) -> None:
    """Ties, zeros, the smallest and the largest numbers."""
    agree(values, sorted({int(share * (values.size - 1)) for share in shares}), level)


@by_level
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.97, 1.0])
def test_of_many_zeros_and_of_many_ties(level: int, share: float) -> None:
    random = np.random.default_rng(3)
    for often in (0.0, 2.5):
        values = random.exponential(1, 30000).astype(np.float32)
        values[random.random(values.size) < share] = often
        agree(values, places(values.size), level)


@by_level
@pytest.mark.parametrize("odd", [np.nan, -np.nan, np.inf, -np.inf, -1.0, -0.0])
def test_what_it_cannot_count_is_left_to_sorting(level: int, odd: float) -> None:
    values = np.random.default_rng(4).random(9000).astype(np.float32)
    values[8500] = odd
    assert mean_and_ranked(values, [0], level) is None


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_what_is_not_finite_shows(odd: float) -> None:
    values = np.ones(100_000, dtype=np.float32)
    values[70_000] = odd
    found = distribution(values)
    assert not np.isfinite(found["mean"])
    assert not np.isfinite(found["max"])


@pytest.mark.parametrize("count", [2, 3, 7])
def test_threads_change_nothing(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "_LEAST", 1)
    values = np.random.default_rng(5).exponential(2, 100_001).astype(np.float32)
    values[::3] = 0
    monkeypatch.setattr(threads, "_allowed", 1)
    alone = mean_and_ranked(values, places(values.size))
    monkeypatch.setattr(threads, "_allowed", count)
    assert mean_and_ranked(values, places(values.size)) == alone


def test_levels_change_nothing() -> None:
    values = np.random.default_rng(6).exponential(2, 50_000).astype(np.float32)
    found = [mean_and_ranked(values, places(values.size), level) for level in LEVELS]
    assert all(one == found[0] for one in found)


def test_the_distribution_does_not_depend_on_how_it_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(7).exponential(2, statistics.WORTH + 5).astype(np.float32)
    counted = distribution(values)
    monkeypatch.setattr(statistics, "mean_and_ranked", lambda *_: None)
    by_sorting = distribution(values)
    assert counted.pop("mean") == pytest.approx(by_sorting.pop("mean"), rel=1e-13)
    assert counted == by_sorting


def test_the_kernel_refuses_what_does_not_fit() -> None:
    kernel = native.kernels()
    values, sums, counts = np.ones(5000, np.float32), np.empty(2), np.empty(kernel.TALLY_BINS, np.uint32)
    fits = (values, 1, 0, 2, sums, counts)
    assert kernel.tally(*fits) == 0
    for index, wrong in ((1, 2), (2, -1), (3, 3), (4, np.empty(1)), (5, np.empty(7, np.uint32))):
        with pytest.raises(ValueError, match=r"fit|level"):
            kernel.tally(*(wrong if place == index else one for place, one in enumerate(fits)))
    bins = np.flatnonzero(counts).astype(np.uint32)
    assert kernel.tally_pick(values, bins, 1, 0, 2, np.empty(5008, np.float32)) == 5000
    for wrong_bins, end, room in (
        (bins, 2, 4999),
        (bins, 3, 5008),
        (np.zeros(9, np.uint32), 2, 5008),
        (bins[:0], 2, 9),
    ):
        with pytest.raises(ValueError, match="fit"):
            kernel.tally_pick(values, wrong_bins, 1, 0, end, np.empty(room, np.float32))
