"""One picture, decoded, laid on a background, and which of its pixels count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qualitygate.core.colour.view import composite
from qualitygate.core.image import Image
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.mask import Mask
from qualitygate.corridor.areas import area_mask
from qualitygate.decode import decode, read_file
from qualitygate.policy.model import Area


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """A picture without alpha.

    Attributes:
        image: The picture.
        counted: Pixels that count, `(H, W)`; None for all.
    """

    image: Image
    counted: Mask | None

    @property
    def pixels(self) -> int:
        """How many pixels count."""
        return self.image.size[0] * self.image.size[1] if self.counted is None else int(self.counted.sum())


def decode_opaque(
    path: Path,
    name: str,
    limits: DecodeLimits,
    background: tuple[int, int, int],
    ignore: Sequence[Area] = (),
    regions: Sequence[Area] = (),
) -> Opaque:
    """Read and decode one picture. Fully transparent pixels do not count, whatever lies behind them.

    Args:
        path: File to read.
        name: What messages call it.
        limits: What the file may ask for.
        background: 8-bit sRGB that a picture with alpha is laid on.
        ignore: Areas that do not count.
        regions: Areas that alone count; none for the whole picture.

    Raises:
        DecodeError: The file cannot be read or decoded.
        ConfigError: The mask of an area is missing or has another size.
    """
    image = decode(read_file(path, name, limits), name, limits)
    masks = [] if image.alpha is None else [image.alpha > 0]
    if regions:
        masks.append(np.logical_or.reduce([area_mask(area, image.size) for area in regions]))
    masks += [~area_mask(area, image.size) for area in ignore]
    counted = np.logical_and.reduce(masks) if masks else None
    return Opaque(composite(image, background), counted)
