"""What a LUT does to colours. Nothing here looks at files."""

from __future__ import annotations

from typing import Literal, assert_never

import numpy as np

from qualitygate.core.lut import Array, Chain, Curves, Evaluated, Lut, Lut1D, Lut3D, Matrix

Interpolation = Literal["tetrahedral", "trilinear"]
_BLOCK = 1 << 16


def apply(lut: Lut, colours: Array, interpolation: Interpolation = "tetrahedral") -> Array:
    """Map colours through a LUT; inputs outside its domain are clamped to it, outputs are not clamped.

    Args:
        lut: Any LUT.
        colours: RGB input values, shape (N, 3), finite.
        interpolation: How 3D tables are read between their nodes; 1D tables and curves are always linear.

    Returns:
        RGB output values, float64, shape (N, 3).
    """
    colours = np.ascontiguousarray(colours, np.float64)
    # Wild but finite values may overflow on the way.
    with np.errstate(over="ignore", invalid="ignore"):
        if len(colours) <= _BLOCK:
            return _bounded(_apply(lut, colours, interpolation))
        out = np.empty_like(colours)
        for start in range(0, len(colours), _BLOCK):
            out[start : start + _BLOCK] = _bounded(_apply(lut, colours[start : start + _BLOCK], interpolation))
    return out


def _apply(lut: Lut, colours: Array, interpolation: Interpolation) -> Array:
    match lut:
        case Lut1D():
            return _linear(lut, colours)
        case Curves():
            columns = [np.interp(colours[:, c], lut.inputs[c], lut.outputs[c]) for c in range(3)]
            return np.stack(columns, axis=1)
        case Lut3D():
            return tetrahedral(lut, colours) if interpolation == "tetrahedral" else trilinear(lut, colours)
        case Matrix():
            return colours @ lut.matrix.T + lut.offset
        case Evaluated():
            return lut.function(colours)
        case Chain():
            for stage in lut.stages:
                colours = _bounded(_apply(stage, colours, interpolation))
            return colours
        case _:
            assert_never(lut)


def _bounded(colours: Array) -> Array:
    """Finite colours as they are; of others, what overflowed becomes the largest number, what has no value zero."""
    return colours if np.isfinite(colours).all() else np.nan_to_num(colours)


def _linear(lut: Lut1D, colours: Array) -> Array:
    last = lut.size - 1
    position = np.clip((colours - lut.domain[0]) / (lut.domain[1] - lut.domain[0]) * last, 0.0, last)
    lower = np.minimum(position.astype(np.intp), last - 1)
    fraction = position - lower
    channel = np.arange(3)
    low = lut.table[lower, channel]
    mapped: Array = low + fraction * (lut.table[lower + 1, channel] - low)
    return mapped


def _cell(
    lut: Lut3D, colours: Array
) -> tuple[Array, np.ndarray[tuple[int], np.dtype[np.intp]], Array, tuple[int, int, int]]:
    """The table as rows of colours, the row of each colour's lower node, the place within its cell, and the strides."""
    sizes = np.array(lut.table.shape[:3])
    position = (colours - lut.domain[0]) / (lut.domain[1] - lut.domain[0]) * (sizes - 1)
    position = np.clip(position, 0.0, sizes - 1)
    lower = np.minimum(position.astype(np.intp), sizes - 2)
    # Files have red or blue fastest; a view in file order needs no copy of the table, whichever it is.
    if lut.table.transpose(2, 1, 0, 3).flags.c_contiguous:
        rows = lut.table.transpose(2, 1, 0, 3).reshape(-1, 3)
        strides = (1, int(sizes[0]), int(sizes[0] * sizes[1]))
    else:
        rows = lut.table.reshape(-1, 3)
        strides = (int(sizes[1] * sizes[2]), int(sizes[2]), 1)
    return rows, lower @ np.array(strides), position - lower, strides


def tetrahedral(lut: Lut3D, colours: Array) -> Array:
    """Tetrahedral interpolation (Sakamoto and Itooka, US patent 4275413, 1981): each cell is cut into six
    tetrahedra along its neutral diagonal, and a colour is weighted between the four corners of its own.

    Args:
        lut: The table.
        colours: Shape (N, 3).

    Returns:
        Shape (N, 3).
    """
    rows, base, fraction, (red, green, blue) = _cell(lut, colours)
    r, g, b = fraction.T
    largest, smallest = fraction.max(axis=1), fraction.min(axis=1)
    middle = r + g + b - largest - smallest
    # The path from the lower to the upper corner takes the axis of the largest fraction first, the smallest last.
    to_first = np.where(r == largest, red, np.where(g == largest, green, blue))
    to_last = np.where(b == smallest, blue, np.where(g == smallest, green, red))
    across = red + green + blue
    out: Array = rows[base] * (1.0 - largest)[:, None]
    out += rows[base + to_first] * (largest - middle)[:, None]
    out += rows[base + (across - to_last)] * (middle - smallest)[:, None]
    out += rows[base + across] * smallest[:, None]
    return out


def trilinear(lut: Lut3D, colours: Array) -> Array:
    """Trilinear interpolation between the eight corners of a cell.

    Args:
        lut: The table.
        colours: Shape (N, 3).

    Returns:
        Shape (N, 3).
    """
    rows, base, fraction, (red, green, blue) = _cell(lut, colours)
    r, g, b = (fraction[:, channel, None] for channel in range(3))
    along_blue = []
    for z in (0, blue):
        low = rows[base + z] * (1 - r) + rows[base + z + red] * r
        high = rows[base + z + green] * (1 - r) + rows[base + z + green + red] * r
        along_blue.append(low * (1 - g) + high * g)
    mapped: Array = along_blue[0] * (1 - b) + along_blue[1] * b
    return mapped
