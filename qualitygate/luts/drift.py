"""How far a LUT moved from its previous version, in DeltaE00."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from qualitygate.core.colour.ciede2000_fast import delta_e_lab
from qualitygate.core.lut import Array, Lut, Lut3D
from qualitygate.core.lut_drift import POPULATIONS as POPULATIONS
from qualitygate.core.lut_drift import SPEC as SPEC
from qualitygate.core.lut_outcome import Drift
from qualitygate.core.lut_use import LutUse
from qualitygate.core.statistics import quantile
from qualitygate.luts.apply import apply
from qualitygate.luts.colours import SKIN, colorchecker, natural, palette
from qualitygate.luts.encodings import LutEncoding, encoding
from qualitygate.luts.nodes import nodes

_WORST = 8
_TILE = 16384


class WorstNode(NamedTuple):
    """One of the grid nodes that moved furthest.

    Attributes:
        input: Code values that lead to it.
        before, after: Outputs of the two versions.
        delta_e: DeltaE00 between them.
    """

    input: Array
    before: Array
    after: Array
    delta_e: float


def drift(new: Lut, old: Lut, use: LutUse) -> Drift:
    """DeltaE00 (CIEDE2000) of the outputs of two LUTs for the same inputs.

    Args:
        new, old: Two versions. 3D tables are interpolated tetrahedrally; inputs outside a domain are clamped to it.
        use: Encodings, which say how chart colours become inputs and outputs become L*a*b*, and the brand palette.

    Returns:
        Population to `mean`, `p95` and `max`. `grid` is the union of the nodes of both. Where the input encoding is
        `none`, no chart can be laid on, and `grid` stands alone; without a palette there is no `brand`.
    """
    found = {"grid": _summary(grid(new, old, use)[1])}
    if use.input == "none":
        return found
    charts = {"colorchecker": colorchecker(), "brand": palette(use.palette), "natural": natural()}
    names = [name for name, chart in charts.items() if len(chart)]
    codes = encoding(use.input).codes(np.concatenate([charts[name] for name in names]))
    moved = _delta_e(new, old, codes, use)
    at = 0
    for name in names:
        part = moved[at : at + len(charts[name])]
        at += len(part)
        found[name] = _summary(part)
        if name == "colorchecker":
            found["skin"] = _summary(part[list(SKIN)])
    return {name: found[name] for name in POPULATIONS if name in found}


def grid(new: Lut, old: Lut, use: LutUse) -> tuple[Callable[[], Array], Array]:
    """The union of the nodes of two LUTs: what gives the inputs `(n, 3)`, and the DeltaE00 between them, `(n,)`."""
    if isinstance(new, Lut3D) and isinstance(old, Lut3D) and _share_nodes(new, old):
        # The nodes are the tables: nothing is interpolated. Tables are taken in the order they lie in memory.
        order = (2, 1, 0, 3) if new.table.transpose(2, 1, 0, 3).flags.c_contiguous else (0, 1, 2, 3)
        after, before = (lut.table.transpose(order).reshape(-1, 3) for lut in (new, old))

        def inputs() -> Array:
            return nodes(new).reshape(new.table.shape).transpose(order).reshape(-1, 3)

        return inputs, _between(after, before, encoding(use.output))
    union = _without_twins(np.concatenate([nodes(new), nodes(old)]))
    return lambda: union, _delta_e(new, old, union, use)


def _without_twins(points: Array) -> Array:
    """The points `(n, 3)` without repetitions, those included that differ by rounding only. The order is lost."""
    keys = np.ascontiguousarray(points.round(12) + 0.0)  # so that -0 is 0
    order = np.lexsort(keys.T)
    ordered = keys[order]
    fresh = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
    unique: Array = points[order[fresh]]
    return unique


def worst_nodes(new: Lut, old: Lut, use: LutUse, count: int = _WORST) -> tuple[WorstNode, ...]:
    """The grid nodes that moved furthest, the worst first."""
    inputs, moved = grid(new, old, use)
    chosen = np.argsort(moved, kind="stable")[::-1][:count]
    codes = inputs()[chosen]
    before, after = apply(old, codes), apply(new, codes)
    return tuple(WorstNode(codes[n], before[n], after[n], float(moved[i])) for n, i in enumerate(chosen))


def flat(found: Drift) -> dict[str, float]:
    """The same numbers by the names of the metric's statistics, such as `grid_max`."""
    return {f"{name}_{statistic}": value for name, values in found.items() for statistic, value in values.items()}


def _share_nodes(new: Lut3D, old: Lut3D) -> bool:
    return new.table.shape == old.table.shape and bool((new.domain == old.domain).all())


def _delta_e(new: Lut, old: Lut, inputs: Array, use: LutUse) -> Array:
    return _between(apply(new, inputs), apply(old, inputs), encoding(use.output))


def _between(after: Array, before: Array, meaning: LutEncoding) -> Array:
    moved = np.zeros(len(after))
    for start in range(0, len(after), _TILE):
        new, old = after[start : start + _TILE], before[start : start + _TILE]
        if not np.array_equal(new, old):
            moved[start : start + _TILE] = delta_e_lab(meaning.lab(new), meaning.lab(old))
    return moved


def _summary(moved: Array) -> dict[str, float]:
    return {"mean": float(moved.mean()), "p95": quantile(moved, 0.95), "max": float(moved.max())}
