"""Pictures of more than 8 bits that Pillow would cut: PNG, TIFF and AVIF through imagecodecs (extra `formats`)."""

from __future__ import annotations

from types import ModuleType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Samples
from qualitygate.decode.header import Header
from qualitygate.decode.optional import load
from qualitygate.decode.raster import Model, Raster, as_samples, split_channels, to_full_range, unpremultiply
from qualitygate.decode.refuse import animation, corrupt, no_ink_profile, refusal, unsupported
from qualitygate.decode.tiff import Layout


def read_png(header: Header) -> Raster:
    """A 16-bit PNG of two or more channels. Raises `DecodeError` QG-1211 without imagecodecs."""
    codecs = _imagecodecs(header)
    values = codecs.png_decode(header.stream)
    return _raster(values, header, 16, f"imagecodecs {codecs.__version__}, {codecs.png_version()}")


def read_avif(header: Header) -> Raster:
    """An AVIF of 10 or 12 bits. Raises `DecodeError` QG-1207 for a sequence, QG-1211 without imagecodecs."""
    codecs = _imagecodecs(header)
    values = codecs.avif_decode(header.stream)
    if values.ndim > 3:
        raise animation(f"an animation of {values.shape[0]} frames")
    return _raster(values, header, header.bit_depth, f"imagecodecs {codecs.__version__}, {codecs.avif_version()}")


def read_tiff(header: Header) -> Raster:
    """A TIFF of 8 or 16 bits, chunky or planar, that is beyond Pillow.

    Raises:
        DecodeError: QG-1211 without imagecodecs, for 9 to 15 bits and for inks, QG-1213 for inks without profile,
            QG-1217 for a palette or YCbCr.
    """
    layout = cast(Layout, header.details["layout"])
    if layout.model in ("palette", "ycbcr"):
        raise unsupported(f"the picture is {layout.model} in a variant of TIFF that is not read")
    if layout.model == "cmyk" and header.icc is None:
        raise no_ink_profile()
    if header.bit_depth not in (8, 16) or layout.model in ("cmyk", "lab"):
        raise refusal("QG-1211", f"{header.bit_depth} bits per channel cannot be kept", "export with 8 or 16 bits")
    codecs = _imagecodecs(header)
    values = np.asarray(codecs.tiff_decode(header.stream))
    if layout.planar and values.ndim == 3 and values.shape[0] == layout.samples:
        values = np.moveaxis(values, 0, -1)
    if values.ndim == 2:
        values = values[..., None]
    if values.dtype != f"u{header.bit_depth // 8}" or values.shape != (header.height, header.width, layout.samples):
        raise corrupt(f"the decoder gave {values.dtype} samples of shape {values.shape}")
    decoder = f"imagecodecs {codecs.__version__}, {codecs.tiff_version()}"
    channels = 1 if layout.model == "grey" else 3
    colour: Samples = as_samples(values[..., 0] if channels == 1 else values[..., :channels])
    if layout.white_is_zero:
        colour = as_samples(np.iinfo(colour.dtype).max - colour)
    alpha: Samples | None = None
    kind = layout.extra[0] if layout.extra else 2
    if layout.samples > channels and kind in (1, 2):
        alpha = as_samples(values[..., channels])
        colour = unpremultiply(colour, alpha) if kind == 1 else colour
    return Raster(colour, cast(Model, layout.model), decoder, alpha)


def _imagecodecs(header: Header) -> ModuleType:
    return load(
        "imagecodecs",
        "QG-1211" if header.bit_depth > 8 else "QG-1215",
        f"the picture has {header.bit_depth} bits per channel and the installed decoder would cut it to 8"
        if header.bit_depth > 8
        else "the byte order of this TIFF needs a decoder that is not installed",
    )


def _raster(values: NDArray[Any], header: Header, depth: int, decoder: str) -> Raster:
    """Split interleaved samples of one to four channels."""
    if values.shape[:2] != (header.height, header.width) or values.dtype not in (np.uint8, np.uint16):
        raise corrupt(f"the decoder gave {values.dtype} samples of shape {values.shape}")
    return split_channels(to_full_range(values, depth), decoder)
