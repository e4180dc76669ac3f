"""PNG by the compiled kernels: unfiltered bytes to samples, the same as Pillow's and, for 16 bits, imagecodecs'.

PNG is lossless and says exactly which samples a file holds. Here they are taken as they stand; what has fewer than 8
bits or is interlaced goes to another decoder.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from qualitygate import __version__
from qualitygate.core.image import Samples
from qualitygate.core.native import KernelError, kernels
from qualitygate.decode.inflate import inflater
from qualitygate.decode.png_data import CHANNELS, PixelData
from qualitygate.decode.raster import Raster, as_samples


def read(data: PixelData) -> Raster | None:
    """Samples of a PNG whose rows are unfiltered; None where another decoder has to do it."""
    rows, shape = data.rows, data.shape
    if rows is None or not _meant_for(data):
        return None
    decoder = decoder_name()
    if shape.colour == 3:
        return _by_palette(rows, data.chunks, decoder)
    samples = rows if shape.depth == 8 else rows.view(np.uint16)
    channels = CHANNELS[shape.colour]
    if channels in (1, 3):
        whole = samples if channels == 1 else samples.reshape(shape.height, shape.width, 3)
        return Raster(as_samples(whole), "grey" if channels == 1 else "rgb", decoder)
    colour, alpha = _parted(samples, shape.width, channels)
    return Raster(colour, "grey" if channels == 2 else "rgb", decoder, alpha)


def decoder_name() -> str:
    """What unfilters and what inflates: `qualitygate 1.0 kernels, zlib-ng 2.3.3`."""
    return f"{kernels_name()}, {inflater()}"


def kernels_name() -> str:
    """What unfilters: `qualitygate 1.0 kernels`. Nothing is loaded for it."""
    return f"qualitygate {__version__} kernels"


def _meant_for(data: PixelData) -> bool:
    """Several channels of 16 bits are read with the extra `formats` alone, whether or not the kernels are there."""
    return data.shape.depth == 8 or data.shape.colour == 0 or find_spec("imagecodecs") is not None


def _parted(samples: NDArray[np.uint8] | NDArray[np.uint16], width: int, channels: int) -> tuple[Samples, Samples]:
    """Colour and alpha of `(H, W * channels)` interleaved samples."""
    kernel = kernels()
    assert kernel is not None, "it has unfiltered them"
    height = len(samples)
    colour = np.empty((height, width, channels - 1)[: 2 if channels == 2 else 3], dtype=samples.dtype)
    alpha = np.empty((height, width), dtype=samples.dtype)
    size = samples.itemsize
    try:
        kernel.png_part(samples, size * channels, size * (channels - 1), colour, alpha)
    except (AttributeError, BufferError, TypeError, ValueError) as error:
        raise KernelError(f"png_part: {error}") from error
    return as_samples(colour), as_samples(alpha)


def _by_palette(indices: NDArray[np.uint8], chunks: tuple[tuple[bytes, bytes], ...], decoder: str) -> Raster:
    """Colours of a palette; what lies beyond its end is black, as Pillow has it."""
    known = dict(chunks)
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:, 3] = 255
    entries = np.frombuffer(known[b"PLTE"], dtype=np.uint8).reshape(-1, 3)
    table[: len(entries), :3] = entries
    opacity = np.frombuffer(known.get(b"tRNS", b""), dtype=np.uint8)
    table[: len(opacity), 3] = opacity
    full = table.view(np.uint32)[:, 0].take(indices).view(np.uint8)
    colour, alpha = _parted(full, indices.shape[1], 4)
    return Raster(colour, "rgb", decoder, alpha if b"tRNS" in known else None)
