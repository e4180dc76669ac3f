"""When two pictures show the same, so that nothing is measured: samples, alpha and what they mean."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB, Encoding
from qualitygate.core.image import Image, Source, same_pixels, same_samples

PIXELS = np.random.default_rng(3).integers(0, 256, (300, 7, 3)).astype(np.uint8)
ALPHA = np.full((300, 7), 200, np.uint8)


def image(pixels: np.ndarray = PIXELS, encoding: Encoding = SRGB, alpha: np.ndarray | None = None) -> Image:
    height, width, _ = pixels.shape
    source = Source("a.png", "", 0, "png", width, height, 8 * pixels.dtype.itemsize, encoding.name)
    return Image(pixels, encoding, source, alpha)


def test_equal_samples_of_one_encoding_are_the_same() -> None:
    assert same_pixels(image(), image(PIXELS.copy()))
    assert same_pixels(image(alpha=ALPHA), image(PIXELS.copy(), alpha=ALPHA.copy()))
    assert same_pixels(image(encoding=DISPLAY_P3), image(PIXELS.copy(), DISPLAY_P3))


@pytest.mark.parametrize("copied", [False, True])
def test_equal_samples_of_another_encoding_are_not(copied: bool) -> None:
    """A profile that was lost or replaced: the same bytes are other colours."""
    other = image(PIXELS.copy() if copied else PIXELS, DISPLAY_P3)
    assert not same_pixels(image(), other)
    assert not same_samples(image(), other)


def test_every_row_type_and_side_counts() -> None:
    last = PIXELS.copy()
    last[-1, -1, 2] ^= 1
    assert not same_pixels(image(), image(last))
    assert not same_pixels(image(), image(PIXELS.astype(np.uint16)))
    assert not same_pixels(image(), image(PIXELS[:-1].copy()))
    assert not same_pixels(image(PIXELS[:-1].copy()), image())


def test_alpha_counts() -> None:
    faint = ALPHA.copy()
    faint[-1, -1] -= 1
    assert not same_pixels(image(), image(PIXELS.copy(), alpha=ALPHA))
    assert not same_pixels(image(alpha=ALPHA), image())
    assert not same_pixels(image(alpha=ALPHA), image(PIXELS.copy(), alpha=faint))
