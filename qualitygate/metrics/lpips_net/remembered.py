"""Features that were computed before, for several candidates of one reference, or several references of one candidate.

They are kept by the digest of the samples that they were computed from, so they can never be those of other samples.
Most pictures of a run are met once. So nothing is kept of a tile at first sight but a checksum of some of its pixels;
its features are kept when it comes again, and found from then on. The least recently used are let go.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Features = tuple["torch.Tensor", ...]

# AlexNet's features take 42 bytes for each pixel: those of four pictures of a megapixel.
BYTES = 176 * 10**6
_SIGHTS = 4096
_EVERY = 8  # pixels between those that the checksum looks at


class RememberedFeatures:
    """Features by the samples of a tile, bounded in bytes.

    Args:
        capacity: Most bytes to hold; 0 remembers nothing.
    """

    def __init__(self, capacity: int = BYTES) -> None:
        self._capacity = capacity
        self._held = 0
        self._features: OrderedDict[bytes, Features] = OrderedDict()
        self._sights: OrderedDict[int, None] = OrderedDict()

    @property
    def held(self) -> int:
        """Bytes of features that are held."""
        return self._held

    def key(self, tile: NDArray[np.float32]) -> bytes | None:
        """What to look a tile's features up by; None at first sight, when they cannot be there nor are worth keeping.

        Args:
            tile: Samples as they go into the network, float32 `(h, w, 3)`.
        """
        if not self._capacity:
            return None
        some = np.ascontiguousarray(tile[::_EVERY, ::_EVERY])
        sight = zlib.crc32(some.data, hash(tile.shape) & 0xFFFFFFFF)
        known = sight in self._sights
        self._sights[sight] = None
        self._sights.move_to_end(sight)
        if len(self._sights) > _SIGHTS:
            self._sights.popitem(last=False)
        if not known:
            return None
        digest = hashlib.sha256(repr(tile.shape).encode("ascii"))
        digest.update(np.ascontiguousarray(tile).data)
        return digest.digest()

    def get(self, key: bytes) -> Features | None:
        """The features of a tile, where they are held."""
        found = self._features.get(key)
        if found is not None:
            self._features.move_to_end(key)
        return found

    def put(self, key: bytes, features: Features) -> None:
        """Hold features, letting others go for them; what is larger than all there is room for is not held."""
        size = _bytes(features)
        if key in self._features or size > self._capacity:
            return
        while self._held + size > self._capacity:
            _, oldest = self._features.popitem(last=False)
            self._held -= _bytes(oldest)
        self._features[key] = features
        self._held += size


def _bytes(features: Features) -> int:
    return sum(tap.element_size() * tap.nelement() for tap in features)
