"""What a report shows of one subject: encoded pictures and where to look, made by a porch, told by a reporter."""

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

    @property
    def suffix(self) -> str:
        """`.png` or `.webp`."""
        return f".{self.media_type.partition('/')[2]}"


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
        histogram: How many pixels have a DeltaE00 within each bin; pixels that do not count are left out.
        bins: The bins' borders, one more than there are bins; the last bin also has what lies above.
        thumbnail: The candidate, small, for lists; lossy, since nobody judges colours by it.
        scale_top: DeltaE00 of the brightest colour of `heat_map`.
        beyond: DeltaE00 beyond which pixels are damage.
        places: How many connected places of damage there are; `damage` has the worst of them.
        moved: Where the picture changed as a whole, the share of it beyond `moved_beyond`, 0..1: boxes would only hide
            it, and `damage` has none. Else None.
        moved_beyond: DeltaE00 that `moved` is about, the lowest limit that was broken.
        ignored_share: Share of the pixels that do not count, 0..1; they are grey in `heat_map`.
        laid_on: `#rrggbb` that pictures with alpha are laid on where that is another than they were judged on, so that
            their transparency shows; else empty.
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
    thumbnail: Picture | None = None
    scale_top: float = 0.0
    beyond: float = 0.0
    places: int = 0
    moved: float | None = None
    moved_beyond: float = 0.0
    ignored_share: float = 0.0
    laid_on: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """What there is to look at of a subject that is no pair: of a LUT, of brand colours, of a batch.

    Attributes:
        picture: One drawing with its captions, in sRGB.
        thumbnail: The same, small, for lists; lossy.
    """

    picture: Picture
    thumbnail: Picture
