"""Store a picture as a pipeline would, so that the gate meets a real file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from qualitygate.core.colour.curve import encode as encode_curve
from qualitygate.core.colour.curve import linear_table
from qualitygate.core.colour.encoding import ADOBE_RGB, DISPLAY_P3, SRGB, Encoding
from qualitygate.core.transparency import OPAQUE
from qualitygate.decode.icc_build import build_profile

Samples = NDArray[np.uint8]

# Format to whether it has a quality; without one it is stored losslessly where it can be.
FORMATS: Mapping[str, bool] = {
    "png": False, "jpeg": True, "webp": True, "avif": True, "tiff": False, "gif": False, "bmp": False,
}  # fmt: skip
TRANSPARENT = ("png", "webp", "avif", "tiff")
"""Formats that keep alpha."""
SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")
COLOUR_SPACES: Mapping[str, Encoding] = {each.name: each for each in (SRGB, DISPLAY_P3, ADOBE_RGB)}
_BEST = 100


@dataclass(frozen=True, slots=True)
class Encode:
    """How a candidate is stored.

    Attributes:
        format: One of `FORMATS`.
        quality: 1..100; None for lossless, where the format can, else for 100.
        subsampling: Of chroma; None for the encoder's own choice, 4:2:0.
        colour_space: Encoding that the colours are converted to and tagged with.
        opacity: Alpha of every pixel, 0..255; at 255 there is none.
    """

    format: str
    quality: int | None = None
    subsampling: str | None = None
    colour_space: str = "sRGB"
    opacity: int = OPAQUE

    @property
    def suffix(self) -> str:
        """Extension of the file."""
        return f".{self.format}"


def store(pixels: Samples, encode: Encode) -> bytes:
    """The bytes of a file.

    Args:
        pixels: sRGB, uint8 `(H, W, 3)`.
        encode: How.
    """
    options: dict[str, Any] = {}
    if encode.colour_space != "sRGB":
        target = COLOUR_SPACES[encode.colour_space]
        pixels, options["icc_profile"] = converted(pixels, target), build_profile(target)
    if encode.format == "webp" and encode.quality is None:
        options["lossless"] = True
    elif FORMATS[encode.format]:
        options["quality"] = encode.quality or _BEST
    if encode.format in ("jpeg", "avif"):
        options["subsampling"] = encode.subsampling or "4:2:0"
    if encode.format == "tiff":
        options["compression"] = "tiff_deflate"
    stream = io.BytesIO()
    picture = Pillow.fromarray(pixels)
    if encode.opacity < OPAQUE:
        picture.putalpha(encode.opacity)
    picture.save(stream, encode.format.upper(), **options)
    return stream.getvalue()


def converted(pixels: Samples, target: Encoding) -> Samples:
    """The same colours in another encoding, uint8; what lies outside of it is clipped."""
    linear = linear_table(SRGB.curves[0], 255)[pixels]
    matrix = np.linalg.inv(np.array(target.matrix)) @ np.array(SRGB.matrix)
    light = np.clip(linear.reshape(-1, 3) @ matrix.T, 0.0, 1.0)
    encoded = np.stack([encode_curve(curve, light[:, i]) for i, curve in enumerate(target.curves)], axis=1)
    return np.rint(encoded * 255).astype(np.uint8).reshape(pixels.shape)
