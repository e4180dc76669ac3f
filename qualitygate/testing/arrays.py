"""Arrays of samples as PNG, taken strictly: whoever guesses a range or an order of channels compares something else."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.errors import ConfigError
from qualitygate.imaging.lossless import png_of

_CHANNELS = (1, 3, 4)
_ROUNDING = 4 * float(np.finfo(np.float32).eps)
"""What arithmetic in float32 leaves of 0 and 1: a few units in the last place."""


def encoded(value: Any, side: str) -> bytes:
    """An array as a PNG in sRGB that loses nothing of it; float32 becomes 16 bits, to the nearest of 65,536 levels.

    What lies outside of 0..1 by no more than rounding (4.8e-7) counts as 0 or 1.

    Args:
        value: `(H, W)` or `(H, W, C)` of uint8 or uint16 in full range, or of float32 within 0..1, with C of 1, 3 or 4;
            alpha is straight.
        side: `candidate` or `reference`, for messages.

    Raises:
        ConfigError: QG-1460, it has another shape, type or range, or holds what is no number.
    """
    if not isinstance(value, np.ndarray):
        raise _refused(side, f"{type(value).__name__} is a single number, no picture", None)
    if isinstance(value, np.ma.MaskedArray):
        raise _refused(side, "a masked array says nothing of what is behind its mask", "hand over `array.filled(0)`")
    samples = _shaped(value, side)
    kind, size = samples.dtype.kind, samples.dtype.itemsize
    if kind == "u" and size in (1, 2):
        return png_of(samples.astype(samples.dtype.newbyteorder("="), copy=False))
    if kind == "f" and size == 4:
        return png_of(_levels(samples, side))
    raise _refused(side, f"arrays of {value.dtype} are not taken", _hint(samples))


def _shaped(value: NDArray[Any], side: str) -> NDArray[Any]:
    shape = value.shape
    samples = value[..., np.newaxis] if value.ndim == 2 else value
    if samples.ndim == 3 and samples.shape[2] in _CHANNELS and samples.size:
        return samples
    hint = "(H, W, 3), (H, W, 4), (H, W, 1) or (H, W) is expected"
    if not value.size:
        hint = "a picture has pixels"
    elif value.ndim == 3 and shape[0] in _CHANNELS:
        hint = "channels stand last: `numpy.moveaxis(array, 0, -1)`"
    elif value.ndim == 4:
        hint = "hand over one picture of the batch"
    raise _refused(side, f"an array of shape {shape} is no picture", hint)


def _levels(samples: NDArray[np.float32], side: str) -> NDArray[np.uint16]:
    if not np.isfinite(samples).all():
        bad = int(np.count_nonzero(~np.isfinite(samples)))
        raise _refused(side, f"the array holds {bad:,} values that are no finite number", "fix what made them")
    low, high = float(samples.min()), float(samples.max())
    if low < -_ROUNDING or high > 1 + _ROUNDING:
        hint = "`numpy.clip(array, 0, 1)` if what lies outside is meant to be lost"
        if high >= 2:
            hint = f"divide by 255 if that is its range, or {hint}"
        raise _refused(side, f"float32 must lie within 0..1, the array reaches from {low:.9g} to {high:.9g}", hint)
    levels: NDArray[np.uint16] = np.rint(samples.clip(0, 1).astype(np.float64) * 65535).astype(np.uint16)
    return levels


def _hint(samples: NDArray[Any]) -> str:
    if samples.dtype.kind == "f":
        return "uint8, uint16 or float32 within 0..1 is expected: `array.astype(numpy.float32)`"
    if samples.dtype.kind == "b":
        return "uint8, uint16 or float32 within 0..1 is expected: `array.astype(numpy.uint8) * 255`"
    if samples.dtype.kind in "iu":
        return "uint8, uint16 or float32 within 0..1 is expected: `array.astype(numpy.uint8)` if 0..255 is its range"
    return "uint8, uint16 or float32 within 0..1 is expected"


def _refused(side: str, message: str, hint: str | None) -> ConfigError:
    return ConfigError(message, code="QG-1460", where=side, hint=hint)
