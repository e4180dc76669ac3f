"""Areas as sets of pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.mask import Mask, rectangle_mask
from qualitygate.policy.ratchet.geometry import Shape, added, pixels

SIZE = 24
_sides = st.integers(0, 15)
_rectangles = st.lists(st.tuples(_sides, _sides, st.integers(1, 8), st.integers(1, 8)), max_size=5).map(tuple)


def _mask(seed: int, width: int, height: int) -> Mask:
    return np.random.default_rng(seed).random((height, width)) < 0.4


_masks = st.lists(st.builds(_mask, st.integers(0, 99), st.integers(1, SIZE), st.integers(1, SIZE)), max_size=2)
_shapes = st.builds(Shape, _rectangles, _masks.map(tuple))


def drawn(shape: Shape) -> Mask:
    made = rectangle_mask((SIZE, SIZE), list(shape.rectangles))
    for mask in shape.masks:
        made[: mask.shape[0], : mask.shape[1]] |= mask
    return made


@given(_shapes, _shapes)
def test_it_counts_what_drawing_counts(before: Shape, after: Shape) -> None:
    assert added(before, after) == int((drawn(after) & ~drawn(before)).sum())
    assert pixels(after) == int(drawn(after).sum())


@given(_shapes)
def test_nothing_is_added_to_itself(one: Shape) -> None:
    assert added(one, one) == 0


def test_one_rectangle_cut_in_two_is_the_same_area() -> None:
    whole, halves = Shape(((0, 0, 10, 10),)), Shape(((0, 0, 5, 10), (5, 0, 5, 10)))
    assert added(whole, halves) == added(halves, whole) == 0
    assert pixels(Shape(((0, 0, 10, 10), (5, 5, 10, 10)))) == 175


@pytest.mark.parametrize("side", [10**9, 10**30])
def test_a_rectangle_of_any_size_needs_no_memory(side: int) -> None:
    assert pixels(Shape(((0, 0, side, side),))) == side * side
    assert added(Shape((), (np.ones((4, 4), bool),)), Shape(((0, 0, side, 1),))) == side - 4
