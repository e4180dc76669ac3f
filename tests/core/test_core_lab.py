"""XYZ to L*a*b*: landmarks of the definition."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core.colour.encoding import D65_XYZ
from qualitygate.core.colour.lab import LINEAR_BELOW, LINEAR_OFFSET, LINEAR_SLOPE, xyz_to_lab

WHITE = np.array(D65_XYZ)


def test_white_and_black() -> None:
    assert xyz_to_lab(WHITE) == pytest.approx([100, 0, 0], abs=1e-9)
    assert xyz_to_lab(np.zeros(3)) == pytest.approx([0, 0, 0], abs=1e-9)


def test_middle_grey() -> None:
    # CIE 15:2004: L* = 116 (Y/Yn)^(1/3) - 16.
    assert xyz_to_lab(0.18 * WHITE) == pytest.approx([116 * 0.18 ** (1 / 3) - 16, 0, 0], abs=1e-9)


def test_both_branches_meet_smoothly() -> None:
    assert pytest.approx(np.cbrt(LINEAR_BELOW), abs=1e-14) == LINEAR_SLOPE * LINEAR_BELOW + LINEAR_OFFSET
    assert pytest.approx(np.cbrt(LINEAR_BELOW) / (3 * LINEAR_BELOW), rel=1e-12) == LINEAR_SLOPE


def test_negative_light_stays_on_the_straight_line() -> None:
    below = xyz_to_lab(-0.001 * WHITE)
    assert below == pytest.approx([-xyz_to_lab(0.001 * WHITE)[0], 0, 0], abs=1e-9)


def test_keeps_the_shape() -> None:
    assert xyz_to_lab(np.zeros((2, 5, 3))).shape == (2, 5, 3)
