"""AVIF and HEIC: size, depth, sampling, colour and rotation of the primary picture, from its item properties."""

from __future__ import annotations

from qualitygate.core.image import Subsampling
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.decode.cicp import Cicp, refuse_hdr
from qualitygate.decode.header import Header
from qualitygate.decode.isobmff import Box, Container, parse
from qualitygate.decode.refuse import corrupt, refusal, refuse_size

# EXIF orientation for `irot` quarter turns anticlockwise, then `imir` about an axis (None, 0: top and bottom change
# places, 1: left and right), in the order MIAF (ISO/IEC 23000-22, 7.3.6.7) demands.
_ORIENTATION = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip


def read_avif(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of an AVIF.

    The EXIF orientation is not applied: the container's `irot` and `imir` are (MIAF 7.3.6.7).

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1206, QG-1212 (PQ, HLG).
    """
    container = parse(data)
    depth, subsampling = 8, None
    for kind, body in (*container.properties, *container.coded):
        if kind == b"av1C" and len(body) >= 4:
            depth, subsampling = _av1(body)
            break
    return _header(
        "avif", data, container, depth, subsampling, limits, orientation=container_orientation(container.properties)
    )


def read_heic(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a HEIC. The decoder turns the picture itself, so that no orientation is left to apply.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1206, QG-1212 (PQ, HLG).
    """
    container = parse(data)
    depth, subsampling = 8, None
    for kind, body in (*container.properties, *container.coded):
        if kind == b"hvcC" and len(body) >= 18:
            depth, subsampling = 8 + (body[17] & 7), _CHROMA[body[16] & 3]
            break
    return _header("heic", data, container, depth, subsampling, limits, orientation=1)


_CHROMA: tuple[Subsampling | None, ...] = (None, "4:2:0", "4:2:2", "4:4:4")


def _av1(body: bytes) -> tuple[int, Subsampling | None]:
    """Depth and sampling of `av1C` (AV1-ISOBMFF 2.3.3)."""
    flags = body[2]
    depth = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
    if flags & 0x10:
        return depth, None
    across, down = bool(flags & 0x08), bool(flags & 0x04)
    return depth, "4:2:0" if across and down else "4:2:2" if across else "4:4:4"


def _header(
    name: str,
    data: bytes,
    container: Container,
    depth: int,
    subsampling: Subsampling | None,
    limits: DecodeLimits,
    orientation: int,
) -> Header:
    width = height = 0
    icc: bytes | None = None
    cicp: Cicp | None = None
    for kind, body in container.properties:
        if kind == b"ispe" and len(body) >= 12:
            width, height = int.from_bytes(body[4:8], "big"), int.from_bytes(body[8:12], "big")
        elif kind == b"colr" and body[:4] in (b"prof", b"rICC"):
            icc = body[4:]
        elif kind == b"colr" and body[:4] == b"nclx" and len(body) >= 11:
            first, second, third = (int.from_bytes(body[i : i + 2], "big") for i in (4, 6, 8))
            cicp = Cicp(first, second, third, bool(body[10] & 0x80))
    if container.properties:
        refuse_size(width, height, limits.max_pixels)
    elif container.has_meta and container.brand not in ("avis", "hevc", "msf1"):
        raise corrupt("there is no primary picture")
    if icc is not None and len(icc) > limits.max_metadata_bytes:
        raise refusal("QG-1206", "the ICC profile is larger than the limit", "raise `limits.max_metadata_bytes`")
    if cicp is not None:
        refuse_hdr(cicp)
    settings: dict[str, Setting] = {"gain_map": "ignored, base picture only"} if container.has_gain_map else {}
    return Header(
        format=name, width=width, height=height, bit_depth=depth, stream=data, orientation=orientation, icc=icc,
        # An ICC profile describes the colour; code points beside it only steer the decoder's YCbCr matrix.
        cicp=None if icc is not None else cicp, subsampling=subsampling, settings=settings,
        lossless=None,
    )  # fmt: skip


def container_orientation(properties: tuple[Box, ...]) -> int:
    """EXIF value 1..8 of the `irot` and `imir` properties of a picture."""
    turns, axis = 0, None
    for kind, body in properties:
        if kind == b"irot" and body:
            turns = body[0] & 3
        elif kind == b"imir" and body:
            axis = body[0] & 1
    return _ORIENTATION[turns, axis]
