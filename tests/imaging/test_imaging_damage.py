from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.imaging.damage import MOST, find_damage

SIDE = 96


def still(width: int = 200, height: int = 150, value: float = 0.5) -> np.ndarray:
    return np.full((height, width), value, dtype=np.float32)


def flooded(hot: np.ndarray) -> int:
    """How many places there are, by walking from cell to cell: another way than the one under test."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(hot), strict=True)}
    count = 0
    while left:
        count += 1
        reached = [left.pop()]
        while reached:
            y, x = reached.pop()
            around = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= around
            reached += around
    return count


def test_a_picture_without_damage_has_no_boxes() -> None:
    assert find_damage(still(), None, 2.0).boxes == ()
    assert find_damage(np.zeros((0, 0), np.float32), None, 2.0).places == 0


def test_a_destroyed_block_is_boxed_to_the_pixel_wherever_it_lies() -> None:
    for x, y in ((0, 0), (101, 37), (176, 126)):
        difference = still()
        difference[y : y + 24, x : x + 24] = 40
        found = find_damage(difference, None, 7.5)
        assert found.boxes == ((x, y, 24, 24),)
        assert found.places == 1


def test_the_worst_place_is_first_and_there_are_at_most_a_few_dozen() -> None:
    difference = still(2000, 1000)
    for index in range(MOST + 10):
        x, y = index % 10 * 120, index // 10 * 120
        difference[y : y + 16, x : x + 16] = 10 + index
    found = find_damage(difference, None, 2.0)
    assert found.places == MOST + 10
    assert len(found.boxes) == MOST
    last = MOST + 9
    assert found.boxes[0] == (last % 10 * 120, last // 10 * 120, 16, 16)


def test_places_that_touch_by_a_corner_are_one() -> None:
    difference = still()
    difference[0:8, 0:8] = difference[8:16, 8:16] = 20
    difference[40:48, 100:108] = 20
    assert find_damage(difference, None, 2.0).boxes == ((0, 0, 16, 16), (100, 40, 8, 8))


def test_one_destroyed_pixel_is_found_and_the_noise_of_a_codec_is_not() -> None:
    noise = np.random.default_rng(1).gamma(1.2, 1.5, (400, 400)).astype(np.float32)
    assert find_damage(noise, None, 10.5, scattered=False).places == 0
    noise[123, 77] = 95
    assert find_damage(noise, None, 10.5, scattered=False).boxes == ((77, 123, 1, 1),)


def test_pixels_beyond_a_limit_are_boxed_although_no_cell_is_beyond_it() -> None:
    difference = still()
    difference[::16, ::16] = 3
    assert find_damage(difference, None, 2.5).places == 130
    assert find_damage(difference, None, 2.5, scattered=False).places == 0


def test_a_limit_on_single_pixels_boxes_single_pixels() -> None:
    difference = still()
    difference[60, 90] = 12
    assert find_damage(difference, None, 10.0, peak=11.0).boxes == ((90, 60, 1, 1),)


def test_what_is_ignored_is_no_damage() -> None:
    difference = still()
    difference[50:90, 50:90] = 30
    counted = np.ones(difference.shape, dtype=np.bool_)
    counted[:, :60] = False
    assert find_damage(difference, counted, 2.0).boxes == ((60, 50, 30, 40),)
    counted[:] = False
    assert find_damage(difference, counted, 2.0).places == 0


def test_the_grid_of_a_large_picture_grows_with_it() -> None:
    difference = still(9000, 40)
    difference[3:20, 8888:8900] = 50
    assert find_damage(difference, None, 2.0).boxes == ((8888, 3, 12, 17),)


@given(st.lists(st.booleans(), min_size=144, max_size=144))
def test_places_are_those_that_a_walk_finds(cells: list[bool]) -> None:
    hot = np.array(cells).reshape(12, 12)
    difference = np.kron(hot, np.ones((8, 8))).astype(np.float32) * 9
    found = find_damage(difference, None, 2.0, most=200)
    assert found.places == flooded(hot)
    covered = np.zeros_like(difference, dtype=np.bool_)
    for x, y, width, height in found.boxes:
        assert difference[y, x : x + width].any()
        assert difference[y : y + height, x].any()
        covered[y : y + height, x : x + width] = True
    assert covered[difference > 2].all()


def test_a_long_winding_place_is_one() -> None:
    hot = np.zeros((41, 41), dtype=np.bool_)
    hot[::4] = True
    hot[:, 0] = hot[:, -1] = False
    for row in range(0, 40, 4):
        hot[row : row + 4, 1 if row % 8 else 39] = True
    difference = np.kron(hot, np.ones((8, 8))).astype(np.float32) * 9
    assert flooded(hot) == 1
    assert find_damage(difference, None, 2.0).places == 1


def test_a_limit_of_nothing_is_a_limit() -> None:
    difference = np.zeros((SIDE, SIDE), dtype=np.float32)
    difference[5, 5] = 0.001
    assert find_damage(difference, None, 0.0).boxes == ((5, 5, 1, 1),)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 9)])
def test_small_pictures(shape: tuple[int, int]) -> None:
    assert find_damage(np.full(shape, 5, np.float32), None, 2.0).boxes == ((0, 0, shape[1], shape[0]),)
