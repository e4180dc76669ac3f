"""Checks on how well a table stands for the transform: interpolation, grid size, round trip, identity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qualitygate.core.colour.ciede2000_fast import delta_e_lab
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array, Chain, Lut, Lut1D, Lut3D, Matrix
from qualitygate.core.statistics import quantile
from qualitygate.luts.apply import apply
from qualitygate.luts.checks.base import Case
from qualitygate.luts.checks.values import table_values
from qualitygate.luts.nodes import domain_of, inverted

# A difference of 1 DeltaE00 is just visible; half of it is worth a word.
NOTABLE = 0.5
_CODES = 1024
_IDENTICAL = 1e-6
# Full scales of integers of 8 to 16 bits, and of three to five decimals.
_SCALES = (255, 1000, 1023, 4095, 10_000, 16_383, 65_535, 100_000)


def interpolation(case: Case) -> Iterator[Finding]:
    """How far trilinear interpolation, which some tools use, lies from tetrahedral.

    Source: J. Vandenberg and S. Andriani, "A review of 3D-LUT performance in 10-bit and 12-bit HDR BT.2100 PQ",
    SMPTE 2018.
    """
    if "3d" not in _parts(case.lut):
        return
    trilinear = case.meaning.lab(apply(case.lut, case.between(), "trilinear"))
    p99 = quantile(delta_e_lab(case.between_lab(), trilinear), 0.99)
    case.numbers["interpolation_p99"] = p99
    if p99 > NOTABLE:
        yield case.finding(
            "QG-1666", Level.NOTE,
            f"interpolation matters by {p99:.2f}; DeltaE00 p99 of trilinear against tetrahedral",
            statistic="interpolation", value=p99, limit=NOTABLE,
        )  # fmt: skip


def decimation(case: Case) -> Iterator[Finding]:
    """How far the colours move when every second node is left out: about four times the error of the full grid."""
    table = case.lut if isinstance(case.lut, Lut3D) else None
    if table is None or any(size % 2 == 0 or size < 5 for size in table.table.shape[:3]):
        return
    halved = Lut3D(np.ascontiguousarray(table.table[::2, ::2, ::2]), table.domain)
    moved = delta_e_lab(case.between_lab(), case.meaning.lab(apply(halved, case.between())))
    p99 = quantile(moved, 0.99)
    case.numbers["decimation_p99"] = p99
    if p99 > 4 * NOTABLE:
        yield case.finding(
            "QG-1667", Level.NOTE,
            f"decimation error {p99:.2f}; DeltaE00 p99 with half of the grid, so about {p99 / 4:.2f} with all of it",
            statistic="decimation", value=p99, limit=4 * NOTABLE,
        )  # fmt: skip


def identity(case: Case) -> Iterator[Finding]:
    """A LUT that changes nothing but by rounding is most often an export that forgot the look."""
    moved = float(np.abs(case.codes() - case.lattice()).max())
    moved = max(moved, float(np.abs(case.neutral_codes() - case.neutrals()).max()))
    if moved <= _IDENTICAL or moved <= _rounding(case):
        yield case.finding("QG-1668", Level.WARNING, "identity; the LUT changes nothing")


def round_trip(case: Case) -> Iterator[Finding]:
    """Curves and matrices can be undone: 10-bit codes come back after their outputs were rounded to 16 bits."""
    stages = case.lut.stages if isinstance(case.lut, Chain) else (case.lut,)
    if not all(isinstance(stage, Lut1D | Matrix) for stage in stages):
        return
    domain = domain_of(case.lut)
    inputs = np.linspace(domain[0], domain[1], _CODES)
    outputs = apply(case.lut, inputs)
    scale = max(float(np.ptp(outputs)), 1e-12) / 65535
    colours: Array | None = np.rint(outputs / scale) * scale
    for stage in reversed(stages):
        colours = None if colours is None else inverted(stage, colours)
    if colours is None:
        yield case.finding("QG-1670", Level.NOTE, "round trip impossible; the transform cannot be inverted")
        return
    error = np.abs(colours - inputs) / (domain[1] - domain[0]) * (_CODES - 1)
    lost = int((error > 0.5).any(axis=1).sum())
    if lost:
        yield case.finding(
            "QG-1670", Level.WARNING if case.technical else Level.NOTE,
            f"round trip loses {lost:,} of {_CODES:,} levels; 10-bit codes, outputs rounded to 16 bits",
            statistic="round_trip", value=float(lost), limit=0.0,
        )  # fmt: skip


def _rounding(case: Case) -> float:
    """Half a step of the precision the values were written with; both ends of a step for `.3dl`, whose inputs are
    rounded too."""
    values = table_values(case.lut)
    if values is None:
        return 0.0
    for scale in _SCALES:
        codes = values * scale
        if float(np.abs(codes - np.rint(codes)).max()) < _IDENTICAL:
            return (1.0 if case.format == "3dl" else 0.5) / scale + _IDENTICAL
    return 0.0


def _parts(lut: Lut) -> tuple[str, ...]:
    stages = lut.stages if isinstance(lut, Chain) else (lut,)
    return tuple("3d" if isinstance(stage, Lut3D) else "other" for stage in stages)
