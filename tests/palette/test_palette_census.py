"""Counting the colours of a picture, and telling flat surroundings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from palette_samples import image, noise

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.encoding import DISPLAY_P3
from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.palette import census
from qualitygate.palette.flatness import REACH, STEP, flat_pixels


def key(red: int, green: int, blue: int) -> int:
    return red << 20 | green << 10 | blue


def slow_flat(samples: np.ndarray, row: int, column: int) -> bool:
    """The definition, one pixel at a time."""
    window = samples[max(row - REACH, 0) : row + REACH + 1, max(column - REACH, 0) : column + REACH + 1].astype(int)
    limit = STEP * (1 if samples.dtype == np.uint8 else 257)
    return bool((window.max(axis=(0, 1)) - window.min(axis=(0, 1)) <= limit).all())


@given(st.integers(1, 14), st.integers(1, 14), st.integers(0, 2**32 - 1), st.sampled_from([np.uint8, np.uint16]))
def test_flat_as_defined(height: int, width: int, seed: int, kind: type) -> None:
    scale = 1 if kind is np.uint8 else 257
    samples = (np.random.default_rng(seed).integers(0, 10, (height, width, 3)) * scale).astype(kind)
    expected = [[slow_flat(samples, row, column) for column in range(width)] for row in range(height)]
    assert flat_pixels(image(samples)).tolist() == expected


def test_bands_of_rows_see_their_neighbours() -> None:
    samples = noise((40, 30)) // 32
    whole = flat_pixels(image(samples))
    parts = [flat_pixels(image(samples), slice(top, top + 7)) for top in range(0, 40, 7)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert whole.any()
    assert not whole.all()


def test_every_counted_pixel_is_in_one_colour() -> None:
    samples = noise((50, 60)) // 16
    counted = np.random.default_rng(1).random((50, 60)) < 0.4
    found = census.take(image(samples), counted)
    assert found.pixels == found.counts.sum() == counted.sum()
    assert len(found.keys) == len(np.unique(samples[counted], axis=0)) == len(found.lab)
    assert (found.flat <= found.counts).all()


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_places_of_colours(kind: type) -> None:
    samples = (noise((30, 40)) // 64).astype(kind)
    found = census.take(image(samples))
    chosen = found.counts > np.median(found.counts)
    mask = census.places(image(samples), found, chosen)
    assert mask.sum() == found.counts[chosen].sum()
    assert not census.places(image(samples), found, np.zeros_like(chosen)).any()


def test_sixteen_bits_are_told_apart_to_a_quarter_of_a_step() -> None:
    eight = noise((40, 40), seed=3)
    wide = image(eight.astype(np.uint16) * 257, DISPLAY_P3)
    found, exact = census.take(wide), census.take(image(eight, DISPLAY_P3))
    assert np.array_equal(found.lab, exact.lab), "samples that come from 8 bits are exact"
    assert np.array_equal(found.counts, exact.counts)
    fine = np.random.default_rng(4).integers(0, 65536, (1, 500, 3)).astype(np.uint16)
    counted = census.take(image(fine))
    truth = LabPlanes(image(fine)).lab(fine.reshape(-1, 3))
    nearest = [ciede2000(counted.lab, colour).min() for colour in truth]
    assert max(nearest) < 0.15


def test_black_and_white_are_clipped() -> None:
    samples = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0], [254, 255, 255]]], np.uint8)
    found = census.take(image(samples))
    assert dict(zip(found.keys.tolist(), found.clipped.tolist(), strict=True)) == {
        key(0, 0, 0): True, key(254, 255, 255): False, key(255, 0, 0): False, key(255, 255, 255): True,
    }  # fmt: skip
