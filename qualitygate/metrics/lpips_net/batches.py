"""Small pictures of one size through the network together: most of their time is spent on starting operations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from qualitygate.metrics.base import Pair
from qualitygate.metrics.lpips_net.forward import LayerMaps, Network
from qualitygate.metrics.lpips_net.samples import samples

# Measured on a CPU with one thread: sixteen pictures of 64x64 or 128x128 take less than half the time together, of
# 256x256 four fifths; larger ones gain nothing. A GPU is given more, since it idles longer between operations.
_SMALL = {"cpu": 256 * 256, "auto": 256 * 256}
_SMALL_ON_GPU = 1024 * 1024
_TOGETHER = {"cpu": 1 << 19}
_TOGETHER_ON_GPU = 1 << 22
_LEAST = 8


def worth_batching(size: tuple[int, int], device: str) -> bool:
    """Whether pictures of a size gain from being measured together on a device."""
    return size[0] * size[1] <= _SMALL.get(device, _SMALL_ON_GPU)


def together(pixels: int, device: str) -> int:
    """How many pairs of so many pixels are worth being decoded and held for measuring at once; 1 where none are."""
    if device in _TOGETHER or device == "auto":
        count = _TOGETHER["cpu"] // (2 * pixels)
        # Sixty-four pairs of 64x64 take 0.37 of the time, of 128x128 half, of 256x256 as long as one by one.
        return count if count >= _LEAST else 1
    # While a device measures, the next pairs are decoded.
    return max(4, _TOGETHER_ON_GPU // (2 * pixels))


def batched(pairs: Sequence[Pair], trunk: Network) -> Iterator[tuple[LayerMaps, int]]:
    """The layer maps of each pair, in order, and how many pairs were computed together.

    Args:
        pairs: Pictures of one size, which is worth batching.
        trunk: What to compute them with.

    A picture that occurs several times, such as the reference of several candidates, is computed once in a batch.
    """
    width, height = pairs[0][0].size
    count = max(1, _TOGETHER.get(trunk.device, _TOGETHER_ON_GPU) // (2 * width * height))
    for start in range(0, len(pairs), count):
        found: dict[bytes, int] = {}
        pictures: list[NDArray[np.float32]] = []
        indices: list[tuple[int, int]] = []
        part = pairs[start : start + count]
        for reference, candidate, mask in part:
            both = []
            for tile in samples(reference, candidate, mask):
                key = hashlib.sha256(tile.data).digest()
                if key not in found:
                    found[key] = len(pictures)
                    pictures.append(tile)
                both.append(found[key])
            indices.append((both[0], both[1]))
        for maps in trunk.batched_layer_maps(np.stack(pictures), indices):
            yield maps, len(part)
