"""Checks on the shape of the table: fold-overs and banding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.ciede2000_fast import delta_e_lab
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array, Chain, Curves, Evaluated, Lut, Lut1D, Lut3D, Matrix, Stage
from qualitygate.core.statistics import quantile
from qualitygate.luts.apply import apply
from qualitygate.luts.checks.base import Case
from qualitygate.luts.encodings import LutEncoding
from qualitygate.luts.nodes import LATTICE, domain_of, lattice

# Volume of an image tetrahedron over that of the input's, below which it counts as folded and not as flattened.
FOLDED = -1e-3
# Second differences below this many DeltaE00 are not seen and not judged (a tenth of the step that is just visible).
INVISIBLE = 0.1
# Layers of cells worked on at once, so that they stay in the cache.
_SLAB = 4
_BOUND = 1e9

Single = NDArray[np.float32]

_ORDERS = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
_SIGN = (1, -1, -1, 1, 1, -1)


def folds(case: Case) -> Iterator[Finding]:
    """No tetrahedron is turned inside out (`technical`), or no more than before (`look`).

    A tetrahedron whose Jacobian is negative maps two different colours to one and reverses a gradient.
    """
    share = fold_share(case.lut)
    if share is None:
        return
    before = None if case.previous is None or case.technical else fold_share(case.previous)
    limits = case.use.limits
    if before is not None:
        if share > before + limits.fold_change:
            yield case.finding(
                "QG-1664", Level.ERROR,
                f"fold-overs grew to {_percent(share)} from {_percent(before)}; tetrahedra with a negative Jacobian, "
                f"{limits.fold_change:.1%} more allowed",
                statistic="fold_change", value=share - before, limit=limits.fold_change,
            )  # fmt: skip
    elif share > limits.fold_share:
        yield case.finding(
            "QG-1664", case.absolute(),
            f"fold-overs in {_percent(share)} exceed {_percent(limits.fold_share)}; share with a negative Jacobian",
            statistic="fold_share", value=share, limit=limits.fold_share,
        )  # fmt: skip


def banding(case: Case) -> Iterator[Finding]:
    """Steps of DeltaE00 between neighbours stay as even as in the previous version.

    The measure is the 99th percentile of the absolute second differences of CIEDE2000 along the lines of a 33^3
    lattice, after C. Marchessoux and M. Rostang, "Smoothness of colour transformations", Electronic Imaging 2017.
    """
    after = roughness(case.codes(), case.meaning)
    case.numbers["banding_p99"] = after
    if case.previous is None:
        return
    before = roughness(case.old_codes(case.previous), case.meaning)
    ratio = case.use.limits.roughness_ratio
    if after > ratio * before + INVISIBLE:
        yield case.finding(
            "QG-1665", Level.WARNING if case.technical else Level.ERROR,
            f"banding grew to {after:.2f} from {before:.2f}; 99th percentile of the second differences of DeltaE00, "
            f"{ratio:g} times allowed",
            statistic="roughness_ratio", value=after / max(before, 1e-9), limit=ratio,
        )  # fmt: skip


def fold_share(lut: Lut) -> float | None:
    """Share of colours whose Jacobian is negative, 0..1.

    For a 3D table that of the six tetrahedra of each cell, turned by the stages around it; 0 or 1 for matrices, by
    their determinants. A transform known only by what it does is taken as a 33^3 table. None for curves alone, which
    the neutral axis shows whole.
    """
    stages = lut.stages if isinstance(lut, Chain) else (lut,)
    mirrored = sum(map(_mirrors, stages)) % 2 == 1
    for stage in stages:
        if isinstance(stage, Lut3D):
            return _table_share(stage.table, mirrored)
        if isinstance(stage, Evaluated) and stage.kind != "1d":
            table = apply(stage, lattice(domain_of(stage), (LATTICE,) * 3))
            table /= max(1.0, float(np.ptp(table)))  # so that the rounding of float32 folds nothing
            return _table_share(table.reshape(LATTICE, LATTICE, LATTICE, 3), mirrored)
    return float(mirrored) if any(isinstance(stage, Matrix) for stage in stages) else None


def _mirrors(stage: Stage) -> bool:
    """Whether a matrix or curves turn the colour solid inside out."""
    match stage:
        case Matrix():
            scale = float(np.prod(np.linalg.norm(stage.matrix, axis=1)))  # Hadamard's bound of the determinant
            return float(np.linalg.det(stage.matrix)) < -1e-9 * scale
        case Lut1D():
            return int((stage.table[-1] < stage.table[0]).sum()) % 2 == 1
        case Curves():
            return sum(bool(out[-1] < out[0]) for out in stage.outputs) % 2 == 1
        case _:
            return False


def _table_share(values: Array, mirrored: bool) -> float:
    if mirrored:
        values = values[..., ::-1]
    # Values beyond any light are bounded, so that no volume overflows.
    table = np.ascontiguousarray(np.moveaxis(np.clip(values, -_BOUND, _BOUND), -1, 0), dtype=np.float32)
    volume = np.float32(1.0)
    for size in values.shape[:3]:
        volume /= np.float32(size - 1)
    folded = 0
    for start in range(0, table.shape[1] - 1, _SLAB):
        folded += _folded(table[:, start : start + _SLAB + 1], np.float32(FOLDED) * volume)
    cells = float(np.prod([size - 1 for size in values.shape[:3]]))
    return folded / (6 * cells)


def _folded(table: Single, below: np.float32) -> int:
    """Number of tetrahedra of a table (3, R, G, B) whose volume is below a negative number."""
    edges = [np.diff(table, axis=axis + 1) for axis in range(3)]
    folded = 0
    for order, sign in zip(_ORDERS, _SIGN, strict=True):
        first, second, third = _path(edges, order)
        volume = (first[1] * second[2] - first[2] * second[1]) * third[0]
        volume += (first[2] * second[0] - first[0] * second[2]) * third[1]
        volume += (first[0] * second[1] - first[1] * second[0]) * third[2]
        folded += int(np.count_nonzero(volume < below if sign > 0 else volume > -below))
    return folded


def roughness(codes: Array, meaning: LutEncoding) -> float:
    """99th percentile of the second differences of DeltaE00 along the three axes of a 33^3 lattice.

    Args:
        codes: Outputs for the lattice, `(33^3, 3)`. Every fourth line along each axis is taken, all of its nodes.
        meaning: What they mean.
    """
    cube = codes.reshape(LATTICE, LATTICE, LATTICE, 3)
    found = []
    for axis in range(3):
        lines = np.moveaxis(cube, axis, 0)[:, ::4, ::4]
        lab = meaning.lab(lines.reshape(-1, 3)).reshape(LATTICE, -1, 3)
        steps = delta_e_lab(lab[:-1].reshape(-1, 3), lab[1:].reshape(-1, 3)).reshape(LATTICE - 1, -1)
        found.append(np.abs(np.diff(steps, axis=0)).ravel())
    return quantile(np.concatenate(found), 0.99)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _path(edges: list[Single], order: tuple[int, int, int]) -> list[Single]:
    """The edges of every cell from its lower to its upper corner, axis by axis in an order; each (3, R-1, G-1, B-1)."""
    path, passed = [], [0, 0, 0]
    for axis in order:
        place = [slice(None)]
        for other in range(3):
            # Along its own axis an edge array has one element per cell already.
            at = slice(None) if other == axis else slice(1, None) if passed[other] else slice(None, -1)
            place.append(at)
        path.append(edges[axis][tuple(place)])
        passed[axis] = 1
    return path
