"""Tiles of any size give the maps of one forward pass, and equal tiles give zeros without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.metrics.lpips_net.architecture import ALEX, VGG
from qualitygate.metrics.lpips_net.tiles import GRID, spans, tiled_layer_maps


def textured(height: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 255, (height, width, 3)).astype(np.float32)


@pytest.mark.parametrize("shape", [(31, 31), (64, 65), (130, 200)])
def test_tiles_equal_the_whole(shape: tuple[int, int]) -> None:
    pytest.importorskip("torch")
    from qualitygate.metrics.lpips_net.forward import network

    trunk = network("alex", "cpu")
    a, b = textured(*shape, 1), textured(*shape, 2)
    calls = []

    def forward(x: np.ndarray, y: np.ndarray):
        calls.append(x.shape)
        return trunk.layer_maps(x, y)

    tiled = tiled_layer_maps(shape, replace(ALEX, tile=64), lambda rows: (a[rows], b[rows]), forward)
    whole = trunk.layer_maps(a, b)
    assert len(calls) == -(-shape[0] // 64) * -(-shape[1] // 64)
    for part, expected in zip(tiled, whole, strict=True):
        assert part.shape == expected.shape
        np.testing.assert_allclose(part, expected, atol=1e-6)


def test_a_smaller_halo_would_not_do() -> None:
    """The halo is needed, so a test that passes without it would be looking at nothing."""
    pytest.importorskip("torch")
    from qualitygate.metrics.lpips_net.forward import network

    trunk = network("alex", "cpu")
    a, b = textured(256, 64, 1), textured(256, 64, 2)
    tiled = tiled_layer_maps(
        (256, 64), replace(ALEX, tile=64, halo=48), lambda rows: (a[rows], b[rows]), trunk.layer_maps
    )
    assert np.abs(tiled[-1] - trunk.layer_maps(a, b)[-1]).max() > 1e-3


def test_equal_tiles_are_not_run() -> None:
    a = textured(512, 512, 1)
    b = a.copy()
    b[500:, 500:] = 0
    calls = []

    def forward(x: np.ndarray, y: np.ndarray):
        calls.append(x.shape)
        return tuple(np.ones(s, dtype=np.float32) for s in zip(*map(ALEX.lengths, x.shape[:2]), strict=True))

    maps = tiled_layer_maps((512, 512), replace(ALEX, tile=128), lambda rows: (a[rows], b[rows]), forward)
    assert calls == [(224, 224, 3)]
    assert maps[0][:96, :].max() == 0
    assert maps[0][96:, 96:].min() == 1


@given(side=st.integers(1, 5000), tile=st.integers(1, 64).map(lambda n: n * GRID), halo=st.sampled_from([0, 48, 96]))
def test_spans_cover_a_side_once(side: int, tile: int, halo: int) -> None:
    found = spans(side, tile, halo)
    assert [s.start for s in found] == [0, *(s.stop for s in found[:-1])]
    assert found[-1].stop == side
    for span in found:
        assert span.start % GRID == 0
        assert 0 < span.stop - span.start <= tile
        assert span.seen == slice(max(span.start - halo, 0), min(span.stop + halo, side))


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
