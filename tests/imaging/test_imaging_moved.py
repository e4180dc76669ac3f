from __future__ import annotations

import numpy as np
import pytest
from imaging_samples import image, measurement, scene

from qualitygate.core.exhibit import Exhibit
from qualitygate.imaging.moved import moved_share
from qualitygate.imaging.showing import draw_exhibit


def still(width: int = 320, height: int = 240, value: float = 0.5) -> np.ndarray:
    return np.full((height, width), value, dtype=np.float32)


def test_a_cast_over_everything_is_a_picture_that_moved() -> None:
    assert moved_share(still(value=3.0), None, 2.0) == 1.0


def test_the_share_is_that_of_the_area() -> None:
    difference = still(value=3.0)
    difference[::16] = difference[1::16] = 0.5
    difference[:, 160:] = 0.5
    difference[:, 160:184] = difference[:, 240:264] = 3.0
    found = moved_share(difference, None, 2.0)
    assert found == pytest.approx((160 + 48) / 320, abs=0.01)


@pytest.mark.parametrize("part", [np.s_[:, :160], np.s_[120:], np.s_[20:220, 60:260], np.s_[:100, :]])
def test_a_part_however_large_is_a_place(part: tuple[slice, ...]) -> None:
    difference = still()
    difference[part] = 40
    assert (difference > 2).mean() > 0.3
    assert moved_share(difference, None, 2.0) is None


def test_opposite_corners_are_places() -> None:
    difference = still()
    difference[:100, :130] = difference[-100:, -130:] = 40
    assert moved_share(difference, None, 2.0) is None


def test_single_pixels_everywhere_are_the_noise_of_a_codec() -> None:
    difference = still()
    difference[::2, ::2] = 4
    assert (difference > 1.5).mean() == 0.25
    assert moved_share(difference, None, 1.5) is None
    difference[::2] = 3
    assert moved_share(difference, None, 2.0) is None, "half of the pixels, and a mean below the limit"


def test_within_the_limit_nothing_moved() -> None:
    assert moved_share(still(value=2.0), None, 2.0) is None


def test_what_is_ignored_has_no_say() -> None:
    difference, counted = still(value=3.0), np.ones((240, 320), dtype=np.bool_)
    difference[:, 80:] = 0
    counted[:, 80:] = False
    assert moved_share(difference, counted, 2.0) == 1.0
    assert moved_share(difference, np.zeros_like(counted), 2.0) is None
    assert moved_share(difference, ~counted, 2.0) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (8, 8), (33, 9), (1, 4000)])
def test_pictures_of_any_size(shape: tuple[int, int]) -> None:
    assert moved_share(np.full(shape, 5, np.float32), None, 2.0) == 1.0
    assert moved_share(np.zeros(shape, np.float32), None, 2.0) is None


def test_no_pixel_moved_nowhere() -> None:
    assert moved_share(np.zeros((0, 0), np.float32), None, 2.0) is None


def shown(within: np.ndarray | None, **changes: object) -> Exhibit:
    drawn = scene(320, 240)
    difference = still(value=3.0)
    difference[40:64, 80:104] = 30
    known = {"mask": None, "within": within, "beyond": 10.0, "least": 2.0, "peak": None, "scattered": True}
    return draw_exhibit(image(drawn), image(drawn), measurement(difference), max_side=320, **{**known, **changes})  # type: ignore[arg-type]


def test_a_picture_that_moved_has_no_boxes_but_its_worst_tile() -> None:
    made = shown(None)
    assert (made.moved, made.moved_beyond) == (1.0, 2.0)
    assert made.damage == ()
    assert made.worst_tile is not None


def test_a_region_is_a_place() -> None:
    within = np.zeros((240, 320), dtype=np.bool_)
    within[32:72, 72:112] = True
    made = shown(within)
    assert made.moved is None
    assert made.damage == ((80, 40, 24, 24),)


def test_without_a_lower_limit_damage_is_what_decides() -> None:
    made = shown(None, least=None)
    assert made.moved is None
    assert made.damage == ((80, 40, 24, 24),)
