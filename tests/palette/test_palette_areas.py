"""Areas are told by themselves: what lies elsewhere in a picture neither hides one nor makes one."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from palette_samples import across, brand, downwards, flat, image, noise
from PIL import Image as PilImage
from scipy import ndimage

from qualitygate.core.image import Image
from qualitygate.core.palette import ColourFigures, Palette
from qualitygate.decode import decode
from qualitygate.palette import cells, measuring
from qualitygate.palette.connected import LINK, labelled

BLUE = brand("shop blue", "#1450b4")
OFF, RIGHT = (0x28, 0x5A, 0xB7), (0x14, 0x50, 0xB4)
FORMATS = [("PNG", 0), ("JPEG", 85), ("WEBP", 85)]
every_format = pytest.mark.parametrize(("kind", "quality"), FORMATS)


def blue(picture: Image | np.ndarray, **rules: float) -> ColourFigures:
    whole = image(picture) if isinstance(picture, np.ndarray) else picture
    inspection = measuring.inspect(whole, None, Palette("test", (BLUE,), **rules))  # type: ignore[arg-type]
    return measuring.figures(inspection.readings[0])


def encoded(samples: np.ndarray, kind: str, quality: int) -> Image:
    buffer = io.BytesIO()
    PilImage.fromarray(samples).save(buffer, kind, **({"quality": quality} if quality else {}))
    return decode(buffer.getvalue(), "made")


SKIES = {
    "far from the band where they touch": downwards((40, 90, 200), (130, 130, 110), (330, 600)),
    "through the colour of the band along it": across((40, 90, 200), (130, 130, 110), (330, 600)),
    "slowly through the colour of the band along it": across((20, 70, 195), (70, 110, 170), (330, 600)),
    "running into the band": downwards((130, 130, 110), OFF, (330, 600)),
    "grey": downwards((220, 220, 220), (250, 250, 250), (330, 600)),
}


@every_format
@pytest.mark.parametrize("sky", SKIES)
def test_no_gradient_hides_a_band(sky: str, kind: str, quality: int) -> None:
    found = blue(encoded(np.concatenate((SKIES[sky], flat(OFF, (70, 600)))), kind, quality))
    assert 0.13 < found.captured < 0.23, "the band has 17.5 %"
    assert 3.0 < found.delta_e["p98"] < 4.0


@every_format
@pytest.mark.parametrize(
    "gradient",
    [
        downwards((20, 70, 195), (70, 110, 170), (400, 600)),
        downwards((30, 84, 180), (50, 96, 190), (1200, 800)),
        across((40, 90, 200), (130, 130, 110), (400, 600)),
    ],
)
def test_a_gradient_makes_no_area(gradient: np.ndarray, kind: str, quality: int) -> None:
    assert blue(encoded(gradient, kind, quality)).captured == 0.0


@every_format
def test_a_texture_makes_no_area(kind: str, quality: int) -> None:
    grain = np.random.default_rng(0).normal(0, 4, (400, 600, 1))
    samples = np.clip(np.array(OFF) + grain, 0, 255).astype(np.uint8)
    assert blue(encoded(samples, kind, quality)).captured == 0.0


def test_no_verdict_rests_on_fewer_than_64_pixels() -> None:
    samples = noise((400, 600))
    samples[200:330, 100:500] = RIGHT
    # A dozen of flat places of 6x6 pixels, 36 at most each: together more than 2 % of what is captured is asked for.
    for number in range(12):
        samples[20:30, 40 * number : 40 * number + 10] = OFF
    found = blue(samples, min_area=0.0)
    assert found.outside == 0.0
    samples[60:80, 100:200] = OFF
    assert blue(samples, min_area=0.0).outside > 0.02


@every_format
def test_each_of_two_that_border_on_each_other_is_judged(kind: str, quality: int) -> None:
    samples = flat((240, 240, 240), (400, 600))
    samples[100:160, 100:300], samples[100:160, 300:500] = RIGHT, OFF
    found = blue(encoded(samples, kind, quality))
    assert found.outside == pytest.approx(0.5, abs=0.1)
    assert found.delta_e["p98"] > 3.0


@every_format
def test_an_area_far_off_is_pointed_out(kind: str, quality: int) -> None:
    moved = flat((58, 108, 194), (100, 600))
    found = blue(encoded(np.concatenate((flat((220, 220, 220), (300, 600)), moved)), kind, quality))
    assert found.captured == 0.0
    assert found.nearby is not None
    assert BLUE.capture < found.nearby.delta_e < 2 * BLUE.capture
    assert found.nearby.share == pytest.approx(0.25, abs=0.02)
    with_right = np.concatenate((flat((220, 220, 220), (200, 600)), flat(RIGHT, (100, 600)), moved))
    assert blue(with_right).nearby is None, "the colour is there"


def test_only_areas_beyond_the_tolerance_are_marked() -> None:
    samples = np.concatenate((SKIES["far from the band where they touch"], flat(OFF, (70, 600))))
    samples[350:380, 200:400] = RIGHT
    picture = image(samples)
    inspection = measuring.inspect(picture, None, Palette("test", (BLUE,)))
    marked = measuring.marked(picture, None, inspection)
    off = (samples == OFF).all(axis=-1)
    assert not (marked & ~off).any()
    assert marked.sum() > 0.9 * off.sum()
    counted = np.arange(600)[None] < 300 + np.zeros((400, 1))
    inspection = measuring.inspect(picture, counted, Palette("test", (BLUE,)))
    assert not measuring.marked(picture, counted, inspection)[:, 300:].any()


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_connected_as_scipy_says(height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    chosen = rng.random((height, width)) < 0.6
    level = rng.integers(0, 2, (height, width))
    lab = np.repeat(level[..., None] * np.float32(2 * LINK), 3, axis=-1)
    number, count = labelled(chosen, lab)
    first, ones = ndimage.label(chosen & (level == 0))
    second, twos = ndimage.label(chosen & (level == 1))
    expected = np.where(level == 1, second + ones, first)[chosen]
    assert count == ones + twos
    assert len(set(zip(number.tolist(), expected.tolist(), strict=True))) == count


@given(st.integers(1, 11), st.integers(1, 11), st.integers(0, 2**32 - 1), st.sampled_from([np.uint8, np.uint16]))
def test_cells_as_defined(height: int, width: int, seed: int, kind: type) -> None:
    rng = np.random.default_rng(seed)
    full = int(np.iinfo(kind).max)
    samples = rng.choice([0, full], (height, width, 3)).astype(kind)
    samples[: height // 2] = full
    counted = rng.random((height, width)) < 0.8
    cut = cells.cut(image(samples), counted)
    level = cells.flat_pixels(image(samples)) & counted
    paper = level & ((samples == 0).all(axis=-1) | (samples == full).all(axis=-1))
    for row in range(cut.flat.shape[0]):
        for column in range(cut.flat.shape[1]):
            box = slice(4 * row, 4 * row + 4), slice(4 * column, 4 * column + 4)
            assert (cut.flat[row, column], cut.clipped[row, column]) == (level[box].sum(), paper[box].sum())
    assert cut.pixels == counted.sum()
    assert np.array_equal(cells.level_pixels(image(samples), counted, cut.flat > 0), level)
