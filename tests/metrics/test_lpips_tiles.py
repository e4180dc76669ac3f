"""Tiles of any size give the maps of one forward pass, and what is equal gives zeros without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB
from qualitygate.core.image import Image, Source
from qualitygate.metrics.lpips_net.architecture import ALEX, GRID, VGG, Architecture
from qualitygate.metrics.lpips_net.regions import Blocks, Box, boxes, changed_blocks, spans
from qualitygate.metrics.lpips_net.tiles import tiled_layer_maps


def textured(height: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 255, (height, width, 3)).astype(np.float32)


def everywhere(height: int, width: int) -> Blocks:
    return np.ones((-(-height // GRID), -(-width // GRID)), dtype=bool)


def tiled(architecture: Architecture, a: np.ndarray, b: np.ndarray, forward, changed: Blocks | None = None):
    size = a.shape[:2]
    found = boxes(size, architecture, everywhere(*size) if changed is None else changed)
    return tiled_layer_maps(
        size, architecture, found, lambda rows, columns: (a[rows, columns], b[rows, columns]), forward
    )


@pytest.mark.parametrize("shape", [(31, 31), (33, 47), (64, 65), (130, 200), (321, 33), (223, 257)])
def test_tiles_equal_the_whole(shape: tuple[int, int]) -> None:
    pytest.importorskip("torch")
    from qualitygate.metrics.lpips_net.forward import network

    trunk = network("alex", "cpu", "float32")
    a, b = textured(*shape, 1), textured(*shape, 2)
    calls = []

    def forward(x: np.ndarray, y: np.ndarray):
        calls.append(x.shape)
        return trunk.layer_maps(x, y)

    parts = tiled(replace(ALEX, tile=64), a, b, forward)
    whole = trunk.layer_maps(a, b)
    assert len(calls) == -(-shape[0] // 64) * -(-shape[1] // 64)
    for part, expected in zip(parts, whole, strict=True):
        assert part.shape == expected.shape
        np.testing.assert_allclose(part, expected, atol=1e-6)


def test_vgg_tiles_equal_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The halo does not depend on the weights, so random ones of VGG16's shapes show it."""
    pytest.importorskip("torch")
    from qualitygate.metrics.lpips_net import forward
    from qualitygate.metrics.lpips_net.weights import Weights

    rng = np.random.default_rng(3)
    tensors = {
        name: (rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape) if len(shape) == 4 else rng.normal(0, 0.05, shape))
        for name, shape in VGG.shapes().items()
    }
    weights = Weights({name: array.astype(np.float32) for name, array in tensors.items()}, "")
    monkeypatch.setattr(forward, "load", lambda *_: weights)
    trunk = forward.Network("vgg", "cpu", "float32", 0)
    a, b = textured(337, 33, 1), textured(337, 33, 2)
    parts, whole = tiled(replace(VGG, tile=64), a, b, trunk.layer_maps), trunk.layer_maps(a, b)
    for part, expected in zip(parts, whole, strict=True):
        np.testing.assert_allclose(part, expected, atol=1e-4 * np.abs(expected).max())
    narrow = tiled(replace(VGG, tile=64, halo=64), a, b, trunk.layer_maps)
    assert np.abs(narrow[-1] - whole[-1]).max() > 1e-3 * np.abs(whole[-1]).max()


def test_a_smaller_halo_would_not_do() -> None:
    """The halo is needed, so a test that passes without it would be looking at nothing."""
    pytest.importorskip("torch")
    from qualitygate.metrics.lpips_net.forward import network

    trunk = network("alex", "cpu", "float32")
    a, b = textured(256, 64, 1), textured(256, 64, 2)
    parts = tiled(replace(ALEX, tile=64, halo=48), a, b, trunk.layer_maps)
    assert np.abs(parts[-1] - trunk.layer_maps(a, b)[-1]).max() > 1e-3


def ones(x: np.ndarray, y: np.ndarray):
    """Stands in for a network: a distance of 1 wherever it is asked."""
    return tuple(np.ones(s, dtype=np.float32) for s in zip(*map(ALEX.lengths, x.shape[:2]), strict=True))


def test_equal_tiles_are_not_run() -> None:
    a = textured(512, 512, 1)
    b = a.copy()
    b[500:, 500:] = 0
    calls = []

    def forward(x: np.ndarray, y: np.ndarray):
        calls.append(x.shape)
        return ones(x, y)

    maps = tiled(replace(ALEX, tile=128), a, b, forward)  # told of changes everywhere, it looks at each tile
    assert calls == [(224, 224, 3)]
    assert maps[0][:96, :].max() == 0
    assert maps[0][96:, 96:].min() == 1


@pytest.mark.parametrize(
    "damage",
    [
        [(slice(5, 9), slice(300, 340))],
        [(slice(200, 260), slice(310, 420))],
        [(slice(0, 1), slice(0, 1)), (slice(640, 641), slice(702, 703))],
        [(slice(30, 40), slice(20, 30)), (slice(600, 630), slice(650, 660)), (slice(20, 30), slice(640, 650))],
    ],
    ids=["border", "middle", "corners", "three"],
)
def test_boxes_around_what_differs_equal_the_whole(damage: list[tuple[slice, slice]]) -> None:
    """Nothing outside the boxes may have moved, nor may their borders show."""
    pytest.importorskip("torch")
    from qualitygate.metrics.lpips_net.forward import network

    trunk = network("alex", "cpu", "float32")
    a = textured(641, 703, 1)
    b = a.copy()
    changed = np.zeros((41, 44), dtype=bool)
    for rows, columns in damage:
        b[rows, columns] = 255 - b[rows, columns]
        changed[rows.start // GRID : -(-rows.stop // GRID), columns.start // GRID : -(-columns.stop // GRID)] = True
    seen = []

    def forward(x: np.ndarray, y: np.ndarray):
        seen.append(x.shape[0] * x.shape[1])
        return trunk.layer_maps(x, y)

    parts = tiled(replace(ALEX, tile=256), a, b, forward, changed)
    assert 0 < sum(seen) < 0.75 * a.shape[0] * a.shape[1] * (448 / 256) ** 2
    for part, expected in zip(parts, trunk.layer_maps(a, b), strict=True):
        np.testing.assert_allclose(part, expected, atol=1e-6)
        assert (expected[part == 0] < 1e-9).all()


@given(side=st.integers(1, 5000), tile=st.integers(1, 64).map(lambda n: n * GRID), halo=st.sampled_from([0, 48, 96]))
def test_spans_cover_a_side_once(side: int, tile: int, halo: int) -> None:
    found = spans(side, tile, halo)
    assert [s.start for s in found] == [0, *(s.stop for s in found[:-1])]
    assert found[-1].stop == side
    for span in found:
        assert span.start % GRID == 0
        assert 0 < span.stop - span.start <= tile
        assert span.seen == slice(max(span.start - halo, 0), min(span.stop + halo, side))


@given(
    height=st.integers(31, 700),
    width=st.integers(31, 700),
    places=st.lists(st.tuples(st.integers(0, 43), st.integers(0, 43)), max_size=6),
    tile=st.sampled_from([64, 128, 256]),
)
def test_boxes_answer_once_for_all_that_may_differ(
    height: int, width: int, places: list[tuple[int, int]], tile: int
) -> None:
    changed = np.zeros((-(-height // GRID), -(-width // GRID)), dtype=bool)
    for row, column in places:
        changed[row % changed.shape[0], column % changed.shape[1]] = True
    found = boxes((height, width), replace(ALEX, tile=tile), changed)
    answered = np.zeros((height, width), dtype=int)
    for box in found:
        check_span(box.rows, height, tile)
        check_span(box.columns, width, tile)
        answered[box.rows.start : box.rows.stop, box.columns.start : box.columns.stop] += 1
    assert answered.max(initial=0) <= 1
    reach = ALEX.halo
    for row, column in zip(*np.nonzero(changed), strict=True):
        near = answered[max(row * GRID - reach, 0) : (row + 1) * GRID + reach,
                        max(column * GRID - reach, 0) : (column + 1) * GRID + reach]  # fmt: skip
        assert near.all()
    assert bool(found) == bool(changed.any())


def check_span(span, side: int, tile: int) -> None:
    assert span.start % GRID == 0
    assert span.stop == side or span.stop % GRID == 0
    assert 0 < span.stop - span.start <= tile
    assert span.seen == slice(max(span.start - ALEX.halo, 0), min(span.stop + ALEX.halo, side))


def test_a_change_everywhere_keeps_to_the_grid() -> None:
    """Another candidate of the same reference meets the same tiles, even where a corner did not change."""
    changed = everywhere(640, 640)
    grid = boxes((640, 640), replace(ALEX, tile=256), changed)
    changed[:3, :3] = False
    assert boxes((640, 640), replace(ALEX, tile=256), changed) == grid
    assert all(isinstance(box, Box) for box in grid)


@given(places=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 52)), max_size=5), masked=st.booleans())
def test_changed_blocks_are_those_with_a_pixel_that_counts(places: list[tuple[int, int]], masked: bool) -> None:
    pixels = np.full((41, 53, 3), 7, dtype=np.uint8)
    other = pixels.copy()
    for row, column in places:
        other[row, column, 1] = 8
    mask = None
    differs = (pixels != other).any(axis=-1)
    if masked:
        mask = np.ones((41, 53), dtype=bool)
        mask[:20] = False
        differs &= mask
    expected = [[differs[r : r + 16, c : c + 16].any() for c in range(0, 53, 16)] for r in range(0, 41, 16)]
    found = changed_blocks(picture(pixels), picture(other), mask)
    np.testing.assert_array_equal(found, expected)


def test_unlike_encodings_may_differ_everywhere() -> None:
    pixels = np.zeros((40, 40, 3), dtype=np.uint8)
    assert changed_blocks(picture(pixels), picture(pixels, DISPLAY_P3)).all()
    assert changed_blocks(picture(pixels), picture(pixels.astype(np.uint16))).all()


def picture(pixels: np.ndarray, encoding=SRGB) -> Image:
    height, width = pixels.shape[:2]
    return Image(pixels, encoding, Source("a.png", "", 1, "png", width, height, 8, encoding.name))


@pytest.mark.parametrize(
    ("architecture", "strides", "field"), [(ALEX, (4, 8, 16, 16, 16), 163), (VGG, (1, 2, 4, 8, 16), 196)]
)
def test_the_halo_covers_the_reach_of_every_tap(architecture, strides, field: int) -> None:
    assert architecture.strides() == strides
    assert architecture.halo % GRID == 0
    assert architecture.tile % GRID == 0
    reach, stride, before = 1, 1, 0
    for step in architecture.steps:
        before += getattr(step, "padding", 0) * stride
        reach += (step.kernel - 1) * stride
        stride *= step.stride
        if getattr(step, "tap", False):
            # Feature k sees the pixels from k * stride - before on; the last one kept is a stride before the border.
            assert architecture.halo >= before
            assert architecture.halo >= reach - before - stride
    assert reach == field
