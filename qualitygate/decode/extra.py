"""HEIC and JPEG XL, through the optional decoders of the extra `formats`, never by way of Pillow's registry."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from types import ModuleType

import numpy as np

from qualitygate.core.limits import DecodeLimits
from qualitygate.decode.header import Header
from qualitygate.decode.optional import load, load_jxl
from qualitygate.decode.raster import Raster, split_channels, to_full_range, unpremultiply
from qualitygate.decode.refuse import animation, corrupt, refuse_size, unsupported


def read_heic(header: Header, limits: DecodeLimits) -> Raster:
    """A HEIC's primary picture, turned by libheif.

    Raises:
        DecodeError: QG-1205, QG-1207, QG-1215 without pillow_heif, QG-1217.
    """
    heif = load("pillow_heif", "QG-1215", "HEIC needs a decoder that is not installed")
    if header.stream[8:12] in (b"hevc", b"hevx", b"msf1"):
        raise animation("an image sequence")
    opened = heif.open_heif(BytesIO(header.stream), convert_hdr_to_8bit=False, hdr_to_16bit=False)
    picture = opened[opened.primary_index]
    refuse_size(int(picture.size[0]), int(picture.size[1]), limits.max_pixels)
    letters, _, suffix = picture.mode.partition(";")
    depth = int(suffix or 8)
    values = np.asarray(picture)
    full = to_full_range(values, depth)
    decoder = f"pillow_heif {heif.__version__}, libheif {heif.libheif_version()}"
    if letters not in ("L", "I", "LA", "La", "RGB", "RGBA", "RGBa"):  # I: grey of more than 8 bits
        raise unsupported(f"the picture is of the mode {picture.mode}")
    raster = split_channels(full, decoder, oriented=True)
    if letters.endswith("a") and raster.alpha is not None:
        return replace(raster, samples=unpremultiply(raster.samples, raster.alpha))
    return raster


def read_jxl(header: Header, limits: DecodeLimits) -> Raster:
    """A JPEG XL: samples from imagecodecs, which keeps 16 bits, and the profile of those samples from pillow_jxl.

    Raises:
        DecodeError: QG-1205, QG-1207, QG-1215 without the extra.
    """
    message = "JPEG XL needs a decoder that is not installed"
    codecs = load("imagecodecs", "QG-1215", message)
    plugin = load_jxl("QG-1215", message)
    icc = _jxl_profile(plugin, header.stream)
    values = np.asarray(codecs.jpegxl_decode(header.stream))
    if values.ndim > 3:
        raise animation(f"an animation of {values.shape[0]} frames")
    if sorted(values.shape[:2]) != sorted((header.width, header.height)) or values.dtype not in (np.uint8, np.uint16):
        raise corrupt(f"the decoder gave {values.dtype} samples of shape {values.shape}")
    refuse_size(values.shape[1], values.shape[0], limits.max_pixels)
    depth = header.bit_depth if values.dtype == np.uint16 else 8
    decoder = f"imagecodecs {codecs.__version__}, {codecs.jpegxl_version()}"
    raster = replace(split_channels(to_full_range(values, depth), decoder, oriented=True), icc=icc)
    if header.details["premultiplied"] and raster.alpha is not None:
        return replace(raster, samples=unpremultiply(raster.samples, raster.alpha))
    return raster


def _jxl_profile(plugin: ModuleType, data: bytes) -> bytes | None:
    try:
        decoded = plugin.Decoder(num_threads=1)(data)
    except BaseException as error:
        # Rust panics come as a BaseException of pyo3's own, which nothing here may let through.
        if type(error).__name__ == "PanicException":
            raise corrupt("the JPEG XL decoder gave up") from None
        raise
    return bytes(decoded[3]) or None
