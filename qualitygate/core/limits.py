"""How much a picture may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Limits that hold before pixels are allocated.

    Attributes:
        max_pixels: Width times height. 100 megapixels take 300 MB at 8 bits.
        max_bytes: Size of the file.
        max_frames: Frames a decoder may step through to find out whether a file is an animation.
        max_metadata_bytes: Inflated size of one profile or text chunk.
    """

    max_pixels: int = 100_000_000
    max_bytes: int = 200_000_000
    max_frames: int = 1_000
    max_metadata_bytes: int = 16_000_000
