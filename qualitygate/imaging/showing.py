"""What a report shows of one subject, drawn and encoded."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import features

from qualitygate.core.exhibit import Box, Exhibit, Panel, Picture
from qualitygate.core.image import Image
from qualitygate.core.mask import Mask, worst_window
from qualitygate.core.measurement import Measurement
from qualitygate.imaging.colour_map import colours, scale_top
from qualitygate.imaging.damage import find_damage
from qualitygate.imaging.heat_map import IGNORED, kept, map_pixels, placed
from qualitygate.imaging.histogram import BINS, histogram
from qualitygate.imaging.moved import moved_share
from qualitygate.imaging.resample import fit, picture

THUMBNAIL = 96
# Around the worst tile of 64 pixels: enough to recognise the place.
_MARGIN = 48


def draw_exhibit(
    reference: Image,
    candidate: Image,
    delta_e: Measurement,
    *,
    mask: Mask | None,
    within: Mask | None,
    beyond: float,
    least: float | None = None,
    peak: float | None,
    scattered: bool,
    max_side: int,
) -> Exhibit:
    """Pictures, damage and distribution of one pair.

    Args:
        reference, candidate: Pictures of one size, opaque.
        delta_e: Measurement of CIEDE2000 with its error map.
        mask: `(H, W)` bool, True where a pixel counted; None where all did.
        within: `(H, W)` bool, where to look for damage; None for everywhere.
        beyond: DeltaE00 beyond which pixels are damage; also marked on the scale of the heat map.
        least: DeltaE00 beyond which the picture as a whole may have moved, at most `beyond`; None for that one.
        peak: A limit on single pixels that was broken, None where none was.
        scattered: Whether single pixels beyond the limit are damage where there is no other.
        max_side: Longer side of the pictures in pixels; smaller pictures keep their size.

    Raises:
        ValueError: The measurement has no error map.
    """
    if delta_e.error_map is None:
        raise ValueError("the measurement has no error map; it was dropped")
    difference, counted = placed(delta_e.error_map, delta_e.origin, candidate.size, mask)
    values = kept(difference, counted)
    top = scale_top(values, beyond)
    size = fit(candidate.size, max_side, 1)
    damage = find_damage(difference, counted if within is mask else within, beyond, peak=peak, scattered=scattered)
    # A region has its limits apart and is a place by itself.
    least = beyond if least is None else least
    moved = moved_share(difference, counted, least) if within is mask else None
    worst = worst_window(difference, counted)
    tile_box = None if worst is None else _around(worst[1], candidate.size)
    small = picture(candidate, fit(candidate.size, THUMBNAIL, 1))
    return Exhibit(
        size=candidate.size,
        reference=lossless(picture(reference, size)),
        candidate=lossless(picture(candidate, size)),
        heat_map=lossless(map_pixels(difference, counted, top, size)),
        damage=damage.boxes if moved is None else (),
        worst_tile=None if worst is None else worst[1],
        tile=None if tile_box is None else _crops(reference, candidate, difference, counted, top, tile_box),
        tile_box=tile_box,
        histogram=histogram(values),
        bins=BINS,
        thumbnail=_encoded(small, lossless=False),
        scale_top=top,
        beyond=beyond,
        places=damage.places,
        moved=moved,
        moved_beyond=least,
        ignored_share=0.0 if counted is None else 1.0 - float(counted.mean()),
    )


def show_panel(png: bytes) -> Panel:
    """A sheet as a report shows it.

    Args:
        png: One of `imaging`'s own sheets, 8-bit RGB.
    """
    with PilImage.open(io.BytesIO(png)) as opened:
        sheet = opened.convert("RGB")
    small = sheet.resize(fit(sheet.size, THUMBNAIL, 1), PilImage.Resampling.BOX)
    return Panel(lossless(np.asarray(sheet)), _encoded(np.asarray(small), lossless=False))


def lossless(pixels: NDArray[np.uint8]) -> Picture:
    """A picture that keeps every sample, since people judge its colours.

    WebP, which of photographs is a fifth smaller than PNG and encodes in a sixth of the time; PNG where Pillow was
    built without it.

    Args:
        pixels: sRGB, uint8 `(H, W, 3)`, no side longer than 16,383.
    """
    return _encoded(pixels, lossless=True)


def _encoded(pixels: NDArray[np.uint8], *, lossless: bool) -> Picture:
    drawing = PilImage.fromarray(pixels, "RGB")
    buffer = io.BytesIO()
    if not features.check("webp"):
        drawing.save(buffer, format="PNG", compress_level=6)
        return Picture(buffer.getvalue(), "image/png", *drawing.size)
    # Of a lossless file, quality is the effort: more of it, or another method, gains 4 % for five times the time.
    drawing.save(buffer, format="WEBP", lossless=lossless, quality=25 if lossless else 75, method=0 if lossless else 4)
    return Picture(buffer.getvalue(), "image/webp", *drawing.size)


def _around(box: Box, size: tuple[int, int]) -> Box:
    x, y, width, height = box
    left, top = max(0, x - _MARGIN), max(0, y - _MARGIN)
    return left, top, min(size[0], x + width + _MARGIN) - left, min(size[1], y + height + _MARGIN) - top


def _crops(
    reference: Image, candidate: Image, difference: NDArray[np.float32], counted: Mask | None, top: float, box: Box
) -> tuple[Picture, Picture, Picture]:
    x, y, width, height = box
    part = np.s_[y : y + height, x : x + width]
    pixels = colours(difference[part], top)
    if counted is not None:
        pixels[~counted[part]] = IGNORED
    ours, theirs = (
        picture(Image(image.pixels[part], image.encoding, image.source), (width, height))
        for image in (reference, candidate)
    )
    return lossless(ours), lossless(theirs), lossless(pixels)
