"""PNG by libspng (pyspng of the extra `fast`): the variants whose samples it can only give as Pillow does.

PNG is lossless and says exactly which samples a file holds, so that decoders can differ in what they do with them
afterwards: scaling fewer than 8 bits, palettes, transparent colours, gamma. Nothing of it comes up here: samples of 8
bits are taken as they stand, and the stream has none of the chunks that could ask for more. What libspng refuses is
given to Pillow, which decides and says why.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from qualitygate.decode.header import Header
from qualitygate.decode.inflate import inflater
from qualitygate.decode.optional import faster
from qualitygate.decode.raster import Raster, split_channels

# pyspng's name of the output that is the file's own samples, by colour type, and its channels.
# libspng has none for grey with alpha.
_OUTPUT = {0: ("L", 1), 2: ("RGB", 3), 6: ("RGBA", 4)}


def read(header: Header) -> Raster | None:
    """Decode the stream of a PNG of 8 bits without palette; None where Pillow has to.

    Args:
        header: Its size is within the limits and its stream inflates as a whole, which libspng does not look at.
    """
    library = faster("pyspng")
    output = _OUTPUT.get(cast(int, header.details["colour_type"]))
    if library is None or output is None or header.bit_depth != 8:
        return None
    name, channels = output
    try:
        samples = library.load(header.stream, name)
    except (RuntimeError, MemoryError):
        return None
    shape = (header.height, header.width, channels)[: 2 if channels == 1 else 3]
    if samples.dtype != np.uint8 or samples.shape != shape:
        return None
    version = library.c.spng_version_string()
    return split_channels(samples, f"pyspng {library.__version__}, libspng {version}, {inflater()}")
