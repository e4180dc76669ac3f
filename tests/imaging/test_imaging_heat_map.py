from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imaging_samples import image, measurement, opened, scene

from qualitygate.core.measurement import Measurement
from qualitygate.imaging.colour_map import ramp
from qualitygate.imaging.heat_map import MAX_BYTES, failure_panel, heat_map
from qualitygate.imaging.sheet import GROUND, MIN_WIDTH


def damaged(width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reference, candidate with one damaged block at (x 100, y 60), and a map of the difference."""
    reference = scene(width, height)
    candidate = reference.copy()
    candidate[60:84, 100:124] = 0
    difference = np.abs(reference.astype(np.float32) - candidate).mean(axis=-1) / 5
    return reference, candidate, difference


def panel(width: int, height: int, **changes: object) -> np.ndarray:
    reference, candidate, difference = damaged(width, height)
    known: dict[str, object] = {"title": "hero/landing.jpg", "limit": 2.0}
    made = failure_panel(image(reference), image(candidate), measurement(difference), **{**known, **changes})  # type: ignore[arg-type]
    assert len(made) <= MAX_BYTES
    return opened(made)


def test_three_pictures_stand_side_by_side_on_a_neutral_ground() -> None:
    drawn = panel(300, 200)
    assert drawn.shape[1] == 3 * 300 + 2 * 16 + 2 * 24
    assert (drawn[0, 0] == GROUND).all()
    reference, candidate, _ = damaged(300, 200)
    rows = [y for y in range(drawn.shape[0] - 200) if (drawn[y : y + 200, 24:324] == reference).all()]
    assert len(rows) == 1
    assert (drawn[rows[0] : rows[0] + 20, 24 + 316 : 24 + 616] == candidate[:20]).all()


def test_wide_pictures_stand_below_each_other() -> None:
    drawn = panel(600, 150)
    assert drawn.shape[1] == 600 + 2 * 24
    assert drawn.shape[0] > 3 * 150


def test_the_damage_and_its_window_show_in_the_map() -> None:
    difference = np.zeros((200, 300), np.float32)
    difference[60:84, 100:124] = 30.0
    drawn = opened(heat_map(difference, limit=2.0))
    hottest = (drawn == ramp()[-1]).all(axis=-1)
    assert 300 < hottest[40:240, 24:324].sum() <= 24 * 24
    assert (drawn[40:240, 24:324] == 255).all(axis=-1).sum() > 100, "outline of the worst window"


def test_a_tiny_damage_in_a_large_picture_stays_visible() -> None:
    difference = np.zeros((1500, 2000), np.float32)
    difference[777, 1234] = 30.0
    drawn = opened(heat_map(difference, limit=2.0))
    assert (drawn[40:520, 24:664] == ramp()[-1]).all(axis=-1).any()


def test_ignored_pixels_are_grey() -> None:
    difference = np.full((100, 300), 50.0, np.float32)
    mask = np.ones((100, 300), bool)
    mask[:, :150] = False
    drawn = opened(heat_map(difference, mask=mask))
    assert (drawn == 96).all(axis=-1).sum() > 10_000
    nothing = opened(heat_map(difference, mask=np.zeros((100, 300), bool)))
    assert not (nothing[60:90, 40:200] == ramp()[-1]).all(axis=-1).any()


def test_noise_stays_within_the_bytes() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (800, 1000, 3), dtype=np.uint8)
    difference = np.random.default_rng(1).random((800, 1000), dtype=np.float32) * 30
    for limit in (480_000, 150_000):
        made = failure_panel(
            image(noise), image(noise[::-1].copy()), measurement(difference), title="", limit=None, max_bytes=limit
        )
        assert len(made) <= limit


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (16, 16), (63, 65), (3000, 20)])
def test_any_shape_can_be_drawn(size: tuple[int, int]) -> None:
    width, height = size
    pixels = scene(width, height)
    difference = np.ones((height, width), np.float32)
    made = failure_panel(image(pixels), image(pixels), measurement(difference), title="a" * 500, limit=500.0)
    assert opened(made).shape[1] < 2_500


@settings(max_examples=12, deadline=None)
@given(st.text(max_size=60))
def test_any_title_can_be_drawn(title: str) -> None:
    pixels = scene(40, 30)
    failure_panel(image(pixels), image(pixels), measurement(np.zeros((30, 40), np.float32)), title=title, limit=2.0)


def test_a_map_smaller_than_the_picture_is_placed_at_its_origin() -> None:
    pixels = np.zeros((100, 120, 3), np.uint8)
    inner = np.full((90, 110), 9.0, np.float32)
    made = failure_panel(image(pixels), image(pixels), measurement(inner, (5, 5)), title="", limit=None, max_side=120)
    assert (opened(made) == 96).all(axis=-1).sum() > 1_000


def test_the_same_pictures_give_the_same_bytes() -> None:
    assert (panel(300, 200) == panel(300, 200)).all()


def test_without_a_map_there_is_nothing_to_draw() -> None:
    pixels = scene(20, 20)
    with pytest.raises(ValueError, match="no error map"):
        failure_panel(image(pixels), image(pixels), Measurement("delta_e_2000", {"mean": 1.0}), title="", limit=None)


def test_a_narrow_picture_has_a_sheet_wide_enough_for_its_text() -> None:
    for size in ((40, 600), (8, 8), (1, 300)):
        pixels = scene(*size)
        difference = np.ones((size[1], size[0]), np.float32)
        made = failure_panel(image(pixels), image(pixels), measurement(difference), title="a", limit=2.0)
        assert opened(made).shape[1] >= MIN_WIDTH


def test_a_legend_names_the_grey_of_ignored_pixels_only_where_there_are_some() -> None:
    pixels, difference = scene(300, 200), np.ones((200, 300), np.float32)
    mask = np.ones((200, 300), bool)

    def drawn() -> np.ndarray:
        made = failure_panel(image(pixels), image(pixels), measurement(difference), title="", limit=2.0, mask=mask)
        return opened(made)

    without = drawn()
    assert (without == 96).all(axis=-1).sum() < 50, "edges of letters"
    mask[:2] = False
    with_legend = drawn()
    assert with_legend.shape[0] > without.shape[0]
    assert (with_legend[250:] == 96).all(axis=-1).sum() > 100


def test_no_label_covers_another_part_of_the_sheet() -> None:
    pixels = np.full((4, 3000, 3), 90, np.uint8)
    difference = np.zeros((4, 3000), np.float32)
    difference[:, 1500:1600] = 20.0
    made = opened(failure_panel(image(pixels), image(pixels), measurement(difference), title="", limit=None))
    black = (made == 0).all(axis=-1)
    assert black.sum() < 200, "only the dark line around the outline of the worst window, no box for a label"
