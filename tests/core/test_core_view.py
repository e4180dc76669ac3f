"""What SSIM and LPIPS see: sRGB samples, how much was clipped for it, luma, and pictures laid on a background."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core.colour.curve import LINEAR_CURVE, SRGB_CURVE
from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB, Encoding, as_matrix
from qualitygate.core.colour.view import composite, luma, srgb, xyz
from qualitygate.core.image import Image, Source

SLIGHTLY_BELOW = -0.5 / 255 / 12.92  # half a step of 8 bits below black, in linear light
SLIGHTLY_ABOVE = 1 + 0.5 / 255 * 2.2  # and above white


def picture(pixels: np.ndarray, encoding: Encoding = SRGB, alpha: np.ndarray | None = None) -> Image:
    height, width, _ = pixels.shape
    source = Source("a.png", "", 0, "png", width, height, 8 * pixels.dtype.itemsize, encoding.name)
    return Image(np.ascontiguousarray(pixels), encoding, source, alpha)


def in_srgb_light(light: tuple[float, float, float]) -> Image:
    """A picture of 4 pixels, one of which has this linear light in sRGB's primaries; the others are grey."""
    scale = np.diag(light)
    encoding = Encoding("made up", (LINEAR_CURVE,) * 3, as_matrix(np.array(SRGB.matrix) @ scale))
    grey = np.clip(0.5 / np.array(light), 0, 1) * (np.array(light) > 0)
    samples = np.rint(np.array([[[1, 1, 1], grey, grey, grey]]) * 65535).astype(np.uint16)
    return picture(samples, encoding)


@pytest.mark.parametrize("channel", range(3))
@pytest.mark.parametrize(
    ("light", "clipped"),
    [
        (0.9 * SLIGHTLY_BELOW, False),
        (1.1 * SLIGHTLY_BELOW, True),
        (-0.005, True),  # 17 steps of 8 bits, though little light
        (1.0, False),
        (SLIGHTLY_ABOVE - 0.0002, False),
        (SLIGHTLY_ABOVE + 0.0002, True),
    ],
)
def test_a_pixel_counts_as_clipped_beyond_half_a_step(channel: int, light: float, clipped: bool) -> None:
    at = [0.5, 0.5, 0.5]
    at[channel] = light
    samples, share = srgb(in_srgb_light((at[0], at[1], at[2])))
    assert share == pytest.approx(0.25 if clipped else 0.0)
    assert samples[0, 0, channel] == pytest.approx(255.0 if light >= 1 else 0.0, abs=1e-3)


def test_samples_are_unrounded_and_of_bands_as_of_the_whole() -> None:
    pixels = np.random.default_rng(1).integers(0, 65536, (50, 9, 3)).astype(np.uint16)
    for encoding in (SRGB, DISPLAY_P3):
        image = picture(pixels, encoding)
        whole, share = srgb(image)
        assert np.abs(whole - np.rint(whole)).max() > 0.4
        parts = [srgb(image, slice(start, start + 17)) for start in (0, 17, 34)]
        assert np.array_equal(np.concatenate([part for part, _ in parts]), whole)
        assert sum(one * len(part) for part, one in parts) / 50 == pytest.approx(share)
        # Luma: BT.601 weights of encoded samples.
        plane, clipped = luma(image)
        assert plane == pytest.approx(whole @ np.array([0.299, 0.587, 0.114]), abs=1e-3)
        assert clipped == pytest.approx(share)


def test_half_transparent_is_halfway_in_encoded_samples() -> None:
    """As browsers lay one over another: not in linear light, which would give 188."""
    alpha = np.array([[0, 128, 255]], np.uint8)
    image = picture(np.zeros((1, 3, 3), np.uint8), alpha=alpha)
    laid = composite(image, (255, 255, 255))
    assert laid.alpha is None
    assert laid.pixels[0, :, 0] / laid.full_scale * 255 == pytest.approx([255, 127, 0], abs=0.01)


def test_a_background_is_srgb_in_a_picture_of_other_primaries() -> None:
    """The red of sRGB lies within Display P3: laid under a transparent pixel it keeps its XYZ."""
    clear = np.zeros((1, 1), np.uint8)
    for background in ((255, 0, 0), (0, 128, 255), (12, 200, 40), (255, 255, 255)):
        laid = composite(picture(np.zeros((1, 1, 3), np.uint8), DISPLAY_P3, clear), background)
        wanted = np.array(SRGB.matrix) @ SRGB_CURVE.linear(np.array(background) / 255)
        assert xyz(laid)[0, 0] == pytest.approx(wanted, abs=3e-4)
