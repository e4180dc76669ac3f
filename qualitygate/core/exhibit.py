"""What a report shows of one pair: encoded pictures and where to look, made by a porch, told by a reporter."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the candidate, the origin at the top left."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture.

    Attributes:
        data: The file.
        media_type: `image/png` or `image/webp`.
        width, height: Its own size in pixels.
    """

    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What there is to look at of one pair.

    Attributes:
        size: Width and height of the candidate in pixels.
        reference, candidate, heat_map: All of one size, usually smaller than the candidate, in sRGB.
        damage: Boxes around connected damage, the worst first.
        worst_tile: The worst 64x64 window, None where there is none.
        tile: Reference, candidate and heat map of the surroundings of the worst tile at full size.
        tile_box: What `tile` shows of the candidate.
        histogram: How many pixels have a DeltaE00 within each bin.
        bins: The bins' borders, one more than there are bins; the last bin also has what lies above.
    """

    size: tuple[int, int]
    reference: Picture
    candidate: Picture
    heat_map: Picture
    damage: tuple[Box, ...] = ()
    worst_tile: Box | None = None
    tile: tuple[Picture, Picture, Picture] | None = None
    tile_box: Box | None = None
    histogram: tuple[int, ...] = ()
    bins: tuple[float, ...] = ()
