"""What a file says of itself before its pixels are decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qualitygate.core.colour.encoding import Encoding
from qualitygate.core.image import Subsampling
from qualitygate.core.measurement import Setting

if TYPE_CHECKING:
    from qualitygate.decode.cicp import Cicp


@dataclass(frozen=True, slots=True)
class Header:
    """Facts from the container, read by this package and not by a decoder. No pixels.

    Attributes:
        format: Name as `sniff` gives it.
        width, height: Size as stored, before orientation.
        bit_depth: Bits per channel as stored.
        stream: The bytes handed to the decoder, most often stripped of every chunk that says nothing of pixels, so
            that hostile metadata never reaches it. Empty for PNG, where it is made if it is needed.
        orientation: EXIF value 1..8 still to be applied to the stored pixels.
        icc: Embedded profile, not yet parsed.
        cicp: Colour by ITU-T H.273 code points, which wins over `icc`.
        declared: Colour by other means (PNG sRGB, gAMA and cHRM), which loses against both.
        subsampling, lossless: As in `Source`.
        settings: What is worth recording for the reader of a report.
        details: Format-specific facts that only the raster reader of the same format needs.
    """

    format: str
    width: int
    height: int
    bit_depth: int
    stream: bytes
    orientation: int = 1
    icc: bytes | None = None
    cicp: Cicp | None = None
    declared: Encoding | None = None
    subsampling: Subsampling | None = None
    lossless: bool | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)
