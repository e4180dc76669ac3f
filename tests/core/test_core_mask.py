"""Windows over a map, and rectangles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.core.mask import rectangle_mask, window_starts, worst_window


def by_hand(error_map: np.ndarray, mask: np.ndarray | None, highest: bool) -> float | None:
    """The definition, window by window."""
    height, width = error_map.shape
    means = []
    for top in window_starts(height):
        for left in window_starts(width):
            window = (slice(top, top + 64), slice(left, left + 64))
            counted = np.ones_like(error_map, dtype=bool)[window] if mask is None else mask[window]
            if counted.mean() >= 0.5:
                means.append(error_map[window][counted].astype(np.float64).mean())
    return (max(means) if highest else min(means)) if means else None


@pytest.mark.parametrize(
    ("length", "starts"),
    [(1, [0]), (63, [0]), (64, [0]), (65, [0, 1]), (96, [0, 32]), (97, [0, 32, 33]), (128, [0, 32, 64])],
)
def test_the_last_window_ends_at_the_border(length: int, starts: list[int]) -> None:
    assert window_starts(length) == starts


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 170), st.integers(1, 170), st.integers(0, 2**32 - 1), st.sampled_from([None, 0.3, 0.5, 0.9]))
def test_agrees_with_the_definition(height: int, width: int, seed: int, share: float | None) -> None:
    rng = np.random.default_rng(seed)
    error_map = rng.gamma(1.0, 2.0, (height, width)).astype(np.float32)
    # Whole blocks are counted or not, so that some windows are skipped.
    blocks = rng.random((height // 16 + 1, width // 16 + 1)) < (share or 0)
    mask = None if share is None else np.kron(blocks, np.ones((16, 16), dtype=bool))[:height, :width]
    for highest in (True, False):
        expected = by_hand(error_map, mask, highest)
        found = worst_window(error_map, mask, highest=highest)
        if expected is None:
            assert found is None
        else:
            assert found is not None
            assert found[0] == pytest.approx(expected, rel=1e-9)


def test_says_which_window() -> None:
    error_map = np.zeros((200, 300), dtype=np.float32)
    error_map[130:194, 100:164] = 1
    value, (x, y, width, height) = worst_window(error_map) or (0, (0, 0, 0, 0))
    assert (x, y, width, height) == (96, 128, 64, 64)
    assert value == pytest.approx(62 * 60 / 64**2)


def test_a_window_exactly_half_counted_is_used() -> None:
    error_map = np.ones((64, 64), dtype=np.float32)
    mask = np.zeros((64, 64), dtype=bool)
    mask[:32] = True
    assert worst_window(error_map, mask) is not None
    mask[0, 0] = False
    assert worst_window(error_map, mask) is None


def test_what_is_masked_may_be_anything() -> None:
    error_map = np.ones((64, 64), dtype=np.float32)
    error_map[:10] = np.nan
    mask = np.isfinite(error_map)
    assert worst_window(error_map, mask) == (1.0, (0, 0, 64, 64))


def test_no_pixels_have_no_worst_window() -> None:
    assert worst_window(np.empty((0, 5), dtype=np.float32)) is None


def test_rectangles_are_cut_at_the_border() -> None:
    mask = rectangle_mask((6, 4), [(-2, -1, 4, 3), (5, 3, 10, 10)])
    expected = np.zeros((4, 6), dtype=bool)
    expected[0:2, 0:2] = True
    expected[3, 5] = True
    assert mask.tolist() == expected.tolist()
    assert not rectangle_mask((3, 3), []).any()
