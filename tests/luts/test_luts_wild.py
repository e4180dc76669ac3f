"""Whatever a valid table holds, checks and drift give numbers: no error, no warning, nothing that is not finite."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core.lut import Chain, Curves, Lut, Lut1D, Lut3D, Matrix, Stage
from qualitygate.core.lut_use import LutUse, Swatch
from qualitygate.luts.checks import Case, quality
from qualitygate.luts.drift import drift, flat, worst_nodes

SCALES = (1.0, 1e-3, 10.0, 1e5, 1e30, 1e100, 1e307)
ENCODINGS = ("sRGB", "BT.1886", "P3", "log", "linear", "none", None)


class Luts:
    """Random LUTs of every kind, with tables and domains of any size."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def domain(self) -> np.ndarray:
        low = self.random.normal(0, 1, 3) * self.random.choice([0.0, 1.0, 1e3, 1e100])
        return np.stack([low, low + np.maximum(np.abs(low) * 1e-3, self.random.choice([1e-6, 1.0, 1e4]))])

    def table(self, shape: tuple[int, ...]) -> np.ndarray:
        values = self.random.random((*shape, 3))
        values = [values, np.zeros_like(values), np.rint(values * 3)][self.random.integers(3)]
        return values * self.random.choice(SCALES) * self.random.choice([1, -1])

    def stage(self) -> Stage:
        match self.random.integers(4):
            case 0:
                return Lut1D(self.table((int(self.random.integers(2, 40)),)), self.domain())
            case 1:
                sizes = [int(size) for size in self.random.integers(2, 7, 3)]
                cube = (int(self.random.choice([2, 3, 5, 33])),) * 3
                return Lut3D(self.table(cube if self.random.random() < 0.5 else tuple(sizes)), self.domain())
            case 2:
                scale = self.random.choice(SCALES[:5]) * self.random.choice([0, 1, 1])
                return Matrix(self.random.normal(0, 1, (3, 3)) * scale, self.random.normal(0, 1, 3))
            case _:
                points = [int(number) for number in self.random.integers(2, 9, 3)]
                inputs = tuple(np.cumsum(self.random.random(number) + 1e-3) for number in points)
                return Curves(inputs, tuple(self.random.normal(0, 1, n) * self.random.choice(SCALES) for n in points))

    def lut(self) -> Lut:
        if self.random.random() < 0.5:
            return self.stage()
        return Chain(tuple(self.stage() for _ in range(self.random.integers(2, 4))))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(40))
def test_nothing_but_numbers(seed: int) -> None:
    made = Luts(seed)
    new, old = made.lut(), made.lut()
    use = LutUse(
        profile=["look", "technical"][made.random.integers(2)],
        input=ENCODINGS[made.random.integers(7)],
        output=ENCODINGS[made.random.integers(7)],
        palette=(Swatch("red", (255, 0, 0)),),
    )
    findings = quality(Case("a.cube", new, old if seed % 3 else None, use, "cube"))
    assert all(finding.value is None or np.isfinite(finding.value) for finding in findings)
    found = flat(drift(new, old, use))
    assert np.isfinite(list(found.values())).all()
    assert worst_nodes(new, old, use)[0].delta_e == pytest.approx(found["grid_max"])
