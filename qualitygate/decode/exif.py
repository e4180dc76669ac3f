"""The one EXIF tag that changes pixels: orientation."""

from __future__ import annotations

import struct

from qualitygate.core.image import Samples
from qualitygate.decode.raster import as_samples

_ORIENTATION = 0x0112


def orientation_of(exif: bytes) -> int | None:
    """Orientation 1..8 of IFD 0 (Exif 3.0, 4.6.5.1.6), 1 when the tag is absent; None when the EXIF cannot be read.

    `exif` may begin with the `Exif\\0\\0` of JPEG. Nothing but the first directory is looked at.
    """
    tiff = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    try:
        (offset,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, offset)
        for index in range(count):
            tag, kind, number, value = struct.unpack_from(order + "HHIH", tiff, offset + 2 + 12 * index)
            if tag == _ORIENTATION:
                return int(value) if kind == 3 and number == 1 and 1 <= value <= 8 else 1
    except struct.error:
        return None
    return 1


def orient(samples: Samples, orientation: int) -> Samples:
    """Turn stored samples `(H, W)` or `(H, W, C)` upright: EXIF orientation 1..8, as `ImageOps.exif_transpose`."""
    turned = samples.swapaxes(0, 1) if orientation >= 5 else samples
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    return as_samples(turned)
