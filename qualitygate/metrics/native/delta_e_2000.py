"""DeltaE00 of whole pictures by the compiled kernel; the same numbers as `core.colour.ciede2000_fast`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.ciede2000_fast import delta_e_map as numpy_map
from qualitygate.core.colour.lab_planes import LabPlanes
from qualitygate.core.image import Image
from qualitygate.core.native import kernels
from qualitygate.core.threads import spread

# A quarter of a megapixel takes about three milliseconds; starting a thread takes a tenth of one.
_LEAST = 1 << 18


def delta_e_map(reference: Image, candidate: Image, level: int | None = None) -> NDArray[np.float32]:
    """CIEDE2000 of every pixel of two opaque pictures of one size.

    Args:
        reference, candidate: Pictures of `(H, W, 3)` samples, in any encodings. Colours outside sRGB are not clipped.
        level: Instruction set, one of `native.NAMES`; None for the best there is. For tests.

    Returns:
        float32 `(H, W)`, 0 or more; exactly 0 where encodings and samples agree.
    """
    native = kernels()
    if native is None:
        return numpy_map(reference, candidate)
    # In this machine's order of bytes, which the kernel takes for granted and NumPy minds.
    pixels1, pixels2 = (
        np.ascontiguousarray(image.pixels, dtype=image.pixels.dtype.newbyteorder("="))
        for image in (reference, candidate)
    )
    planes1, planes2 = LabPlanes(reference), LabPlanes(candidate)
    comparable = reference.encoding == candidate.encoding and pixels1.dtype == pixels2.dtype
    out = np.empty(pixels1.shape[:2], dtype=np.float32)
    marked: list[int] = []

    def part(first: int, end: int) -> None:
        found = native.delta_e_2000(
            pixels1,
            pixels2,
            planes1.tables,
            planes2.tables,
            planes1.matrix,
            planes2.matrix,
            comparable,
            level or native.LEVEL,
            first,
            end,
            out,
        )
        marked.append(found)

    spread(part, out.size, _LEAST)
    if any(marked):
        # Hues within about a degree of opposite: the formula jumps there, and float32 may land on the other side.
        flat, again = out.reshape(-1), np.flatnonzero(out.reshape(-1) < 0)
        samples = (pixels1.reshape(-1, 3)[again], pixels2.reshape(-1, 3)[again])
        flat[again] = ciede2000(planes1.lab(samples[0]), planes2.lab(samples[1]))
    return out
