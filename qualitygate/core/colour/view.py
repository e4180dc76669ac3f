"""Ways of looking at a picture: linear XYZ for colour differences, sRGB for SSIM and LPIPS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.bands import bands
from qualitygate.core.colour.curve import encode, linear_table, srgb_encode
from qualitygate.core.colour.encoding import SRGB, SRGB_TO_XYZ
from qualitygate.core.colour.over import over
from qualitygate.core.image import Image

BT601_LUMA = (0.299, 0.587, 0.114)  # Rec. ITU-R BT.601-7, weights of encoded red, green and blue

# Half a step of 8 bits beyond 0 and 1, in linear light.
_LEAST, _MOST = -0.5 / 255 / 12.92, 1 + 0.5 / 255 * 2.2
_XYZ_TO_SRGB = np.linalg.inv(np.array(SRGB_TO_XYZ))


def linear_rgb(image: Image, rows: slice = slice(None)) -> NDArray[np.float64]:
    """Linear light in the picture's own primaries, float64 `(h, W, 3)`, 0..1, for a band of rows."""
    pixels = image.pixels[rows]
    out = np.empty(pixels.shape, dtype=np.float64)
    for channel, curve in enumerate(image.encoding.curves):
        out[..., channel] = linear_table(curve, image.full_scale)[pixels[..., channel]]
    return out


def xyz(image: Image, rows: slice = slice(None)) -> NDArray[np.float64]:
    """CIE XYZ relative to D65, Y of white = 1, float64 `(h, W, 3)`, unclipped, for a band of rows."""
    converted: NDArray[np.float64] = linear_rgb(image, rows) @ np.array(image.encoding.matrix).T
    return converted


def srgb(image: Image, rows: slice = slice(None)) -> tuple[NDArray[np.float32], float]:
    """The picture as sRGB samples, float32 `(h, W, 3)` in 0..255 and unrounded, and the share of pixels clipped.

    sRGB pictures of 8 bits come back as they are. The share is 0..1: pixels with a channel outside sRGB by more than
    half an 8-bit step. Little memory is taken beside the samples.
    """
    if image.encoding.is_srgb:
        samples = image.pixels[rows].astype(np.float32)
        if image.full_scale != 255:
            samples *= np.float32(255.0 / image.full_scale)
        return samples, 0.0
    first, last, _ = rows.indices(image.pixels.shape[0])
    samples = np.empty((last - first, *image.pixels.shape[1:]), dtype=np.float32)
    outside = 0
    for band in bands(samples.shape[:2]):
        linear = xyz(image, slice(first + band.start, first + band.stop)) @ _XYZ_TO_SRGB.T
        outside += int(((linear < _LEAST) | (linear > _MOST)).any(axis=-1).sum())
        samples[band] = srgb_encode(np.clip(linear, 0.0, 1.0)) * 255.0
    return samples, outside / max(samples.size // 3, 1)


def luma(
    image: Image, rows: slice = slice(None), out: NDArray[np.float32] | None = None
) -> tuple[NDArray[np.float32], float]:
    """BT.601 luma of the picture's sRGB samples, in 0..255 and unrounded, and the share of pixels clipped; see `srgb`.

    Args:
        image: The picture.
        rows: A band of rows.
        out: Where the luma goes, float32 `(h, W)`; made unless given.
    """
    first, last, _ = rows.indices(image.pixels.shape[0])
    plane = np.empty((last - first, image.pixels.shape[1]), dtype=np.float32) if out is None else out
    clipped = 0.0
    for band in bands(plane.shape):
        samples, share = srgb(image, slice(first + band.start, first + band.stop))
        np.matmul(samples, np.array(BT601_LUMA, dtype=np.float32), out=plane[band])
        clipped += share * len(samples)
    return plane, clipped / max(len(plane), 1)


def composite(image: Image, background: tuple[int, int, int]) -> Image:
    """Lay a picture with alpha on a background colour; opaque pictures come back as they are.

    Blending is done on encoded samples, as browsers do, in the picture's own encoding and to 16 bits, so that faint
    differences survive. `background` is 8-bit sRGB. The samples of fully transparent pixels do not matter.
    """
    if image.alpha is None:
        return image
    pixels = over(image.pixels, image.alpha, _in_encoding(background, image))
    return Image(pixels, image.encoding, image.source)


def _in_encoding(background: tuple[int, int, int], image: Image) -> NDArray[np.float64]:
    """The background colour as encoded 0..1 samples of the picture's encoding, clipped to its gamut."""
    if image.encoding.is_srgb:
        return np.array(background, dtype=np.float64) / 255.0
    linear_srgb = np.array([linear_table(c, 255)[v] for c, v in zip(SRGB.curves, background, strict=True)])
    target = np.linalg.inv(np.array(image.encoding.matrix)) @ np.array(SRGB_TO_XYZ) @ linear_srgb
    clipped = np.clip(target, 0.0, 1.0)
    return np.array([encode(c, clipped[i : i + 1])[0] for i, c in enumerate(image.encoding.curves)])
