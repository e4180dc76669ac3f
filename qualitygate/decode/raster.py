"""Decoded samples before their colour is known, and the ways of scaling them to full range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Samples

Model = Literal["grey", "rgb", "cmyk", "lab"]


@dataclass(frozen=True, slots=True)
class Raster:
    """Samples as the file has them, full range.

    Attributes:
        samples: `(H, W)` for grey, else `(H, W, C)`; uint8 or uint16. CMYK counts ink (255 is full); L*a*b* is as
            Pillow has it, a* and b* as offset-free signed bytes.
        model: What the channels are.
        alpha: `(H, W)` of the same dtype, straight; None without alpha channel.
        decoder: Name and version of what decoded it.
        oriented: Whether the decoder has already turned it upright.
        icc: A profile that only the decoder could unpack.
    """

    samples: Samples
    model: Model
    decoder: str
    alpha: Samples | None = None
    oriented: bool = False
    icc: bytes | None = None


def as_samples(values: NDArray[Any]) -> Samples:
    """The array itself, C-contiguous, known to be uint8 or uint16.

    Raises:
        TypeError: For any other dtype; a decoder gave what it never should.
    """
    if values.dtype not in (np.uint8, np.uint16):
        raise TypeError(f"samples of {values.dtype}")
    return cast(Samples, np.ascontiguousarray(values))


def to_full_range(values: NDArray[Any], depth: int) -> Samples:
    """Scale samples of `depth` bits, 1 to 16, to all of uint8 (up to 8 bits) or uint16, rounding to nearest."""
    target = 255 if depth <= 8 else 65535
    kind: type[np.uint8] | type[np.uint16] = np.uint8 if depth <= 8 else np.uint16
    if depth in (8, 16):
        return as_samples(values.astype(kind, copy=False))
    top = (1 << depth) - 1
    table = ((np.arange(top + 1, dtype=np.uint64) * target * 2 + top) // (2 * top)).astype(kind)
    return as_samples(table[np.minimum(values, top)])


def unpremultiply(samples: Samples, alpha: Samples) -> Samples:
    """Straight samples from associated ones, rounded; black where alpha is zero."""
    full = 255 if alpha.dtype == np.uint8 else 65535
    divisor = np.maximum(alpha, 1).astype(np.uint64)
    if samples.ndim == 3:
        divisor = divisor[..., None]
    straight = (samples.astype(np.uint64) * full + divisor // 2) // divisor
    return as_samples(np.minimum(straight, full).astype(samples.dtype))


def drop_opaque(alpha: Samples | None) -> Samples | None:
    """The alpha channel, or None when it is opaque everywhere."""
    if alpha is None or bool((alpha == np.iinfo(alpha.dtype).max).all()):
        return None
    return as_samples(alpha)


def split_channels(full: Samples, decoder: str, *, oriented: bool = False) -> Raster:
    """A raster from one to four interleaved channels: grey, grey and alpha, RGB, RGB and alpha."""
    channels = 1 if full.ndim == 2 else full.shape[2]
    alpha = as_samples(full[..., -1]) if channels in (2, 4) else None
    if channels <= 2:
        return Raster(as_samples(full.reshape(*full.shape[:2], channels)[..., 0]), "grey", decoder, alpha, oriented)
    return Raster(as_samples(full[..., :3]), "rgb", decoder, alpha, oriented)
