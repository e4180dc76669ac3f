"""The numbers in the kernels' C files are those of the Python files, or of the functions that they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Polynomial

from qualitygate.core import native
from qualitygate.core.colour import ciede2000_fast
from qualitygate.metrics.ssim_map import gaussian_window

TEXT = (Path(native.__file__).parent / "constants.h").read_text(encoding="utf-8")
NUMBERS = {name: float(value) for name, value in re.findall(r"#define (\w+) (\S+)f\n", TEXT)}


def polynomial(name: str) -> list[float]:
    """Highest power first."""
    count = sum(re.fullmatch(rf"{name}_\d", known) is not None for known in NUMBERS)
    return [NUMBERS[f"{name}_{index}"] for index in range(count)]


@pytest.mark.parametrize(
    ("name", "expected"), [("T_EVEN", ciede2000_fast.T_EVEN), ("T_ODD", ciede2000_fast.T_ODD)], ids=["even", "odd"]
)
def test_polynomials_of_the_python_file(name: str, expected: tuple[np.float32, ...]) -> None:
    assert polynomial(name) == pytest.approx([float(value) for value in expected], rel=1e-7)


def test_the_angle_of_the_bump() -> None:
    assert NUMBERS["COS_275"] == pytest.approx(float(ciede2000_fast.C275), rel=1e-7)
    assert NUMBERS["SIN_275"] == pytest.approx(float(ciede2000_fast.S275), rel=1e-7)


def bump(y: np.ndarray) -> np.ndarray:
    return np.exp(-((np.arccos(1 - y) / np.radians(25)) ** 2) / 8)


def turn(square: np.ndarray) -> np.ndarray:
    b = np.sqrt(square)
    return -2 * np.sin(np.radians(60) * b) / b


def root_error(power: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda d: np.expm1(power * np.log1p(d)) / np.where(d == 0, 1, d) + power * (d == 0)


@pytest.mark.parametrize(
    ("name", "function", "domain", "error"),
    [
        ("BUMP", bump, (0.0, 1.0), 1e-7),
        ("TURN", turn, (0.0, 1.0), 1e-7),
        # Times |d|, which is less than a tenth, they err by 1e-7 of a root.
        ("INVERSE_ROOT", root_error(-1 / 2), (-0.0705, 0.0705), 1e-6),
        ("INVERSE_CUBE_ROOT", root_error(-1 / 3), (-0.105, 0.105), 1e-7),
    ],
    ids=["bump", "turn", "root", "cube root"],
)
def test_polynomials_of_functions(
    name: str, function: Callable[[np.ndarray], np.ndarray], domain: tuple[float, float], error: float
) -> None:
    found = polynomial(name)
    agreeing = Chebyshev.interpolate(function, len(found) - 1, domain=list(domain))
    powers = agreeing.convert(kind=Polynomial, domain=[-1, 1], window=[-1, 1]).coef[::-1]
    assert found == pytest.approx(powers, rel=1e-6)
    points = np.linspace(*domain, 20001)[1:]
    assert np.abs(np.polyval(found, points) - function(points)).max() < error


@pytest.mark.parametrize(("power", "limit"), [(2, 0.0705), (3, 0.105)])
def test_guesses_of_roots_are_as_good_as_the_polynomials_need(power: int, limit: float) -> None:
    """The guess y of the exponent, in float32 as in C: |x y^n - 1| has to stay in the polynomial's domain."""
    text = (Path(native.__file__).parent / "roots_loops.h").read_text(encoding="utf-8")
    x = np.exp2(np.linspace(-7, 7, 1_000_001)).astype(np.float32)
    bits = x.view(np.int32)
    if power == 2:
        magic = re.search(r"0x[0-9a-f]{8}", text)
        assert magic is not None
        guess = (np.int32(int(magic[0], 16)) - (bits >> 1)).view(np.float32)
    else:
        offset = re.search(r", (\d{10}\.0)f\)", text)
        assert offset is not None
        guess = (bits.astype(np.float32) / np.float32(-3) + np.float32(offset[1])).astype(np.int32).view(np.float32)
    assert np.abs(x * guess.astype(np.float64) ** power - 1).max() <= limit


def test_weights_of_the_window_of_ssim() -> None:
    weights = [
        float(value) for value in re.findall(r"(\S+)f,", TEXT.partition("WEIGHT[6] = {")[2].replace("f, ", "f,\n"))
    ]
    assert weights == pytest.approx(list(gaussian_window()[:6]), rel=1e-7)
