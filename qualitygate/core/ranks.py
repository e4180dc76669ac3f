"""The mean of many values, and those that would stand at given places if they were sorted, by the compiled kernel.

Values are counted by the upper bits of their patterns, which rise with the values where none is negative. Only those
that share a bin with a wanted place are picked and sorted, a few in a hundred of a photograph's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.native import kernels
from qualitygate.core.threads import spread

# Below, sorting is done before the counters are cleared.
WORTH = 1 << 15
# Blocks from which on a thread of its own pays: half a millisecond of counting.
_LEAST = 256


@dataclass(frozen=True, slots=True)
class _Part:
    """What one thread counted.

    Attributes:
        first, end: Its blocks.
        counts: Values per bin, uint32.
        zeros: How many values are zero, or -1: some are negative or not finite.
    """

    first: int
    end: int
    counts: NDArray[np.uint32]
    zeros: int


def mean_and_ranked(
    values: NDArray[np.float32], ranks: Sequence[int], level: int | None = None
) -> tuple[float, dict[int, float]] | None:
    """The mean and the values at places in ascending order; the same whatever the number of threads.

    Args:
        values: One-dimensional, float32, at least one.
        ranks: Places, 0 for the least value; at most eight.
        level: Instruction set, one of `native.NAMES`; None for the best there is. For tests.

    Returns:
        The mean, summed in float64, and the value at each place. None where sorting has to do it: the kernel was not
        built, or a value is negative (-0.0 as well) or not finite.
    """
    native = kernels()
    if native is None or values.dtype != np.float32:
        return None
    plane = np.ascontiguousarray(values)
    blocks = -(-plane.size // native.TALLY_BLOCK)
    sums, parts = np.empty(blocks, dtype=np.float64), list[_Part]()

    def count(first: int, end: int) -> None:
        counts = np.empty(native.TALLY_BINS, dtype=np.uint32)
        zeros = native.tally(plane, level or native.LEVEL, first, end, sums, counts)
        parts.append(_Part(first, end, counts, zeros))

    spread(count, blocks, _LEAST)
    if any(part.zeros < 0 for part in parts):
        return None
    counts = np.sum([part.counts for part in parts], axis=0, dtype=np.int64)
    zeros, upto = sum(part.zeros for part in parts), np.cumsum(counts)
    homes = np.searchsorted(upto, ranks, side="right")
    bins = np.unique(homes)
    wanted, first_is_zero = bins.astype(np.uint32), bool(bins[0] == 0)
    rooms = [np.empty(0, dtype=np.float32)]

    def pick(first: int, end: int) -> None:
        for part in parts[first:end]:
            count = int(part.counts[bins].sum()) - part.zeros * first_is_zero
            if count:
                room = np.empty(count + 8, dtype=np.float32)
                found = native.tally_pick(plane, wanted, level or native.LEVEL, part.first, part.end, room)
                rooms.append(room[:found])

    spread(pick, len(parts), 1)
    picked = np.sort(np.concatenate(rooms))
    # How many were picked of the bins before each; of that of zeros only the rest was.
    those = counts[bins]
    those[0] -= zeros * first_is_zero
    before = dict(zip(bins.tolist(), (np.cumsum(those) - those).tolist(), strict=True))
    placed = {}
    for rank, home in zip(ranks, homes.tolist(), strict=True):
        place = rank - (int(upto[home - 1]) if home else zeros)
        placed[rank] = float(picked[before[home] + place]) if place >= 0 else 0.0
    return float(sums.sum()) / plane.size, placed
