"""The map of structural similarity of two planes, in float32 tiles that stay in the cache."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WINDOW = 11
RADIUS = WINDOW // 2
SIGMA = 1.5
K1, K2 = 0.01, 0.03

Plane = NDArray[np.float32]

# Rows and columns of a tile of the map, and how many of either are filtered by one product: more at once means more
# products with zero, fewer means more calls.
TILE_ROWS, TILE_COLUMNS, BLOCK = 96, 512, 32


def gaussian_window() -> NDArray[np.float64]:
    """The 11 weights of the separable window, float64, sum 1."""
    offsets = np.arange(-RADIUS, RADIUS + 1)
    weights = np.exp(-0.5 * (offsets / SIGMA) ** 2)
    normalised: NDArray[np.float64] = weights / weights.sum()
    return normalised


def _banded(size: int) -> Plane:
    """`(size, size + 10)`: its product with a column of samples is the filtered column at valid positions."""
    matrix = np.zeros((size, size + WINDOW - 1), dtype=np.float32)
    for row in range(size):
        matrix[row, row : row + WINDOW] = gaussian_window()
    return matrix


_BAND = _banded(BLOCK)
_BAND_TRANSPOSED = np.ascontiguousarray(_BAND.T)  # BLAS is slower with the transposed view


def ssim_map(reference: Plane, candidate: Plane, data_range: float = 255.0) -> NDArray[np.float32]:
    """SSIM at every position at which the window lies inside the planes.

    Args:
        reference, candidate: float32 `(H, W)` of one size, both sides at least 11, in 0..`data_range`.
        data_range: The L of the constants (K1 L)^2 and (K2 L)^2.

    Returns:
        float32 `(H - 10, W - 10)`, in -1..1. Agrees with float64 to 1e-3 per value, in the mean to 1e-5.

    The moments of sum and difference stand in for those of the two planes: four filters instead of five, and where
    the planes are alike the small variance of the difference is not a difference of large numbers. Each tile is
    centred near its own means first, so that bright flat areas lose nothing to cancellation.
    """
    height, width = reference.shape[0] - WINDOW + 1, reference.shape[1] - WINDOW + 1
    # Twice the sums: |p|^2 + |q|^2 = 2 (|x|^2 + |y|^2) and |p|^2 - |q|^2 = 4 x y for p = x + y, q = x - y.
    c1, c2 = np.float32(2 * (K1 * data_range) ** 2), np.float32(2 * (K2 * data_range) ** 2)
    out = np.empty((height, width), dtype=np.float32)
    for top in range(0, height, TILE_ROWS):
        for left in range(0, width, TILE_COLUMNS):
            bottom, right = min(top + TILE_ROWS, height), min(left + TILE_COLUMNS, width)
            window = (slice(top, bottom + WINDOW - 1), slice(left, right + WINDOW - 1))
            x, y = reference[window], candidate[window]
            out[top:bottom, left:right] = 1.0 if np.array_equal(x, y) else _tile(x, y, c1, c2)
    return out


def _tile(x: Plane, y: Plane, c1: np.float32, c2: np.float32) -> Plane:
    """SSIM of one tile with its margin."""
    centre_x, centre_y = x[::4, ::4].mean(), y[::4, ::4].mean()  # any value near the middle will do
    x, y = x - centre_x, y - centre_y
    moments = np.empty((4, *x.shape), dtype=np.float32)
    np.add(x, y, out=moments[0])
    np.subtract(x, y, out=moments[1])
    np.multiply(moments[:2], moments[:2], out=moments[2:])
    sums, squares = np.split(_filter(moments), 2)
    squares -= sums * sums  # variances of sum and difference
    sums[0] += centre_x + centre_y
    sums[1] += centre_x - centre_y
    sums *= sums

    sums[0] += c1
    squares[0] += c2
    similarity: Plane = sums[0] - sums[1]
    similarity *= squares[0] - squares[1]
    sums[0] += sums[1]
    squares[0] += squares[1]
    sums[0] *= squares[0]
    similarity /= sums[0]
    return similarity


def _filter(planes: Plane) -> Plane:
    """Gaussian window over `(k, h, w)` planes at valid positions, as products with banded matrices."""
    count, height, width = planes.shape
    rows, columns = height - WINDOW + 1, width - WINDOW + 1
    vertical = np.empty((count, rows, width), dtype=np.float32)
    for top in range(0, rows, BLOCK):
        size = min(BLOCK, rows - top)
        band = _BAND[:size, : size + WINDOW - 1]
        np.matmul(band, planes[:, top : top + size + WINDOW - 1], out=vertical[:, top : top + size])
    stacked = vertical.reshape(count * rows, width)
    out = np.empty((count * rows, columns), dtype=np.float32)
    for left in range(0, columns, BLOCK):
        size = min(BLOCK, columns - left)
        band = _BAND_TRANSPOSED[: size + WINDOW - 1, :size]
        np.matmul(stacked[:, left : left + size + WINDOW - 1], band, out=out[:, left : left + size])
    return out.reshape(count, rows, columns)
