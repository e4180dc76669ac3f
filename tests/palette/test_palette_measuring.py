"""Finding brand colours in pictures: what is captured, what counts, what is said of it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from palette_samples import RED, brand, flat, image, noise
from PIL import Image as PilImage

from qualitygate.core.colour.encoding import DISPLAY_P3
from qualitygate.core.image import Image
from qualitygate.core.palette import BrandColour, ColourFigures, Palette
from qualitygate.decode import decode
from qualitygate.demo.looks import approved, drifted, grade
from qualitygate.palette import census, measuring


def figures(picture: Image, *colours: BrandColour, **rules: float) -> list[ColourFigures]:
    palette = Palette("test", colours, **rules)  # type: ignore[arg-type]
    return [measuring.figures(one) for one in measuring.inspect(picture, None, palette).readings]


def composed(photo: PilImage.Image) -> PilImage.Image:
    """A photograph with a band of brand red, as a banner has it."""
    picture = photo.convert("RGB").resize((600, 400))
    picture.paste(RED, (0, 350, 600, 400))
    return picture


def encoded(picture: PilImage.Image, kind: str, quality: int) -> Image:
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return decode(buffer.getvalue(), "made")


def test_the_colour_itself_has_no_difference() -> None:
    samples = np.concatenate((flat(RED, (60, 100)), noise((40, 100))))
    (found,) = figures(image(samples), brand())
    # Two rows lie beside the noise, which leaves their surroundings not flat.
    assert found.coverage == found.captured == pytest.approx(0.58)
    assert found.outside == 0.0
    assert found.delta_e == pytest.approx({"median": 0.0, "p95": 0.0, "p98": 0.0}, abs=1e-4)


def test_a_colour_of_display_p3_is_judged_unclipped() -> None:
    p3_red = brand("red", "color(display-p3 1 0 0)")
    (exact,) = figures(image(flat((255, 0, 0)), DISPLAY_P3), p3_red)
    (clipped,) = figures(image(flat((255, 0, 0))), p3_red)
    assert exact.delta_e["p98"] < 0.01
    assert exact.coverage == 1.0
    assert clipped.delta_e["p98"] > p3_red.tolerance
    assert clipped.outside == 1.0


def test_nearest_colour_captures() -> None:
    samples = flat((0xD0, 0x10, 0x40))
    near, far = brand("near", "#d0103f"), brand("far", "#d0021b", capture=40.0)
    assert [one.captured for one in figures(image(samples), far, near)] == [0.0, 1.0]
    assert [one.captured for one in figures(image(samples), far)] == [1.0]


def test_a_gradient_through_the_colour_is_no_area_of_it() -> None:
    ramp = np.linspace(0, 1, 400)[None, :, None]
    samples = np.rint(255 * ramp * np.array([1.0, 0.1, 0.15]) + np.zeros((200, 1, 3))).astype(np.uint8)
    colour = BrandColour("red", "", figures_lab := _lab(samples, 300), capture=8.0)
    assert figures_lab
    assert figures(image(samples), colour)[0].captured == 0.0
    every = figures(image(samples), colour, flat=False)[0]
    assert every.outside > 0.5, "every pixel counts, and most of a gradient lies beyond"


def _lab(samples: np.ndarray, column: int) -> tuple[float, float, float]:
    lab = census.take(image(samples[:1, column : column + 1])).lab[0]
    return float(lab[0]), float(lab[1]), float(lab[2])


def test_a_small_area_beyond_the_tolerance_is_seen_beside_a_right_one() -> None:
    samples = np.concatenate((flat(RED, (80, 100)), flat((0xE6, 0x24, 0x14), (20, 100))))
    (found,) = figures(image(samples), brand())
    assert found.outside == pytest.approx(18 / 96, abs=0.01)
    assert found.delta_e["p98"] > 5
    assert found.delta_e["median"] < 1e-4


def test_areas_have_a_least_size() -> None:
    samples = noise((200, 200))
    samples[:20, :20] = RED
    assert figures(image(samples), brand())[0].captured > 0
    assert figures(image(samples), brand(), min_area=0.02)[0].captured == 0


def test_paper_and_shadow_are_no_attempt_at_a_light_or_dark_colour() -> None:
    cream = brand("cream", "#fbf8f0", capture=6.0)
    (paper,) = figures(image(flat((255, 255, 255))), cream)
    assert paper.captured == 0.0
    (white,) = figures(image(flat((255, 255, 255))), brand("white", "#ffffff"))
    assert white.coverage == 1.0


@pytest.mark.parametrize(("kind", "quality"), [("JPEG", 85), ("WEBP", 85), ("JPEG", 60)])
def test_the_founding_defect_is_caught_and_compression_is_not(photos: list, kind: str, quality: int) -> None:
    for photo in photos:
        picture = composed(PilImage.open(photo))
        (kept,) = figures(encoded(picture, kind, quality), brand())
        assert kept.coverage > 0.06, photo.name
        assert kept.delta_e["p98"] <= 2.0, photo.name
        (moved,) = figures(encoded(grade(picture, drifted), kind, quality), brand())
        assert moved.delta_e["p98"] > 2.0, photo.name
        assert moved.coverage == 0.0, photo.name


def test_photographs_contain_every_colour_and_pass(photos: list) -> None:
    values = ("#d0021b", "#f5821f", "#ffc72c", "#43a047", "#00857c", "#2d9cdb", "#0057b8", "#6f42c1", "#c2185b")
    colours = [brand(value, value) for value in values]
    for photo in photos:
        for look in (None, approved):
            picture = PilImage.open(photo).convert("RGB")
            graded = picture if look is None else grade(picture, look)
            found = figures(image(np.asarray(graded)), *colours)
            assert [one.name for one in found if one.delta_e.get("p98", 0.0) > 2.0] == [], photo.name


@given(
    st.lists(st.tuples(st.floats(0, 8), st.integers(1, 1000)), min_size=1, max_size=30),
    st.sampled_from([0.0, 0.01, 0.02, 0.05, 0.1, 0.3, 0.5, 0.9]),
)
def test_the_judged_quantile_exceeds_the_tolerance_where_too_much_lies_outside(
    pixels: list[tuple[float, int]], share: float
) -> None:
    colour = BrandColour("red", "", (0.0, 0.0, 0.0), tolerance=2.0, max_outside=share)
    delta_e, counts = np.array([one[0] for one in pixels]), np.array([one[1] for one in pixels])
    lab = np.zeros((len(pixels), 3))
    found = measuring.figures(measuring.Reading(colour, lab, delta_e, counts, int(counts.sum())))
    outside, total = int(counts[delta_e > 2.0].sum()), int(counts.sum())
    assert found.outside == pytest.approx(outside / total)
    if abs(outside - share * total) > 1e-6 * total:
        assert (found.delta_e[colour.quantile] > 2.0) == (outside > share * total)


def test_names_of_quantiles() -> None:
    names = [BrandColour("", "", (0, 0, 0), max_outside=share).quantile for share in (0.0, 0.02, 0.05, 0.005)]
    assert names == ["max", "p98", "p95", "p99.5"]
