"""DeltaE00: the fast map against the float64 reference, and the metric's properties."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.ciede2000_fast import delta_e_map
from qualitygate.core.colour.encoding import ADOBE_RGB, D65_XYZ, DISPLAY_P3, REC2020_SRGB_CURVE, SRGB, Encoding
from qualitygate.core.colour.lab import xyz_to_lab
from qualitygate.core.colour.view import xyz
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.metrics import metric_class
from qualitygate.metrics.delta_e_2000 import DeltaE2000


def image(pixels: np.ndarray, encoding: Encoding = SRGB) -> Image:
    height, width, _ = pixels.shape
    bits = 8 * pixels.dtype.itemsize
    return Image(
        np.ascontiguousarray(pixels), encoding, Source("a.png", "", 0, "png", width, height, bits, encoding.name)
    )


def exact(reference: Image, candidate: Image) -> np.ndarray:
    return ciede2000(xyz_to_lab(xyz(reference)), xyz_to_lab(xyz(candidate)))


def one_colour(*rgb: int, encoding: Encoding = SRGB) -> Image:
    return image(np.full((4, 4, 3), rgb, dtype=np.uint8), encoding)


def measured(reference: Image, candidate: Image, mask: np.ndarray | None = None) -> Measurement:
    result = DeltaE2000().measure(reference, candidate, mask)
    assert isinstance(result, Measurement)
    return result


def lattice() -> np.ndarray:
    steps = np.arange(0, 256, 5)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3)


@pytest.mark.parametrize("shift", [(1, 1, 1), (5, 5, 5), (3, -2, 4), (-60, 40, 9)])
def test_lattice_against_itself_shifted(shift: tuple[int, int, int]) -> None:
    colours = lattice()
    moved = np.clip(colours + np.array(shift), 0, 255)
    reference, candidate = image(colours.astype(np.uint8)), image(moved.astype(np.uint8))
    assert np.abs(delta_e_map(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


def test_lattice_against_unlike_colours() -> None:
    colours = lattice().astype(np.uint8)
    shuffled = np.random.default_rng(7).permutation(colours, axis=1)
    for other in (255 - colours, np.roll(colours, 1, axis=-1), shuffled):
        reference, candidate = image(colours), image(other)
        assert np.abs(delta_e_map(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


def test_greys_against_every_colour() -> None:
    # A grey's chroma of 0.008, left by the four-decimal matrix, still has a hue that counts against a blue.
    colours = lattice()
    greys = np.broadcast_to(colours.mean(axis=-1, keepdims=True).round(), colours.shape)
    reference, candidate = image(colours.astype(np.uint8)), image(greys.astype(np.uint8))
    assert np.abs(delta_e_map(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


def test_hues_around_opposite() -> None:
    """Across the jump at 180 degrees: 16-bit pairs whose hues are opposite to within hundredths of a degree."""
    rng = np.random.default_rng(3)
    first = rng.integers(9000, 56000, (40_000, 3))
    matrix = np.array(SRGB.matrix)
    lab = xyz_to_lab(xyz(image(first[None].astype(np.uint16)))[0])
    turn = np.radians(rng.uniform(-0.5, 0.5, len(lab)))
    opposite = lab.copy()
    opposite[:, 1] = -(np.cos(turn) * lab[:, 1] - np.sin(turn) * lab[:, 2])
    opposite[:, 2] = -(np.sin(turn) * lab[:, 1] + np.cos(turn) * lab[:, 2])
    fy = (opposite[:, 0] + 16) / 116
    f = np.stack((fy + opposite[:, 1] / 500, fy, fy - opposite[:, 2] / 200), axis=-1)
    linear = (f**3 * np.array(D65_XYZ)) @ np.linalg.inv(matrix).T
    inside = ((linear > 0.01) & (linear < 1)).all(axis=1)
    encoded = 1.055 * linear[inside] ** (1 / 2.4) - 0.055
    second = np.rint(encoded * 65535).astype(np.uint16)
    reference, candidate = image(first[inside][None].astype(np.uint16)), image(second[None])
    assert inside.sum() > 5_000
    assert np.abs(delta_e_map(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


def test_near_black_and_black() -> None:
    dark = np.arange(27).reshape(1, -1, 1) // np.array([9, 3, 1]) % 3
    black, reference = image(np.zeros_like(dark, dtype=np.uint8)), image(dark.astype(np.uint8))
    found = delta_e_map(reference, black)
    assert np.abs(found - exact(reference, black)).max() <= 1e-5
    assert found[0, 0] == 0.0
    assert (found[0, 1:] > 0.1).all()


def test_black_against_white() -> None:
    assert measured(one_colour(0, 0, 0), one_colour(255, 255, 255)).values["mean"] == pytest.approx(100.0, abs=1e-3)


def test_a_red_outside_srgb_is_not_clipped() -> None:
    drift = measured(one_colour(255, 0, 0, encoding=DISPLAY_P3), one_colour(240, 0, 0, encoding=DISPLAY_P3))
    assert drift.values["mean"] == pytest.approx(3.27, abs=0.1)
    small = measured(one_colour(235, 20, 20, encoding=DISPLAY_P3), one_colour(235, 45, 20, encoding=DISPLAY_P3))
    assert small.values["mean"] == pytest.approx(2.49, abs=0.1)


def test_the_same_colour_in_two_encodings() -> None:
    # sRGB red in Display P3, 16 bits; CSS Color 4 gives color(display-p3 0.917488 0.200287 0.138561).
    red = np.rint(np.array([0.917488, 0.200287, 0.138561]) * 65535)
    p3 = image(np.full((4, 4, 3), red, dtype=np.uint16), DISPLAY_P3)
    assert measured(one_colour(255, 0, 0), p3).values["max"] < 0.05
    assert measured(one_colour(255, 0, 0), one_colour(255, 0, 0, encoding=DISPLAY_P3)).values["mean"] > 3


@pytest.mark.parametrize("encoding", [SRGB, DISPLAY_P3, ADOBE_RGB, REC2020_SRGB_CURVE], ids=lambda e: e.name)
def test_sixteen_bits_in_any_encoding(encoding: Encoding) -> None:
    rng = np.random.default_rng(11)
    pixels = rng.integers(0, 65536, (60, 70, 3))
    moved = np.clip(pixels + rng.integers(-700, 701, pixels.shape), 0, 65535)
    reference, candidate = image(pixels.astype(np.uint16), encoding), image(moved.astype(np.uint16), encoding)
    assert np.abs(delta_e_map(reference, candidate) - exact(reference, candidate)).max() <= 1e-3


PIXELS = st.builds(
    lambda height, width, seed, noise: (
        np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8),
        np.random.default_rng(seed + 1).integers(-noise, noise + 1, (height, width, 3)),
    ),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(0, 2**31),
    st.integers(0, 255),
).map(lambda pair: (image(pair[0]), image(np.clip(pair[0] + pair[1], 0, 255).astype(np.uint8))))


@settings(deadline=None, max_examples=60)
@given(PIXELS, st.integers(1, 2000))
def test_properties_of_the_map(pair: tuple[Image, Image], tile: int) -> None:
    reference, candidate = pair
    forward = delta_e_map(reference, candidate)
    assert forward.shape == reference.pixels.shape[:2]
    assert forward.dtype == np.float32
    assert np.isfinite(forward).all()
    assert (forward >= 0).all()
    assert (forward < 130).all()
    assert forward == pytest.approx(delta_e_map(candidate, reference), abs=1e-3)
    assert forward == pytest.approx(delta_e_map(reference, candidate, tile), rel=1e-5, abs=1e-4)
    same = (reference.pixels == candidate.pixels).all(axis=-1)
    assert (forward[same] == 0).all()
    assert (forward[~same] > 0).all()


def test_identical_pixels_are_zero_with_every_statistic() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (100, 130, 3)).astype(np.uint8)
    values = measured(image(pixels), image(pixels.copy())).values
    assert values == dict.fromkeys(DeltaE2000.spec.statistics, 0.0)
    assert tuple(values) == DeltaE2000.spec.statistics


def test_local_damage_shows_in_the_worst_tile() -> None:
    pixels = np.full((640, 640, 3), 128, dtype=np.uint8)
    damaged = pixels.copy()
    damaged[320:384, 320:384] = (160, 128, 128)
    values = measured(image(pixels), image(damaged)).values
    assert values["worst_tile"] == pytest.approx(values["max"], rel=1e-6)
    assert values["mean"] == pytest.approx(values["max"] / 100, rel=1e-4)
    assert values["p50"] == values["p95"] == 0.0


def test_masked_pixels_do_not_count() -> None:
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (90, 120, 3)).astype(np.uint8)
    other = rng.integers(0, 256, (90, 120, 3)).astype(np.uint8)
    mask = rng.random((90, 120)) < 0.7
    whole, part = measured(image(pixels), image(other)), measured(image(pixels), image(other), mask)
    counted = whole.error_map[mask]
    assert part.values["mean"] == pytest.approx(counted.mean(dtype=np.float64), rel=1e-9)
    assert part.values["max"] == counted.max()
    assert part.values == DeltaE2000().summarise(whole.error_map, mask)


def test_a_mask_that_leaves_nothing_is_unmeasurable() -> None:
    result = DeltaE2000().measure(one_colour(1, 2, 3), one_colour(3, 2, 1), np.zeros((4, 4), dtype=bool))
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1303"
    assert "a.png" in result.message


def test_no_window_half_counted_leaves_out_the_worst_tile() -> None:
    mask = np.zeros((4, 4), dtype=bool)
    mask[0, 0] = True
    values = measured(one_colour(1, 2, 3), one_colour(3, 2, 1), mask).values
    assert "worst_tile" not in values
    assert values["mean"] == values["max"] > 0


def test_what_is_not_finite_is_unmeasurable() -> None:
    broken = Encoding("broken", SRGB.curves, ((float("nan"), 0, 0), (0, 1, 0), (0, 0, 1)))
    result = DeltaE2000().measure(one_colour(1, 2, 3), one_colour(3, 2, 1, encoding=broken))
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1302"


def test_sizes_that_differ_are_unmeasurable() -> None:
    result = DeltaE2000().measure(one_colour(1, 2, 3), image(np.zeros((4, 5, 3), dtype=np.uint8)))
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1304"
    assert "4x4" in result.message
    assert "5x4" in result.message


def test_settings_say_how_it_was_made() -> None:
    made = measured(one_colour(1, 2, 3), one_colour(3, 2, 1, encoding=DISPLAY_P3)).settings
    assert made["white_point"] == "D65, xy (0.3127, 0.3290)"
    assert made["reference_matrix"] == "0.4124 0.3576 0.1805; 0.2126 0.7152 0.0722; 0.0193 0.1192 0.9505"
    assert (made["reference_encoding"], made["candidate_encoding"]) == ("sRGB", "Display P3")
    assert made["dtype"] == "float32"
    assert made["numpy"] == np.__version__
    assert "percentile" in made


def test_registered_and_picklable() -> None:
    assert metric_class("delta_e_2000") is DeltaE2000
    assert pickle.loads(pickle.dumps(DeltaE2000())).spec == DeltaE2000.spec
