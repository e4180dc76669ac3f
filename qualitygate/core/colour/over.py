"""Laying a picture with alpha on a colour: by whole numbers where that is exact, and band by band."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Samples

_BAND = 32  # rows that are looked at together; in float64 a whole picture would take 24 times its bytes


def over(samples: Samples, alpha: Samples, back: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Samples laid on one colour: `round(65535 (s a + back (1 - a)))` of samples and alpha as shares of full scale.

    Args:
        samples: uint8 or uint16 `(H, W, 3)`.
        alpha: The same type, `(H, W)`, straight.
        back: The colour, float64 `(3,)`, 0..1.

    Returns:
        uint16 `(H, W, 3)`.
    """
    full = int(np.iinfo(samples.dtype).max)
    levels = np.rint(back * full)
    whole = bool((levels / full == back).all())
    out = np.empty(samples.shape, dtype=np.uint16)
    for top in range(0, len(samples), _BAND):
        rows = slice(top, top + _BAND)
        least, most = int(alpha[rows].min(initial=full)), int(alpha[rows].max(initial=0))
        if least == full:
            np.multiply(samples[rows], 65535 // full, out=out[rows], dtype=np.uint16)
        elif most == 0:
            out[rows] = np.rint(back * 65535.0)
        elif whole:
            _by_whole_numbers(samples[rows], alpha[rows], levels.astype(np.uint32), full, out[rows])
        else:
            share = (alpha[rows].astype(np.float64) / full)[..., None]
            out[rows] = np.rint((samples[rows].astype(np.float64) / full * share + back * (1.0 - share)) * 65535.0)
    return out


def _by_whole_numbers(
    samples: Samples, alpha: Samples, levels: NDArray[np.uint32], full: int, out: NDArray[np.uint16]
) -> None:
    """The same where the colour is a whole level, as 8-bit sRGB is in sRGB.

    With x = s a + level (full - a) the result is round(65535 x / full^2), which is round(257 x / 255) of 8 bits and
    round(x / 65535) of 16. Both divisors are odd, so nothing lies halfway, and nothing lies as near to halfway as
    float64 is wrong. No sum reaches 2^32.
    """
    alphas = alpha.astype(np.uint32)
    rest = full - alphas
    scale, divisor = (257, 255) if full == 255 else (1, 65535)
    for channel, level in enumerate(levels):
        sums = samples[..., channel] * alphas
        sums += rest * level
        sums *= np.uint32(scale)
        sums += np.uint32(divisor // 2)
        sums //= np.uint32(divisor)
        out[..., channel] = sums
