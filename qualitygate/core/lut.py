"""Look-up tables: what a LUT file means, whatever its format. Arrays are float64, read-only and in RGB order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def unit_domain() -> Array:
    """The domain of a table that declares none: 0 to 1 for every channel, shape (2, 3)."""
    return np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])


@dataclass(frozen=True, slots=True, eq=False)
class Lut1D:
    """One curve per channel, sampled at equal steps; linear between the samples, constant outside the domain.

    Attributes:
        table: Output values, shape (N, 3), N >= 2. A file with one column gives the same value three times.
        domain: Input value of the first and of the last sample per channel, shape (2, 3), first < last.
    """

    table: Array
    domain: Array

    def __post_init__(self) -> None:
        _require(self.table.ndim == 2 and self.table.shape[1] == 3 and len(self.table) >= 2, "table must be (N, 3)")
        _require_domain(self.domain)
        _freeze(self.table, self.domain)

    @property
    def size(self) -> int:
        """Number of samples per channel."""
        return len(self.table)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """One curve per channel through points at any distance, as the prelut of a `.csp` and the shaper of a `.3dl`.

    Attributes:
        inputs: Per channel the input values, strictly increasing, shapes (n,); n may differ between channels.
        outputs: Per channel the output values at these inputs, of the same shapes.
    """

    inputs: tuple[Array, Array, Array]
    outputs: tuple[Array, Array, Array]

    def __post_init__(self) -> None:
        for given, out in zip(self.inputs, self.outputs, strict=True):
            _require(given.ndim == 1 and given.shape == out.shape and len(given) >= 2, "curves need two points or more")
            _require(bool((np.diff(given) > 0).all()), "inputs of a curve must increase")
            _freeze(given, out)

    @property
    def size(self) -> int:
        """Number of points of the longest curve."""
        return max(len(given) for given in self.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class Lut3D:
    """A lattice of colours.

    Attributes:
        table: Output colours, shape (R, G, B, 3): `table[r, g, b]` is the colour at the r-th red, g-th green and b-th
            blue node, whichever channel changes fastest in the file. R, G and B are equal in all formats but `.csp`.
        domain: Input value of the first and of the last node per channel, shape (2, 3), first < last.
    """

    table: Array
    domain: Array

    def __post_init__(self) -> None:
        _require(self.table.ndim == 4 and self.table.shape[3] == 3, "table must be (R, G, B, 3)")
        _require(min(self.table.shape[:3]) >= 2, "table needs two nodes or more along each axis")
        _require_domain(self.domain)
        _freeze(self.table, self.domain)

    @property
    def size(self) -> int:
        """Number of nodes along the longest axis."""
        return int(max(self.table.shape[:3]))


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """`output = matrix @ input + offset`.

    Attributes:
        matrix: Shape (3, 3).
        offset: Shape (3,), on the scale where 1.0 is full.
    """

    matrix: Array
    offset: Array

    def __post_init__(self) -> None:
        _require(self.matrix.shape == (3, 3) and self.offset.shape == (3,), "matrix must be (3, 3), offset (3,)")
        _freeze(self.matrix, self.offset)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """A transform known only by what it does: formats read by a library, such as a chain of CLF operators.

    Attributes:
        function: Maps colours (N, 3) float64 to colours (N, 3) float64.
        kind: What it is made of, as `kind_of` would say.
        size: Nodes along an axis of its largest table, None where it has none.
        description: The operators in order, for messages.
    """

    function: Callable[[Array], Array]
    kind: str
    size: int | None
    description: str


Stage = Lut1D | Curves | Lut3D | Matrix | Evaluated


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Stages applied one after the other, for example a shaper and a 3D table.

    Attributes:
        stages: At least two, first applied first.
    """

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        _require(len(self.stages) >= 2, "a chain has two stages or more")


Lut = Stage | Chain


def kind_of(lut: Lut) -> str:
    """`1d`, `3d`, `1d+3d` or `matrix`; `1d+matrix` where curves and matrices alternate without a 3D table."""
    match lut:
        case Lut1D() | Curves():
            return "1d"
        case Lut3D():
            return "3d"
        case Matrix():
            return "matrix"
        case Evaluated():
            return lut.kind
        case Chain():
            return combined_kind({kind_of(stage) for stage in lut.stages})
        case _:
            assert_never(lut)


def combined_kind(kinds: set[str]) -> str:
    """The kind of a chain from the kinds of its stages; a matrix before or after a 3D table does not count."""
    parts = {part for kind in kinds for part in kind.split("+")}
    if "3d" in parts:
        return "1d+3d" if "1d" in parts else "3d"
    return "+".join(sorted(parts))


def size_of(lut: Lut) -> int | None:
    """Nodes along an axis of the 3D table, else samples of the 1D table, else None."""
    match lut:
        case Lut1D() | Curves() | Lut3D() | Evaluated():
            return lut.size
        case Matrix():
            return None
        case Chain():
            cubes = [stage for stage in lut.stages if isinstance(stage, Lut3D)]
            sizes = [size for size in map(size_of, cubes or lut.stages[::-1]) if size is not None]
            return sizes[0] if sizes else None
        case _:
            assert_never(lut)


def _require(condition: bool, message: str) -> None:
    # A LUT that breaks this is a defect of a reader, not of a file: readers refuse files before they come here.
    if not condition:
        raise ValueError(message)


def _require_domain(domain: Array) -> None:
    _require(domain.shape == (2, 3) and bool((domain[0] < domain[1]).all()), "domain must be (2, 3), first < last")


def _freeze(*arrays: Array) -> None:
    for array in arrays:
        array.setflags(write=False)
