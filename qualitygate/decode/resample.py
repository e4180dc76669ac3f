"""Bringing a picture to another size, for sets that say `resize`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Image, Samples

if TYPE_CHECKING:
    from PIL.Image import Resampling

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
        pixels = np.stack([_deep(image.pixels[..., i], size, chosen) for i in range(3)], axis=-1)
    source = replace(image.source, width=size[0], height=size[1], settings=settings)
    return Image(pixels, image.encoding, source)


def resample_alpha(alpha: Samples, size: tuple[int, int], kind: Filter) -> Samples:
    """Alpha `(H, W)` at another size, of the same dtype, by the same filter as `resample`."""
    from PIL import Image as Pillow

    chosen = Pillow.Resampling[kind.upper()]
    if alpha.dtype == np.uint8:
        return np.asarray(Pillow.fromarray(alpha).resize(size, chosen), dtype=np.uint8)
    return _deep(alpha, size, chosen)


def _deep(samples: Samples, size: tuple[int, int], chosen: Resampling) -> NDArray[np.uint16]:
    from PIL import Image as Pillow

    resized = np.asarray(Pillow.fromarray(samples.astype(np.float32)).resize(size, chosen))
    rounded: NDArray[np.uint16] = np.clip(np.rint(resized), 0, 65535).astype(np.uint16)
    return rounded
