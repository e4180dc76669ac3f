"""The map of SSIM in torch: `metrics.ssim_map` for many tiles at once.

The Gaussian window is applied by adding shifted planes, not by convolutions, whose algorithm and precision a device
chooses for itself. Tiles are centred near their own means, as on the CPU, before products are formed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.view import BT601_LUMA
from qualitygate.metrics.on_device.chunks import pixels_at_once
from qualitygate.metrics.ssim_map import K1, K2, WINDOW, gaussian_window

if TYPE_CHECKING:
    import torch

Plane = NDArray[np.float32]

# Values of the map per side of a tile: small, so that few pixels are far from the mean of theirs.
TILE = 64


def ssim_maps(
    pairs: Sequence[tuple[NDArray[np.generic], NDArray[np.generic]]],
    device: str,
    data_range: float = 255.0,
    chunk: int | None = None,
) -> list[Plane]:
    """SSIM at every position at which the window lies inside the pictures, for several pairs.

    Args:
        pairs: Luma float32 `(H, W)` or sRGB samples uint8 `(H, W, 3)`, both of one size of at least 11 a side.
        device: A device that torch has here.
        data_range: The L of the constants.
        chunk: Pixels worked on at once, `pixels_at_once(device)` unless given; a tile at least. Does not change the
            numbers.

    Returns:
        float32 `(H - 10, W - 10)` for each pair, in -1..1; exactly 1 where everything under the window is equal.
    """
    maps = [np.ones((one.shape[0] - WINDOW + 1, one.shape[1] - WINDOW + 1), dtype=np.float32) for one, _ in pairs]
    sizes: dict[tuple[int, ...], list[int]] = {}
    for index, (one, other) in enumerate(pairs):
        if one.ndim == other.ndim and np.array_equal(one, other):
            continue
        sizes.setdefault((*one.shape, *other.shape), []).append(index)
    most = chunk or pixels_at_once(device)
    for (height, width, *_), indices in sizes.items():
        blocks = _blocks(height, width, most)
        together = max(1, most // (width * height))
        for start in range(0, len(indices), together):
            group = indices[start : start + together]
            for block in blocks:
                planes = [
                    _luma(np.stack([pairs[index][side][block] for index in group]), device) for side in (0, 1)
                ]  # fmt: skip
                found = _block(planes[0], planes[1], data_range).cpu().numpy()
                for index, values in zip(group, found, strict=True):
                    top, left = (span.start for span in block)
                    maps[index][top : top + values.shape[0], left : left + values.shape[1]] = values
    return maps


def _blocks(height: int, width: int, most: int) -> list[tuple[slice, slice]]:
    """Parts of a picture of whole tiles with their margins, and of about so many pixels."""
    columns = min(max(TILE, most // TILE // TILE * TILE), -(-width // TILE) * TILE)  # of the map at once
    rows = max(TILE, most // columns // TILE * TILE)
    margin = WINDOW - 1
    return [
        (slice(top, min(top + rows + margin, height)), slice(left, min(left + columns + margin, width)))
        for top in range(0, height - margin, rows)
        for left in range(0, width - margin, columns)
    ]


def _luma(samples: NDArray[np.generic], device: str) -> torch.Tensor:
    """float32 `(n, h, w)` on the device."""
    import torch

    on_device = torch.from_numpy(samples).to(device)
    if on_device.ndim == 3:
        return on_device.float()
    red, green, blue = on_device.float().unbind(-1)
    return red * BT601_LUMA[0] + green * BT601_LUMA[1] + blue * BT601_LUMA[2]


def _block(reference: torch.Tensor, candidate: torch.Tensor, data_range: float) -> torch.Tensor:
    """The map `(n, h - 10, w - 10)` of planes `(n, h, w)`."""
    height, width = reference.shape[1] - WINDOW + 1, reference.shape[2] - WINDOW + 1
    x, y = _tiles(reference), _tiles(candidate)
    centre_x, centre_y = (one[..., ::4, ::4].mean(dim=(-2, -1), keepdim=True) for one in (x, y))
    x, y = x - centre_x, y - centre_y
    total, difference = x + y, x - y
    sums = [_filtered(total), _filtered(difference)]
    squares = [_filtered(total * total), _filtered(difference * difference)]
    for square, mean in zip(squares, sums, strict=True):
        square -= mean * mean
    sums[0] += centre_x + centre_y
    sums[1] += centre_x - centre_y
    sums = [one.square_() for one in sums]
    c1, c2 = 2 * (K1 * data_range) ** 2, 2 * (K2 * data_range) ** 2
    sums[0] += c1
    squares[0] += c2
    above = (sums[0] - sums[1]) * (squares[0] - squares[1])
    tiles = above / ((sums[0] + sums[1]) * (squares[0] + squares[1]))
    count, rows, columns = tiles.shape[:3]
    whole = tiles.permute(0, 1, 3, 2, 4).reshape(count, rows * TILE, columns * TILE)
    return whole[:, :height, :width]


def _tiles(planes: torch.Tensor) -> torch.Tensor:
    """Tiles with their margins, `(n, rows, columns, 74, 74)`, the border repeated where the last ones reach over it."""
    import torch.nn.functional as functional

    margin = WINDOW - 1
    below, right = (-(side - margin) % TILE for side in planes.shape[1:])
    padded = functional.pad(planes[:, None], (0, right, 0, below), mode="replicate")[:, 0]
    return padded.unfold(1, TILE + margin, TILE).unfold(2, TILE + margin, TILE)


def _filtered(tiles: torch.Tensor) -> torch.Tensor:
    """The Gaussian window over the last two axes at valid positions."""
    for axis in (-2, -1):
        length = tiles.shape[axis] - WINDOW + 1
        weights = [float(weight) for weight in gaussian_window()]
        out = tiles.narrow(axis, 0, length) * weights[0]
        for offset, weight in enumerate(weights[1:], start=1):
            out.add_(tiles.narrow(axis, offset, length), alpha=weight)
        tiles = out
    return tiles
