"""Pillow: from a header's stream to samples, one plugin allowed at a time and every warning an error."""

from __future__ import annotations

from contextlib import nullcontext
from io import BytesIO
from threading import Lock

import numpy as np
import PIL
from PIL import Image as PillowImage
from PIL import features

from qualitygate.core.limits import DecodeLimits
from qualitygate.decode.header import Header
from qualitygate.decode.inflate import inflater
from qualitygate.decode.raster import Model, Raster, to_full_range
from qualitygate.decode.refuse import animation, corrupt, refuse_size, unsupported
from qualitygate.decode.strict import strict

# The plugin that `Image.open` may use, by sniffed format. Nothing else is ever tried, so that no signature can reach
# a plugin that starts another program (EPS starts Ghostscript).
_PLUGIN = {
    "png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "avif": "AVIF", "tiff": "TIFF", "gif": "GIF", "bmp": "BMP",
}  # fmt: skip
_LIBRARY = {"jpeg": "jpg", "webp": "webp", "avif": "avif", "tiff": "libtiff"}
_MODELS: dict[str, Model] = {"L": "grey", "RGB": "rgb", "CMYK": "cmyk", "LAB": "lab"}
# Other formats than JPEG take several times a picture's memory while they decode, and so does what is decoded twice:
# one at a time, as is planned for.
_one_at_a_time = Lock()


def read(header: Header, limits: DecodeLimits, *, again: bool = False) -> Raster:
    """Decode the header's stream to samples.

    Args:
        header: Of the picture.
        limits: Hold before pixels are allocated.
        again: Whether the samples of the picture are held already, so that these come on top.

    Raises:
        DecodeError: QG-1205, QG-1207, QG-1217. What the plugin raises passes through as it is.
    """
    alone = nullcontext() if header.format == "jpeg" and not again else _one_at_a_time
    with alone, strict(limits), _open(header) as picture:
        refuse_size(*picture.size, limits.max_pixels)
        frames = int(getattr(picture, "n_frames", 1)) if header.format in ("avif", "webp") else 1
        if frames > 1:
            raise animation(f"an animation of {frames} frames")
        picture.load()
        refuse_size(*picture.size, limits.max_pixels)
        if header.width and sorted(picture.size) != sorted((header.width, header.height)):
            raise corrupt(f"the decoder found {picture.size[0]}x{picture.size[1]} pixels, the header says otherwise")
        return _raster(picture, header)


def _open(header: Header) -> PillowImage.Image:
    try:
        return PillowImage.open(BytesIO(header.stream), formats=(_PLUGIN[header.format],))
    except PIL.UnidentifiedImageError:
        # The plugin saw the signature and gave up; its reason is lost and its message names an address in memory.
        if header.format == "tiff":
            raise unsupported("the samples lie in a variant of TIFF that is not read") from None
        raise corrupt("the decoder does not recognise it") from None


def _raster(picture: PillowImage.Image, header: Header) -> Raster:
    decoder = decoder_name(header.format)
    # TIFF is turned by its plugin while loading.
    oriented = header.format == "tiff"
    if picture.mode.startswith("I;16"):
        depth = header.bit_depth if header.bit_depth > 8 else 16
        values = np.asarray(picture).astype(np.uint16)
        return Raster(to_full_range(values, depth), "grey", decoder, oriented=oriented)
    if picture.mode in ("I", "F"):
        raise unsupported(f"the samples are of Pillow's mode {picture.mode}")
    upright = _expand(picture)
    samples = np.array(upright)
    if upright.mode in ("LA", "RGBA"):
        colour = samples[..., 0] if upright.mode == "LA" else np.ascontiguousarray(samples[..., :3])
        model: Model = "grey" if upright.mode == "LA" else "rgb"
        return Raster(np.ascontiguousarray(colour), model, decoder, np.ascontiguousarray(samples[..., -1]), oriented)
    return Raster(samples, _MODELS[upright.mode], decoder, oriented=oriented)


def _expand(picture: PillowImage.Image) -> PillowImage.Image:
    """Bilevel, palette, YCbCr and premultiplied modes as plain ones."""
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA" if picture.mode == "PA" or "transparency" in picture.info else "RGB")
    if picture.mode in ("L", "RGB") and "transparency" in picture.info:
        return picture.convert("RGBA" if picture.mode == "RGB" else "LA")
    if picture.mode in ("YCbCr", "RGBX"):
        return picture.convert("RGB")
    if picture.mode in ("La", "RGBa"):
        return picture.convert(picture.mode.upper())
    if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB"):
        return picture
    raise unsupported(f"the picture is of Pillow's mode {picture.mode}")


def decoder_name(found: str) -> str:
    """`Pillow 12.0.0, libjpeg-turbo 3.1.2`: pictures decoded by different versions may differ by a step."""
    name = f"Pillow {PIL.__version__}"
    if found == "png":
        return f"{name}, {inflater()}"  # Pillow is given rows that are inflated already
    library = _LIBRARY.get(found)
    version = None
    if library == "jpg" and features.check_feature("libjpeg_turbo"):
        return f"{name}, libjpeg-turbo {features.version_feature('libjpeg_turbo')}"
    if library in ("webp", "avif"):
        version = features.version_module(library) if features.check_module(library) else None
    elif library:
        version = features.version_codec(library)
    return f"{name}, {library} {version}" if version else name
