"""The two looks: a `.cube` file says what the picture went through, and only the update drifts."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from qualitygate.demo.looks import SIZE, approved, drifted, grade, lattice, to_cube

LOOKS = pytest.mark.parametrize("look", [approved, drifted], ids=["approved", "drifted"])


def read_cube(text: str) -> np.ndarray:
    """A `.cube` file by the book: header, then rows with red changing fastest, as `[blue, green, red, channel]`."""
    lines = text.splitlines()
    assert lines[0].startswith('TITLE "')
    size = int(lines[1].removeprefix("LUT_3D_SIZE "))
    rows = np.array([[float(number) for number in line.split(" ")] for line in lines[2:]])
    assert rows.shape == (size**3, 3)
    return rows.reshape(size, size, size, 3)


@LOOKS
def test_cube_holds_the_look(look) -> None:
    table = read_cube(to_cube(look, "sample", size=5))
    steps = np.linspace(0.0, 1.0, 5)
    for red, green, blue in [(0, 0, 0), (4, 0, 0), (0, 4, 0), (0, 0, 4), (1, 2, 3), (4, 4, 4)]:
        expected = look(np.array([steps[red], steps[green], steps[blue]]))
        assert table[blue, green, red] == pytest.approx(expected, abs=1e-6)


@LOOKS
def test_look_stays_within_range_and_rises_along_the_greys(look) -> None:
    table = lattice(look)
    assert table.min() >= 0.0
    assert table.max() <= 1.0
    greys = look(np.repeat(np.linspace(0.0, 1.0, 256)[:, None], 3, axis=1))
    assert (np.diff(greys, axis=0) >= -1e-12).all()


def test_approved_keeps_greys_neutral_and_drifted_does_not() -> None:
    greys = np.repeat(np.linspace(0.1, 0.9, 9)[:, None], 3, axis=1)
    neutral, warm = approved(greys), drifted(greys)
    assert np.ptp(neutral, axis=1) == pytest.approx(0.0, abs=1e-9)
    assert (warm[:, 0] > 1.1 * warm[:, 2]).all()


def test_drift_pulls_brand_red_towards_orange() -> None:
    red = np.array([0.92, 0.08, 0.08])
    before, after = approved(red), drifted(red)
    assert after[1] > before[1] + 0.05


@LOOKS
def test_grading_a_picture_agrees_with_the_function(look) -> None:
    values = np.random.default_rng(3).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    graded = np.asarray(grade(Image.fromarray(values), look), dtype=np.float64)
    error = np.abs(graded - 255.0 * look(values / 255.0))
    assert error.mean() <= 0.5, "rounding to eight bits"
    assert error.max() <= 4.0, "a node's width from where the look clips"
    assert SIZE == 33
