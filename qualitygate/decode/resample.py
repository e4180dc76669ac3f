"""Bringing a picture to another size, for sets that say `resize`."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from qualitygate.core.image import Image, Samples

Filter = Literal["nearest", "bilinear", "bicubic", "lanczos"]


def resample(image: Image, size: tuple[int, int], kind: Filter) -> Image:
    """An opaque picture at another size, by Pillow's filter on encoded samples, as image optimisers do it.

    Args:
        image: Opaque picture.
        size: Width and height in pixels.
        kind: Filter; recorded in `Source.settings` with the size before.

    Returns:
        A picture of that size, of the same dtype and encoding.
    """
    from PIL import Image as Pillow  # few sets resize

    chosen = Pillow.Resampling[kind.upper()]
    before = f"{image.size[0]}x{image.size[1]}"
    settings = {**image.source.settings, "resized_from": before, "resize_filter": kind}
    pixels: Samples
    if image.pixels.dtype == np.uint8:
        pixels = np.asarray(Pillow.fromarray(image.pixels).resize(size, chosen), dtype=np.uint8)
    else:
        channels = [Pillow.fromarray(image.pixels[..., i].astype(np.float32)).resize(size, chosen) for i in range(3)]
        stacked = np.stack([np.asarray(channel) for channel in channels], axis=-1)
        pixels = np.clip(np.rint(stacked), 0, 65535).astype(np.uint16)
    source = replace(image.source, width=size[0], height=size[1], settings=settings)
    return Image(pixels, image.encoding, source)
