"""Pictures made for tests of palettes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.css import lab_of
from qualitygate.core.colour.encoding import SRGB, Encoding
from qualitygate.core.image import Image, Source
from qualitygate.core.palette import BrandColour

RED = (0xD0, 0x02, 0x1B)


def image(samples: NDArray[np.uint8] | NDArray[np.uint16], encoding: Encoding = SRGB) -> Image:
    height, width = samples.shape[:2]
    return Image(samples, encoding, Source("made.png", "", 0, "png", width, height, 8, encoding.name))


def flat(colour: tuple[int, int, int], size: tuple[int, int] = (100, 100)) -> NDArray[np.uint8]:
    """An area of one colour; `size` is height and width."""
    return np.full((*size, 3), colour, np.uint8)


def noise(size: tuple[int, int] = (100, 100), seed: int = 0) -> NDArray[np.uint8]:
    """Every colour there is, with flat surroundings nowhere."""
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def brand(name: str = "red", value: str = "#d0021b", **limits: float) -> BrandColour:
    return BrandColour(name, value, lab_of(value), **limits)  # type: ignore[arg-type]


def ramp(start: tuple[int, int, int], end: tuple[int, int, int], steps: int) -> NDArray[np.uint8]:
    """Colours from one to another, `(steps, 3)`."""
    return np.rint(np.linspace(start, end, steps)).astype(np.uint8)


def downwards(start: tuple[int, int, int], end: tuple[int, int, int], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A gradient from top to bottom."""
    return np.broadcast_to(ramp(start, end, size[0])[:, None], (*size, 3)).copy()


def across(start: tuple[int, int, int], end: tuple[int, int, int], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A gradient from left to right."""
    return np.broadcast_to(ramp(start, end, size[1])[None], (*size, 3)).copy()
