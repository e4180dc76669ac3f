"""How transparent the two pictures of a pair are, in levels of 8 bits whatever the depth of their files."""

from __future__ import annotations

from dataclasses import dataclass

OPAQUE = 255
"""Alpha of an opaque pixel, in levels."""


@dataclass(frozen=True, slots=True)
class Transparency:
    """What alpha says of the pixels of a pair that count, in levels of 0 (invisible) to 255 (opaque).

    A picture without an alpha channel is opaque. Deeper files give fractions of a level.

    Attributes:
        largest: How far apart reference and candidate are at the pixel where they are furthest apart, 0..255.
        mean: How far apart they are on average, 0..255.
        missing: What the most transparent pixel of the candidate lacks to be opaque, 0..255.
    """

    largest: float = 0.0
    mean: float = 0.0
    missing: float = 0.0


OPAQUE_PAIR = Transparency()
"""Both pictures are opaque."""
