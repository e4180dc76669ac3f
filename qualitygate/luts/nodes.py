"""Inputs that show all there is in a LUT: the nodes of its tables, and lattices."""

from __future__ import annotations

import numpy as np

from qualitygate.core.lut import Array, Chain, Curves, Evaluated, Lut, Lut1D, Lut3D, Matrix, Stage

LATTICE = 33
_RAMP = 257


def domain_of(lut: Lut) -> Array:
    """Smallest and largest input per channel, `(2, 3)`; 0 and 1 for what has no bounds."""
    match lut:
        case Lut1D() | Lut3D():
            return lut.domain
        case Curves():
            return np.array([[given[0] for given in lut.inputs], [given[-1] for given in lut.inputs]])
        case Chain():
            return domain_of(lut.stages[0])
        case _:
            return np.array([[0.0] * 3, [1.0] * 3])


def lattice(domain: Array, shape: tuple[int, int, int]) -> Array:
    """A regular lattice over a domain, `(r * g * b, 3)`, red changing slowest."""
    axes = [np.linspace(domain[0, c], domain[1, c], shape[c]) for c in range(3)]
    out = np.empty((*shape, 3))
    out[..., 0], out[..., 1], out[..., 2] = axes[0][:, None, None], axes[1][:, None], axes[2]
    return out.reshape(-1, 3)


def nodes(lut: Lut) -> Array:
    """Inputs at which a LUT was given: `(n, 3)`.

    A 3D table gives its nodes, pulled back through whatever can be inverted before it. Curves give their points along
    the neutral axis, and, like a matrix or a chain that cannot be inverted, a 33^3 lattice of their domain.
    """
    match lut:
        case Lut3D():
            shape = lut.table.shape
            return lattice(lut.domain, (shape[0], shape[1], shape[2]))
        case Chain():
            return _of_chain(lut)
        case Evaluated():
            size = min(lut.size or LATTICE, 65) if "3d" in lut.kind else LATTICE
            return lattice(domain_of(lut), (max(size, 2),) * 3)
        case _:
            grid = lattice(domain_of(lut), (LATTICE,) * 3)
            return grid if isinstance(lut, Matrix) else np.concatenate([_points(lut), grid])


def neutrals(lut: Lut) -> Array:
    """The neutral axis: inputs of three equal values, `(n, 3)`, rising, at equal steps and at the points of curves."""
    domain = domain_of(lut)
    low, high = float(domain[0].max()), float(domain[1].min())
    if low >= high:  # the channels have no range in common: neutrals are clamped somewhere
        low, high = float(domain[0].min()), float(domain[1].max())
    values = np.linspace(low, high, _RAMP)
    for stage in lut.stages[:1] if isinstance(lut, Chain) else (lut,):
        if isinstance(stage, Lut1D | Curves):
            points = _points(stage).ravel()
            values = np.concatenate([values, points[(points >= low) & (points <= high)]])
        elif isinstance(stage, Lut3D):
            values = np.concatenate([values, np.linspace(low, high, stage.size)])
    values.sort()  # numpy.unique would load numpy.ma for nothing
    return np.repeat(values[np.diff(values, prepend=-np.inf) > 0][:, None], 3, axis=1)


def _points(lut: Stage) -> Array:
    """Points of curves, channel by channel side by side, `(n, 3)`."""
    if isinstance(lut, Lut1D):
        return np.linspace(lut.domain[0], lut.domain[1], lut.size)
    if isinstance(lut, Curves):
        longest = max(len(given) for given in lut.inputs)
        # A shorter curve repeats its last point, which does no harm.
        return np.stack([np.pad(given, (0, longest - len(given)), "edge") for given in lut.inputs], axis=1)
    return np.empty((0, 3))


def _of_chain(chain: Chain) -> Array:
    domain = domain_of(chain)
    found = [lattice(domain, (LATTICE,) * 3), _points(chain.stages[0])]
    for index, stage in enumerate(chain.stages):
        if isinstance(stage, Lut3D):
            back = _pulled_back(nodes(stage), chain.stages[:index])
            if back is not None:
                inside = ((back >= domain[0]) & (back <= domain[1])).all(axis=1)
                found.append(back[inside])
            break
    return np.concatenate(found)


def _pulled_back(colours: Array, stages: tuple[Stage, ...]) -> Array | None:
    for stage in reversed(stages):
        undone = inverted(stage, colours)
        if undone is None:
            return None
        colours = undone
    return colours


def inverted(stage: Stage, colours: Array) -> Array | None:
    """Inputs that a curve or a matrix maps to these colours, `(n, 3)`; None where it cannot be inverted.

    Outputs that a curve never reaches give its nearest end.
    """
    if isinstance(stage, Matrix):
        if abs(np.linalg.det(stage.matrix)) < 1e-9:
            return None
        return np.asarray(np.linalg.solve(stage.matrix, (colours - stage.offset).T).T, np.float64)
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    if isinstance(stage, Lut1D):
        inputs, outputs = tuple(_points(stage).T), tuple(stage.table.T)
    elif isinstance(stage, Curves):
        inputs, outputs = stage.inputs, stage.outputs
    else:
        return None
    columns = []
    for channel, (given, out) in enumerate(zip(inputs, outputs, strict=True)):
        steps = np.diff(out)
        if not ((steps > 0).all() or (steps < 0).all()):
            return None
        order = slice(None) if steps[0] > 0 else slice(None, None, -1)
        columns.append(np.interp(colours[:, channel], out[order], given[order]))
    return np.stack(columns, axis=1)
