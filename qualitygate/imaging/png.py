"""PNG bytes of a drawn picture, and keeping them under a number of bytes."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

from PIL import Image as PilImage

Drawing = PilImage.Image
SMALLEST_SCALE = 0.35


def encode(drawing: Drawing) -> bytes:
    """A drawing as an 8-bit PNG without metadata: the same pixels always give the same bytes on one machine.

    The samples are sRGB (W3C PNG 3rd edition, 4.3: an untagged PNG is shown as sRGB everywhere that matters).
    """
    buffer = io.BytesIO()
    drawing.save(buffer, format="PNG", compress_level=7)
    return buffer.getvalue()


def within(draw: Callable[[float], Drawing], max_bytes: int) -> bytes:
    """Draw as large as `max_bytes` allows.

    True colour is kept as long as possible, since the pictures are looked at for their colour: first the drawing
    shrinks, then it is reduced to a palette of 256 colours.

    Args:
        draw: Makes the drawing at a scale in 0..1 of its intended size.
        max_bytes: Upper limit of the PNG.

    Returns:
        A PNG of at most `max_bytes`, or, where even the smallest drawing is larger, that smallest one.
    """
    scale = 1.0
    while True:
        drawing = draw(scale)
        data = encode(drawing)
        if len(data) <= max_bytes:
            return data
        if scale <= SMALLEST_SCALE:
            return encode(drawing.quantize(256, method=PilImage.Quantize.MEDIANCUT))
        # The size of a PNG of a photograph goes with its area.
        scale = max(SMALLEST_SCALE, scale * min(0.92, 0.97 * math.sqrt(max_bytes / len(data))))
