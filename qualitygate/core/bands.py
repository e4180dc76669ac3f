"""Bands of rows: what is made of a picture on the way takes as little memory whatever its shape, wide or high."""

from __future__ import annotations

from collections.abc import Iterator

# Some float64 copies of so many pixels stay in the caches.
PIXELS = 1 << 16


def bands(size: tuple[int, int], most: int = PIXELS, multiple: int = 1) -> Iterator[slice]:
    """Rows of a picture in bands, in order.

    Args:
        size: Height and width in pixels.
        most: Pixels of a band; one of `multiple` rows may have more.
        multiple: Rows of every band but the last are a multiple of it.
    """
    height, width = size
    step = max(1, most // max(width, 1) // multiple) * multiple
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))
