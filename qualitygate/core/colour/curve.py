"""Transfer curves: encoded sample in 0..1 to linear light in 0..1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ParametricCurve:
    """ICC parametric curve type 4: `(a x + b)^g + e` for `x >= d`, else `c x + f`.

    Source: ICC.1:2022, table 68. A pure gamma is `ParametricCurve(g=2.2)`.
    """

    g: float
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 0.0
    f: float = 0.0

    def linear(self, encoded: NDArray[np.float64]) -> NDArray[np.float64]:
        """Linear light for encoded values, elementwise, float64."""
        power = np.maximum(self.a * encoded + self.b, 0.0) ** self.g + self.e
        return np.where(encoded >= self.d, power, self.c * encoded + self.f)


@dataclass(frozen=True, slots=True)
class SampledCurve:
    """A table of linear values at equal steps of the encoded value, interpolated linearly (ICC `curv`).

    Attributes:
        samples: At least two values in 0..1, for encoded 0, 1/(n-1), … 1.
    """

    samples: tuple[float, ...]

    def linear(self, encoded: NDArray[np.float64]) -> NDArray[np.float64]:
        """Linear light for encoded values, elementwise, float64."""
        table = np.asarray(self.samples, dtype=np.float64)
        return np.interp(encoded, np.linspace(0.0, 1.0, table.size), table)


Curve = ParametricCurve | SampledCurve

# IEC 61966-2-1:1999. The break points follow the standard's 0.04045.
SRGB_CURVE = ParametricCurve(g=2.4, a=1 / 1.055, b=0.055 / 1.055, c=1 / 12.92, d=0.04045)
LINEAR_CURVE = ParametricCurve(g=1.0)


@lru_cache(maxsize=64)
def linear_table(curve: Curve, full_scale: int) -> NDArray[np.float64]:
    """Linear light for every sample value 0..full_scale, float64 `(full_scale + 1,)`, read-only."""
    table = curve.linear(np.arange(full_scale + 1, dtype=np.float64) / full_scale)
    table.setflags(write=False)
    return table


def encode(curve: Curve, linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Invert a rising curve: encoded 0..1 for linear light, by interpolation in a 65,536-entry table."""
    table = linear_table(curve, 65535)
    return np.interp(linear, table, np.linspace(0.0, 1.0, table.size))


def srgb_encode(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """IEC 61966-2-1 encoding of linear light already clipped to 0..1, float64, elementwise."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055)
