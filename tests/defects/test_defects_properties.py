"""Seeded defects: neutral strengths change nothing, equal seeds give equal pictures, stronger is never better."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.errors import ConfigError
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement
from qualitygate.defects import DEFECTS, Defect, Pixels, defect_named
from qualitygate.defects.wrong_lut import through_lut
from qualitygate.metrics import metric_class

PHOTOS = Path(__file__).resolve().parents[2] / "qualitygate" / "demo" / "photos"
ALL = pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)


def photograph(name: str, side: int = 192) -> Pixels:
    with Pillow.open(PHOTOS / f"{name}.jpg") as picture:
        picture.thumbnail((side, side))
        return np.asarray(picture.convert("RGB"), dtype=np.float32) / np.float32(255.0)


def image(pixels: Pixels) -> Image:
    samples = np.rint(pixels * 255).astype(np.uint8)
    height, width = samples.shape[:2]
    return Image(samples, SRGB, Source("made.png", "", 1, "png", width, height, 8, "sRGB"))


def values(metric: str, reference: Pixels, candidate: Pixels) -> dict[str, float]:
    found = metric_class(metric)().measure(image(reference), image(candidate))
    assert isinstance(found, Measurement)
    return dict(found.values)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@ALL
def test_the_neutral_strength_changes_nothing(defect: Defect) -> None:
    picture = photograph("coffee")
    assert np.array_equal(defect.apply(picture, defect.neutral, rng()), picture)


@ALL
def test_it_is_deterministic_and_leaves_its_input_alone(defect: Defect) -> None:
    picture = photograph("coffee")
    before = picture.copy()
    first, second = (defect.apply(picture, defect.levels[-1], rng(7)) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(picture, before)
    assert first.dtype == np.float32
    assert first.shape == picture.shape
    assert 0 <= first.min() <= first.max() <= 1


@ALL
def test_levels_rise_within_bounds_from_just_visible_to_gross(defect: Defect) -> None:
    amounts = [defect.amount(level) for level in defect.levels]
    assert amounts == sorted(set(amounts))
    assert amounts[0] > defect.amount(defect.neutral) == 0
    picture = photograph("astronaut", 256)
    weak, gross = (defect.apply(picture, level, rng()) for level in (defect.levels[0], defect.levels[-1]))
    worst = values("delta_e_2000", picture, gross)["worst_tile"]
    # Just visible is around one unit somewhere; gross is plain to everybody.
    assert 0.2 < values("delta_e_2000", picture, weak)["worst_tile"] < 2.5
    assert worst > 4


@ALL
@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
def test_a_stronger_level_measures_no_better(defect: Defect, name: str) -> None:
    picture = photograph(name, 320)
    graded = [defect.apply(picture, level, rng(3)) for level in defect.levels]
    for metric, sign in (("delta_e_2000", 1), ("ssim", -1)):
        for statistic in ("mean", "worst_tile"):
            found = [sign * values(metric, picture, each)[statistic] for each in graded]
            for weaker, stronger in pairwise(found):
                assert stronger >= weaker - 1e-4 * max(1, abs(weaker)), (metric, statistic, found)


@given(
    name=st.sampled_from(sorted(DEFECTS)),
    shares=st.tuples(st.floats(0.02, 1), st.floats(0.02, 1)),
    seed=st.integers(0, 2**32 - 1),
    photo=st.sampled_from(["astronaut", "coffee"]),
)
def test_any_stronger_defect_measures_no_better(name: str, shares: tuple[float, float], seed: int, photo: str) -> None:
    defect = DEFECTS[name]
    gross = defect.levels[-1]
    low, high = (defect.neutral + share * (gross - defect.neutral) for share in sorted(shares))
    picture = photograph(photo, 96)
    weaker, stronger = (defect.apply(picture, each, rng(seed)) for each in (low, high))
    # Rounding to 8 bits and to steps of a DCT makes small dents in an otherwise rising curve.
    dent = 0.15 if name == "blocks" else 0.05
    colour = [values("delta_e_2000", picture, each)["mean"] for each in (weaker, stronger)]
    structure = [values("ssim", picture, each)["mean"] for each in (weaker, stronger)]
    assert colour[1] >= colour[0] - dent
    assert structure[1] <= structure[0] + 0.01


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(sorted(DEFECTS)), st.integers(0, 99))
def test_any_size_of_picture_will_do(height: int, width: int, name: str, seed: int) -> None:
    picture = rng(seed).random((height, width, 3), dtype=np.float32)
    defect = DEFECTS[name]
    for level in defect.levels:
        out = defect.apply(picture, level, rng(seed))
        assert out.shape == picture.shape
        assert np.isfinite(out).all()


def test_local_damage_touches_its_square_only() -> None:
    picture = photograph("chelsea", 400)
    damaged = DEFECTS["local_damage"].apply(picture, 24, rng(5))
    rows, columns = np.nonzero((damaged != picture).any(axis=-1))
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (24, 24)
    places = {tuple(np.argwhere((DEFECTS["local_damage"].apply(picture, 24, rng(s)) != picture).any(-1))[0])
              for s in range(8)}  # fmt: skip
    assert len(places) == 8


def test_blocks_are_those_of_the_library() -> None:
    """At a quality where steps are whole numbers, libjpeg through Pillow gives the same picture up to its rounding."""
    picture = photograph("coffee", 256)
    ours = DEFECTS["blocks"].apply(picture, 50, rng())
    stream = io.BytesIO()
    Pillow.fromarray(np.rint(picture * 255).astype(np.uint8)).save(stream, "JPEG", quality=50, subsampling="4:4:4")
    theirs = np.asarray(Pillow.open(stream).convert("RGB"), dtype=np.float32) / 255
    height, width = (side // 8 * 8 for side in picture.shape[:2])
    difference = np.abs(ours - theirs)[:height, :width]
    untouched = np.abs(picture - theirs)[:height, :width]
    assert difference.mean() < 0.25 * untouched.mean()
    assert np.median(difference) < 1 / 255


def test_a_wrong_lut_of_ones_own() -> None:
    negative = through_lut(lambda colours: 1 - colours, "negative.cube")
    picture = photograph("coffee")
    assert np.allclose(negative.apply(picture, 1.0, rng()), 1 - picture, atol=1e-6)
    assert np.allclose(negative.apply(picture, 0.5, rng()), 0.5, atol=1e-6)
    assert "negative.cube" in negative.summary


@pytest.mark.parametrize(("name", "strength"), [("cast", 129), ("gamma", 0), ("gamma", float("nan")), ("wrong_lut", 2)])
def test_a_strength_out_of_bounds_is_refused(name: str, strength: float) -> None:
    with pytest.raises(ValueError, match=f"{name} takes"):
        DEFECTS[name].apply(photograph("coffee"), strength, rng())


def test_an_unknown_defect_is_named() -> None:
    with pytest.raises(ConfigError, match="did you mean 'blur'"):
        defect_named("blurr")


def test_gamma_grades_on_the_side_asked_for() -> None:
    gamma = DEFECTS["gamma"]
    assert gamma.stronger(1.05) == (1.06, 1.12, 1.25)
    assert gamma.stronger(0.95) == pytest.approx((1 / 1.06, 1 / 1.12, 1 / 1.25))
    assert DEFECTS["cast"].stronger(3) == (4.0, 8.0, 16.0)
