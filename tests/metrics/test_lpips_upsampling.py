"""Layer maps at the size of the picture, against bilinear interpolation in float64 and against that of torch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.metrics.lpips_net.architecture import ALEX
from qualitygate.metrics.lpips_net.upsampling import upsampled_sum


def written_out(layer: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Rows, then columns, by `numpy.interp`, which holds the end values beyond the first and last centre."""
    values = layer.astype(np.float64)
    for axis, side in enumerate(size):
        length = values.shape[axis]
        centres = (np.arange(length) + 0.5) * side / length - 0.5
        values = np.apply_along_axis(lambda line, at=centres, n=side: np.interp(np.arange(n), at, line), axis, values)
    return values


@given(
    height=st.integers(1, 200),
    width=st.integers(1, 150),
    layers=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=4),
    seed=st.integers(0, 99),
)
def test_it_is_bilinear(height: int, width: int, layers: list[tuple[int, int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    maps = tuple(rng.random(shape, dtype=np.float32) for shape in layers)
    expected = sum(written_out(layer, (height, width)) for layer in maps)
    np.testing.assert_allclose(upsampled_sum(maps, (height, width)), expected, atol=5e-6)


def test_it_is_what_torch_does() -> None:
    functional = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    size = (311, 402)
    rng = np.random.default_rng(1)
    shapes = zip(*map(ALEX.lengths, size), strict=True)
    maps = tuple(rng.random(shape, dtype=np.float32) for shape in shapes)
    expected = sum(
        functional.interpolate(torch.from_numpy(m)[None, None], size=size, mode="bilinear", align_corners=False)
        for m in maps
    )
    np.testing.assert_allclose(upsampled_sum(maps, size), expected[0, 0].numpy(), atol=5e-5)


def test_what_is_zero_stays_exactly_zero() -> None:
    layer = np.zeros((100, 100), dtype=np.float32)
    layer[50, 60] = 1
    found = upsampled_sum((layer,), (1600, 1600))
    assert found.max() > 0.9
    assert not found[:780].any()
    assert not found[840:].any()
    assert not found[:, :940].any()
