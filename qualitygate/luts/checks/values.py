"""Checks on the output values: range, integer code values, clipping."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array, Chain, Curves, Lut, Lut1D, Lut3D
from qualitygate.luts.checks.base import Case

FLOAT_FORMATS = ("cube", "spi1d", "spi3d", "csp")
# The smallest full scale that integer code values have is that of 8 bits; a white a little below it is still white.
_SMALLEST_WHITE = 200
# The largest code value of 16 bits, just beyond the largest half float (65,504, IEEE 754 binary16), in which
# scene-referred pictures are stored; PQ ends at 10,000 cd/m2 (SMPTE ST 2084).
_NO_PICTURE = 65_535.0
# Share of colours that may run into a limit without a word.
_CLIPPED = 0.002
_TOLERANCE = 1e-6


def value_range(case: Case) -> Iterator[Finding]:
    """No output outside [-0.5, 1.5]: an error where the output was declared display-referred, else a warning.

    Beyond what pictures hold it is an error whatever was declared, unless that is `none`: then values are no colours.
    """
    values = table_values(case.lut)
    if values is None:
        values = case.codes()
    low, high = float(values.min()), float(values.max())
    limits = case.use.limits
    if low >= limits.lowest and high <= limits.highest:
        return
    declared = case.use.display_output
    meaning = f"the output is declared as {case.use.output}" if declared else "no display-referred output is declared"
    absurd = max(high, -low) > _NO_PICTURE and case.use.output != "none"
    if absurd:
        meaning = f"{meaning}; no picture holds values beyond {_NO_PICTURE:,.0f}"
    yield case.finding(
        "QG-1672", Level.ERROR if declared or absurd else Level.WARNING,
        f"value range {low:.4g} to {high:.4g}; outside {limits.lowest:g} to {limits.highest:g}, {meaning}",
        statistic="value_range", value=high if high > limits.highest else low,
        limit=limits.highest if high > limits.highest else limits.lowest,
    )  # fmt: skip


def integer_codes(case: Case) -> Iterator[Finding]:
    """A format of floating-point values does not hold integer code values such as 0 to 1023."""
    values = table_values(case.lut)
    if values is None or not holds_codes(case):
        return
    yield case.finding(
        "QG-1671", Level.ERROR if case.use.display_output else Level.WARNING,
        f"integer code values up to {values.max():.9g}; the format takes values where 1.0 is full",
        statistic="integer_codes", value=float(values.max()), limit=1.0,
    )  # fmt: skip


def holds_codes(case: Case) -> bool:
    """Whether a format of floating-point values holds integers as large as a white."""
    if case.format is None or case.format.partition(" ")[0] not in FLOAT_FORMATS:
        return False
    values = table_values(case.lut)
    return values is not None and float(values.max()) >= _SMALLEST_WHITE and bool((values == np.rint(values)).all())


def clipping(case: Case) -> Iterator[Finding]:
    """No more colours run into 0 or 1 than before (`technical` without a previous version: than in the input)."""
    if case.previous is not None:
        before = clipped_share(case.old_codes(case.previous))
    elif case.technical and case.use.display_output:
        before = clipped_share(case.lattice())
    else:
        return
    after = clipped_share(case.codes())
    if after > before + _CLIPPED:
        yield case.finding(
            "QG-1660", Level.WARNING,
            f"clipping grew to {after:.1%} from {before:.1%}; share of colours with a channel at 0 or 1",
            statistic="clipping", value=after, limit=before + _CLIPPED,
        )  # fmt: skip


def clipped_share(codes: Array) -> float:
    """Share of colours with a channel at or beyond 0 or 1, 0..1."""
    return float(((codes <= _TOLERANCE) | (codes >= 1.0 - _TOLERANCE)).any(axis=1).mean())


def table_values(lut: Lut) -> Array | None:
    """The values of the last table; None where that is no table."""
    match lut:
        case Lut1D() | Lut3D():
            return lut.table
        case Curves():
            return np.concatenate(lut.outputs)
        case Chain():
            return table_values(lut.stages[-1])
        case _:
            return None
