"""A destroyed block: everything else is as it was."""

from __future__ import annotations

import numpy as np

from qualitygate.defects.base import Defect, Pixels

_TILE = 64


def destroy(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Put noise in place of a square of `strength` pixels, anywhere in the picture.

    Noise belongs to its pixel, so a larger square at the same place holds the smaller one. A picture smaller than the
    square is destroyed whole.

    In real pipelines: a truncated or corrupted upload, a bad memory cell, a tile that a distributed renderer lost, a
    race between writer and reader, an overlay left on. Averages over a large picture do not see it: 24 pixels square
    are 0.005 % of 12 megapixels. `worst_tile` and `max` are for it.
    """
    height, width = pixels.shape[:2]
    side = max(1, round(strength))
    # Drawn before anything depends on the strength: equal generators damage the same place.
    place, noise = rng.random(2), rng.random((_TILE, _TILE, 3), dtype=np.float32)
    top, bottom = _span(height, side, float(place[0]))
    left, right = _span(width, side, float(place[1]))
    damaged = pixels.copy()
    rows, columns = np.arange(top, bottom) % _TILE, np.arange(left, right) % _TILE
    damaged[top:bottom, left:right] = noise[np.ix_(rows, columns)]
    return damaged


def _span(length: int, side: int, place: float) -> tuple[int, int]:
    """First and last + 1 of `side` pixels around a place in 0..1, shifted to lie inside."""
    start = min(max(round(place * length - side / 2), 0), max(length - side, 0))
    return start, min(start + side, length)


LOCAL_DAMAGE = Defect(
    name="local_damage",
    summary="a square destroyed by noise",
    unit="pixels of side",
    levels=(8.0, 16.0, 24.0, 64.0),
    bounds=(0.0, 65_535.0),
    function=destroy,
    global_=False,
)
