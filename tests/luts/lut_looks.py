"""LUTs of known behaviour, as values and as `.cube` files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from qualitygate.core.lut import Lut3D, unit_domain
from qualitygate.luts.nodes import lattice


def nodes(size: int) -> np.ndarray:
    """Nodes of the unit cube, (size, size, size, 3)."""
    return lattice(unit_domain(), (size,) * 3).reshape(size, size, size, 3)


def look(size: int = 33, change: Callable[[np.ndarray], np.ndarray] | None = None) -> Lut3D:
    """A gentle S-curve with a warm tint, neutral at its ends; `change` alters its values."""
    inputs = nodes(size)
    values = inputs + 0.04 * np.sin(2 * np.pi * inputs) * np.array([-1.0, -1.1, -1.2])
    return Lut3D(np.array(values if change is None else change(values)), unit_domain())


def broken(values: np.ndarray) -> np.ndarray:
    """One node, off the neutral axis, wrong by 0.5."""
    values = values.copy()
    middle = len(values) // 2
    values[middle, 1, -2, 0] += 0.5
    return values


def write_cube(path: Path, lut: Lut3D, decimals: int = 6) -> Path:
    """Write a `.cube` with rows of equal width, red fastest."""
    rows = lut.table.transpose(2, 1, 0, 3).reshape(-1, 3).tolist()
    body = "".join(f"{r:.{decimals}f} {g:.{decimals}f} {b:.{decimals}f}\n" for r, g, b in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"LUT_3D_SIZE {lut.size}\n{body}", encoding="ascii")
    return path
