from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core.colour.curve import SRGB_CURVE
from qualitygate.core.colour.encoding import SRGB_TO_XYZ
from qualitygate.imaging.colour_map import LEVELS, colours, ramp, scale_top


def lightness() -> np.ndarray:
    """CIE L* of the ramp."""
    y = SRGB_CURVE.linear(ramp() / 255.0) @ np.array(SRGB_TO_XYZ)[1]
    return np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, y * 24389 / 27)


def test_lightness_rises_all_the_way_and_evenly() -> None:
    steps = np.diff(lightness().reshape(-1, 16).mean(axis=1))
    assert (steps > 0).all()
    assert lightness()[0] < 2
    assert lightness()[-1] > 95
    assert steps.max() / steps.min() < 1.8


def test_ends_and_beyond() -> None:
    ends = colours(np.array([-1.0, 0.0, 10.0, 99.0, np.nan, np.inf]), 10.0)
    assert (ends[[0, 1, 4]] == ramp()[0]).all()
    assert (ends[[2, 3, 5]] == ramp()[-1]).all()


def test_few_levels_and_higher_is_lighter() -> None:
    shown = SRGB_CURVE.linear(colours(np.linspace(0, 1, 5000), 1.0) / 255.0) @ np.array(SRGB_TO_XYZ)[1]
    assert LEVELS - 1 <= len(np.unique(shown)) <= LEVELS
    assert (np.diff(shown) >= 0).all()


@pytest.mark.parametrize(
    ("values", "limit", "top"),
    [
        ([0.0], None, 1.0),
        ([0.0], 2.0, 4.0),
        ([3.0], 2.0, 4.0),
        ([9.0], 2.0, 10.0),
        ([7000.0], None, 7000.0),
        ([], 1.0, 2.0),
    ],
)
def test_the_scale_holds_the_values_and_twice_the_limit(values: list[float], limit: float | None, top: float) -> None:
    assert scale_top(np.array(values), limit) == top
