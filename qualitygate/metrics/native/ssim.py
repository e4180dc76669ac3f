"""The map of SSIM by the compiled kernel; the same numbers as `metrics.ssim_map`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.cell_sums import Sums
from qualitygate.core.image import Samples
from qualitygate.core.mask import window_cuts
from qualitygate.core.native import kernels
from qualitygate.core.threads import spread
from qualitygate.metrics.ssim_map import K1, K2, RADIUS
from qualitygate.metrics.ssim_map import ssim_map as numpy_map

Plane = NDArray[np.float32]
# Values from which on a thread of its own pays.
_LEAST = 1 << 18
# Rows of tiles that share out well among threads; of fewer, tiles are shared out.
_LEAST_BANDS = 8


def ssim_map(
    reference: Plane | Samples, candidate: Plane | Samples, data_range: float = 255.0, level: int | None = None
) -> Plane:
    """SSIM at every position at which the window lies inside the pictures.

    Args:
        reference, candidate: float32 luma `(H, W)` of one size in 0..`data_range`, or uint8 sRGB samples `(H, W, 3)`,
            whose luma is formed by the tile; both sides at least 11.
        data_range: The L of the constants (K1 L)^2 and (K2 L)^2.
        level: Instruction set, one of `native.NAMES`; None for the best there is. For tests.

    Returns:
        float32 `(H - 10, W - 10)`, in -1..1.

    Raises:
        ValueError: Samples where the kernel is not there; their luma has to be formed first.
    """
    native = kernels()
    if native is None:
        if reference.ndim == 3:
            raise ValueError("the kernel is not there: form the luma first")
        return numpy_map(reference, candidate, data_range)  # type: ignore[arg-type]
    height, width = reference.shape[0] - 2 * RADIUS, reference.shape[1] - 2 * RADIUS
    one, two = np.ascontiguousarray(reference), np.ascontiguousarray(candidate)
    out = np.empty((height, width), dtype=np.float32)
    c1, c2 = _constants(data_range)

    # Parts are whole tiles, so that the number of threads does not move the borders of tiles.
    tiles = -(-height // native.SSIM_ROWS) * -(-width // native.SSIM_COLUMNS)

    def part(first: int, end: int) -> None:
        native.ssim(one, two, width + 2 * RADIUS, c1, c2, level or native.LEVEL, first, end, out)

    spread(part, tiles, _LEAST * tiles // (height * width))
    return out


def ssim_map_and_sums(reference: Samples, candidate: Samples) -> tuple[Plane, Sums | None]:
    """`ssim_map` of samples, and what `core.cell_sums` says of it by `window_cuts`: None where that does not pay.

    The map of a large picture is thus added up while it is still in the cache. The kernel has to be there.

    Raises:
        ValueError: It is not.
    """
    native = kernels()
    height, width = reference.shape[0] - 2 * RADIUS, reference.shape[1] - 2 * RADIUS
    if native is None or height <= (_LEAST_BANDS - 1) * native.SSIM_ROWS:
        return ssim_map(reference, candidate), None
    bands, across = -(-height // native.SSIM_ROWS), -(-width // native.SSIM_COLUMNS)
    one, two = np.ascontiguousarray(reference), np.ascontiguousarray(candidate)
    out = np.empty((height, width), dtype=np.float32)
    row_cuts, column_cuts = window_cuts(out.shape)
    sums = np.empty((len(row_cuts) - 1, len(column_cuts) - 1), dtype=np.float64)
    # No cell reaches from one row of tiles into the next: tiles are some steps of windows high.
    cells = np.searchsorted(row_cuts, np.minimum(np.arange(bands + 1) * native.SSIM_ROWS, height)).tolist()
    c1, c2 = _constants(255.0)

    def part(first: int, end: int) -> None:
        for band in range(first, end):
            tiles = band * across, (band + 1) * across
            native.ssim(one, two, width + 2 * RADIUS, c1, c2, native.LEVEL, *tiles, out)
            native.cell_sums(out, row_cuts, column_cuts, None, native.LEVEL, cells[band], cells[band + 1], sums)

    spread(part, bands, _LEAST * bands // (height * width))
    return out, sums


def _constants(data_range: float) -> tuple[float, float]:
    """Twice (K1 L)^2 and (K2 L)^2: the kernel forms sum and difference, as `metrics.ssim_map` does."""
    return 2 * (K1 * data_range) ** 2, 2 * (K2 * data_range) ** 2
