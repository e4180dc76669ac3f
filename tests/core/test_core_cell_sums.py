"""One conformance suite over every path of the sums over cells: NumPy, and the kernel by each instruction set here."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.core import cell_sums as cells
from qualitygate.core import mask, native, threads
from qualitygate.core.statistics import even_map

LEVELS = [] if native.kernels() is None else [level for level in native.NAMES if level <= native.kernels().LEVEL]
Path = Callable[..., tuple[np.ndarray, np.ndarray | None]]
PATHS = [
    pytest.param(cells.by_numpy, id="numpy"),
    *(
        pytest.param(lambda *of, level=level: cells.cell_sums(*of, level), id=native.NAMES[level])  # type: ignore[misc]
        for level in LEVELS
    ),
]


def cuts(draw: st.DrawFn, side: int) -> np.ndarray:
    """A side in cells of at most 64."""
    found = [0]
    while found[-1] < side:
        found.append(min(side, found[-1] + draw(st.integers(1, 64))))
    return np.array(found, dtype=np.int64)


@st.composite
def maps(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray]:
    height, width = draw(st.integers(1, 150)), draw(st.integers(1, 150))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = random.gamma(1.0, 2.0, (height, width)).astype(np.float32) * random.choice([-1, 1], (height, width))
    share = draw(st.sampled_from([None, 0.0, 0.4, 1.0]))
    counted = None if share is None else random.random((height, width)) < share
    return values.astype(np.float32), counted, cuts(draw, height), cuts(draw, width)


@pytest.mark.parametrize("path", PATHS)
@settings(deadline=None, max_examples=40)
@given(maps())
def test_every_cell_has_the_sum_of_its_values(
    path: Path, given_map: tuple[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray]
) -> None:
    values, counted, rows, columns = given_map
    if counted is not None:
        values[~counted] = np.nan
    sums, counts = path(values, counted, rows, columns)
    assert sums.shape == (len(rows) - 1, len(columns) - 1)
    assert (counts is None) == (counted is None)
    for i, (top, bottom) in enumerate(pairwise(rows)):
        for j, (left, right) in enumerate(pairwise(columns)):
            cell = (slice(top, bottom), slice(left, right))
            those = values[cell].ravel() if counted is None else values[cell][counted[cell]]
            assert sums[i, j] == pytest.approx(those.sum(dtype=np.float64), rel=1e-12, abs=1e-9)
            assert counts is None or counts[i, j] == those.size


@pytest.mark.parametrize("path", PATHS)
def test_a_view_into_a_larger_mask_and_map_will_do(path: Path) -> None:
    random = np.random.default_rng(2)
    values, counted = random.random((90, 110), np.float32)[5:-5, 5:-5], (random.random((90, 110)) < 0.5)[5:-5, 5:-5]
    side = np.array((0, 50, 80)), np.array((0, 32, 64, 100))
    sums, counts = path(values, counted, *side)
    assert counts is not None
    assert counts.sum() == counted.sum()
    assert sums.sum() == pytest.approx(values[counted].sum(dtype=np.float64))


@pytest.mark.parametrize("path", PATHS)
def test_what_counts_and_is_no_number_shows(path: Path) -> None:
    values = np.ones((40, 70), dtype=np.float32)
    values[3, 40] = np.nan
    sums, _ = path(values, None, np.array((0, 20, 40)), np.array((0, 35, 70)))
    assert np.isnan(sums).tolist() == [[False, True], [False, False]]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("highest", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (20, 500), (64, 64), (65, 63), (300, 450)])
def test_means_and_windows_are_those_of_numpy(
    size: tuple[int, int], highest: bool, masked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(8)
    error_map = random.gamma(1.0, 2.0, size).astype(np.float32)
    blocks = random.random((size[0] // 16 + 1, size[1] // 16 + 1)) < 0.6
    blocks[0, 0] = True
    counted = np.kron(blocks, np.ones((16, 16), dtype=bool))[: size[0], : size[1]] if masked else None
    found = mask.mean_and_worst(error_map, counted, highest=highest)
    monkeypatch.setattr(mask, "cell_sums", cells.by_numpy)
    expected = mask.mean_and_worst(error_map, counted, highest=highest)
    assert found is not None
    assert expected is not None
    those = error_map if counted is None else error_map[counted]
    assert expected[0] == pytest.approx(those.mean(dtype=np.float64), rel=1e-12)
    assert found[0] == pytest.approx(expected[0], rel=1e-12)
    assert (found[1] is None) == (expected[1] is None)
    if found[1] is not None and expected[1] is not None:
        assert found[1][1] == expected[1][1]
        assert found[1][0] == pytest.approx(expected[1][0], rel=1e-12)


@pytest.mark.parametrize("count", [2, 3])
def test_threads_change_nothing(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(9)
    error_map, counted = random.random((400, 333), np.float32) ** 9, random.random((400, 333)) < 0.7
    monkeypatch.setattr(cells, "_LEAST", 1)
    monkeypatch.setattr(threads, "_allowed", count)
    found = [mask.mean_and_worst(error_map, these) for these in (None, counted)]
    monkeypatch.setattr(threads, "_allowed", 1)
    assert found == [mask.mean_and_worst(error_map, these) for these in (None, counted)]


def test_a_map_of_one_value_has_the_numbers_of_one_in_memory() -> None:
    counted = np.zeros((100, 130), dtype=bool)
    counted[60:, 20:] = True
    for these in (None, counted):
        even = mask.mean_and_worst(even_map(1.0, (100, 130)), these)
        assert even == mask.mean_and_worst(np.ones((100, 130), dtype=np.float32), these)


def test_of_equally_bad_windows_the_first_is_named() -> None:
    error_map = np.zeros((200, 200), dtype=np.float32)
    error_map[70:80, 150:160] = error_map[70:80, 70:80] = error_map[150:160, 20:30] = 0.3
    assert mask.worst_window(error_map) == (pytest.approx(0.3 * 100 / 64**2), (32, 32, 64, 64))
    assert mask.worst_window(np.full((200, 200), 0.1, dtype=np.float32), highest=False) == (
        pytest.approx(0.1),
        (0, 0, 64, 64),
    )


def test_nothing_counted_has_no_mean() -> None:
    assert mask.mean_and_worst(np.ones((5, 5), dtype=np.float32), np.zeros((5, 5), dtype=bool)) is None
    assert mask.mean_and_worst(np.empty((0, 5), dtype=np.float32)) is None
    lonely = np.zeros((80, 80), dtype=bool)
    lonely[2, 3] = True
    assert mask.mean_and_worst(np.full((80, 80), 2, dtype=np.float32), lonely) == (2.0, None)


@pytest.mark.skipif(not LEVELS, reason="the kernel was not built")
def test_the_kernel_refuses_what_does_not_fit() -> None:
    module = native.kernels()
    values, side, out = np.zeros((4, 6), np.float32), (np.array((0, 3, 4)), np.array((0, 6))), np.zeros((2, 2, 1))
    counted = np.ones((4, 6), dtype=bool)
    fits = (values, *side, counted, 1, 0, 2, out)
    module.cell_sums(*fits)
    assert out[1].tolist() == [[18], [6]]
    for index, wrong in ((0, values[:3]), (1, np.array((0, 3, 5))), (1, np.array((1, 3, 4))), (1, np.array((0, 4, 4))),
                         (1, np.array(())), (2, np.array((0,))), (2, np.array((0, 7))), (3, counted[:3]), (3, None),
                         (4, 2), (5, -1), (5, 3), (6, 3), (7, out[0])):  # fmt: skip
        with pytest.raises(ValueError, match=r"fit|level"):
            module.cell_sums(*(wrong if place == index else one for place, one in enumerate(fits)))
    tall = np.zeros((256, 1), np.float32)
    with pytest.raises(ValueError, match="fit"):
        module.cell_sums(tall, np.array((0, 256)), np.array((0, 1)), None, 1, 0, 1, np.zeros((1, 1)))
    with pytest.raises(BufferError):
        module.cell_sums(values, *side, None, 1, 0, 2, bytes(16))
