"""A decoded picture whose encoding, alpha, depth and source are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.encoding import Encoding
from qualitygate.core.measurement import Setting

Samples = NDArray[np.uint8] | NDArray[np.uint16]
Subsampling = Literal["4:4:4", "4:2:2", "4:2:0", "4:4:0", "4:1:1", "other"]

# Rows that are compared at once.
_STRIP = 64

UNTAGGED = "untagged, taken as sRGB"
"""The setting `colour` of a file that does not say what its numbers mean."""


@dataclass(frozen=True, slots=True)
class Source:
    """Facts about the file a picture was decoded from. No pixels.

    Attributes:
        name: The name used in messages, usually the path as given.
        sha256: Digest of the file's bytes, hexadecimal.
        bytes: Size of the file.
        format: `png`, `jpeg`, `webp`, `avif`, `tiff`, `gif`, `bmp`, `heic`, `jxl`, …
        width, height: Size of the displayed picture, after orientation.
        bit_depth: Bits per channel in the file.
        colour_space: Name of the encoding, such as `sRGB` or `Display P3`.
        has_alpha: Whether the file has an alpha channel that is not fully opaque.
        subsampling: Chroma subsampling, None where the format has none.
        lossless: Whether the file's compression keeps every pixel; None where it cannot be told.
        settings: How it was decoded: decoder and version, ICC digest, intent, orientation applied, …
    """

    name: str
    sha256: str
    bytes: int
    format: str
    width: int
    height: int
    bit_depth: int
    colour_space: str
    has_alpha: bool = False
    subsampling: Subsampling | None = None
    lossless: bool | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def tagged(self) -> bool:
        """Whether the file says which colour space it is in: by a profile, code points or chunks of its format."""
        return self.settings.get("colour") != UNTAGGED

    @property
    def colour_text(self) -> str:
        """The colour space for people: `Display P3`, or `sRGB (untagged)` where the file does not say it."""
        return self.colour_space if self.tagged else f"{self.colour_space} (untagged)"


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """Pixels with a known meaning.

    Attributes:
        pixels: `(H, W, 3)` uint8 or uint16, C-contiguous, full range (0–255 or 0–65535), in `encoding`. Grey is
            expanded to three equal channels. uint16 also holds pictures of 9 to 16 bits, scaled to full range.
        encoding: What the numbers mean: transfer curves and primaries.
        alpha: `(H, W)` of the same dtype, straight (not premultiplied); None for an opaque picture.
        source: Facts about the file.
    """

    pixels: Samples
    encoding: Encoding
    source: Source
    alpha: Samples | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, in that order."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def full_scale(self) -> int:
        """The sample value of full intensity: 255 or 65535."""
        return 255 if self.pixels.dtype == np.uint8 else 65535


def same_samples(reference: Image, candidate: Image) -> bool:
    """Whether one set of samples in one encoding is behind both, which costs nothing to find out."""
    one = reference.pixels is candidate.pixels and reference.alpha is candidate.alpha
    return one and reference.encoding == candidate.encoding


def same_pixels(reference: Image, candidate: Image) -> bool:
    """Whether two pictures show the same: equal samples, alpha and encoding."""
    if reference.pixels is candidate.pixels and reference.alpha is candidate.alpha:
        return reference.encoding == candidate.encoding
    if reference.encoding != candidate.encoding or reference.pixels.dtype != candidate.pixels.dtype:
        return False
    if (reference.alpha is None) != (candidate.alpha is None):
        return False
    if reference.alpha is not None and not np.array_equal(reference.alpha, candidate.alpha):  # type: ignore[arg-type]
        return False
    # By strips: most pictures that differ do so near the top, and a comparison of all takes memory for all.
    strips = range(0, len(reference.pixels), _STRIP)
    return reference.pixels.shape == candidate.pixels.shape and all(
        np.array_equal(reference.pixels[top : top + _STRIP], candidate.pixels[top : top + _STRIP]) for top in strips
    )
