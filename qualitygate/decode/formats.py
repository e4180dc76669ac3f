"""One table: how each format is read, first its header, then its samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import png, png_samples
from qualitygate.decode.header import Header
from qualitygate.decode.png_data import PixelData
from qualitygate.decode.raster import Raster, as_samples, to_full_range

if TYPE_CHECKING:
    from qualitygate.decode.tiff import Layout


@dataclass(frozen=True, slots=True)
class Format:
    """A reader of headers, which never touches pixels, and a reader of samples."""

    header: Callable[[bytes, DecodeLimits], Header]
    raster: Callable[[Header, DecodeLimits], Raster]


def _later(place: str) -> Callable[..., Any]:
    """A function of a module here, `module.function`, loaded when it is called: a run sees few formats."""
    module, _, name = place.partition(".")

    def call(*arguments: object) -> Any:
        return getattr(import_module(f"qualitygate.decode.{module}"), name)(*arguments)

    return call


def _pillow(header: Header, limits: DecodeLimits) -> Raster:
    from qualitygate.decode import pillow  # loaded for what only Pillow decodes

    return pillow.read(header, limits)


def _png(header: Header, limits: DecodeLimits) -> Raster:
    """PNG: 16 bits of several channels are beyond Pillow; the colour key is compared before any scaling loses it."""
    pixels = cast(PixelData, header.details["pixels"])
    raster = png_samples.read(pixels)
    if raster is None:
        header = replace(header, stream=pixels.stream())
        deep_channels = header.bit_depth == 16 and pixels.shape.colour != 0
        raster = _later("deep.read_png")(header) if deep_channels else _pillow(header, limits)
    key = cast("bytes | None", header.details["colour_key"])
    if key is None:
        return raster
    mask = (1 << header.bit_depth) - 1
    values = np.frombuffer(key, dtype=">u2").astype(np.uint16) & mask
    hidden = raster.samples == to_full_range(values if raster.samples.ndim == 3 else values[0], header.bit_depth)
    if hidden.ndim == 3:
        hidden = hidden.all(axis=-1)
    kind = raster.samples.dtype
    return replace(raster, alpha=as_samples(np.where(hidden, 0, np.iinfo(kind).max).astype(kind)))


def _jpeg(header: Header, limits: DecodeLimits) -> Raster:
    """JPEG: Pillow takes every CMYK file as Adobe's, which counts paper; without Adobe's marker it counts ink."""
    from qualitygate.decode.jpeg_fill import check_end

    raster = _pillow(header, limits)
    check_end(raster, header, limits)
    if raster.model == "cmyk" and header.details["adobe"] is None:
        return replace(raster, samples=255 - raster.samples)
    return raster


def _tiff(header: Header, limits: DecodeLimits) -> Raster:
    layout = cast("Layout", header.details["layout"])
    shallow = header.bit_depth <= 8
    if not layout.pillow_reads or not (shallow or (layout.samples == 1 and header.bit_depth in (12, 16))):
        return cast(Raster, _later("deep.read_tiff")(header))
    raster = _pillow(header, limits)
    if not shallow and layout.white_is_zero:
        return replace(raster, samples=65535 - raster.samples)
    return raster


def _avif(header: Header, limits: DecodeLimits) -> Raster:
    return cast(Raster, _later("deep.read_avif")(header)) if header.bit_depth > 8 else _pillow(header, limits)


FORMATS: dict[str, Format] = {
    "png": Format(png.read, _png),
    "jpeg": Format(_later("jpeg.read"), _jpeg),
    "webp": Format(_later("webp.read"), _pillow),
    "avif": Format(_later("heif.read_avif"), _avif),
    "tiff": Format(_later("tiff.read"), _tiff),
    "gif": Format(_later("gif.read"), _pillow),
    "bmp": Format(_later("bmp.read"), _pillow),
    "heic": Format(_later("heif.read_heic"), _later("extra.read_heic")),
    "jxl": Format(_later("jxl.read"), _later("extra.read_jxl")),
}
