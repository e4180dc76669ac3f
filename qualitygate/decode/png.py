"""PNG (third edition, W3C 2025): a walk over the chunks that checks what decoders let pass, and reads the colour."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.decode.exif import orientation_of
from qualitygate.decode.header import Header
from qualitygate.decode.inflate import Budget, Part, checksum
from qualitygate.decode.png_colour import declared_encoding
from qualitygate.decode.png_data import SIGNATURE, Shape, pixel_data
from qualitygate.decode.refuse import animation, corrupt, refusal, refuse_size, truncated, unsupported

if TYPE_CHECKING:
    from qualitygate.decode.cicp import Cicp

_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ONCE = {b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"cICP", b"sRGB", b"gAMA", b"cHRM", b"acTL", b"eXIf"}
_TEXT = {b"tEXt", b"zTXt", b"iTXt"}
_KIND = re.compile(rb"[A-Za-z]{4}")


def read(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a PNG. Its pixels are inflated on the way, to see whether they are whole.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1206, QG-1207 (animated), QG-1212 (cICP), QG-1214 (colour chunks).
    """
    once: dict[bytes, bytes] = {}
    image_data: list[Part] = []
    texts: list[tuple[bytes, bytes]] = []
    frames = 0
    previous = b""
    for kind, body in _chunks(data):
        if not previous and kind == b"IHDR":
            _check_header(bytes(body), limits)
        elif not previous:
            raise corrupt(f"the first chunk is {_name(kind)}, not IHDR")
        if kind in _ONCE and kind in once:
            raise corrupt(f"the chunk {_name(kind)} stands twice")
        if kind in _ONCE:
            once[kind] = bytes(body)
        elif kind == b"IDAT":
            if image_data and previous != b"IDAT":
                raise corrupt("the IDAT chunks do not follow each other")
            image_data.append(body)
        elif kind in _TEXT:
            texts.append((kind, bytes(body)))
        elif kind == b"fcTL":
            frames += 1 if image_data else 0
        elif kind[0] & 0x20 == 0 and kind != b"IEND":
            raise corrupt(f"the critical chunk {_name(kind)} is unknown")
        previous = kind
    return _header(once, image_data, texts, frames, limits)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Every chunk up to IEND as type and body, lengths and CRC-32 checked. Nothing is copied."""
    view, position = memoryview(data), len(SIGNATURE)
    while True:
        if position + 8 > len(data):
            raise truncated("there is no IEND chunk")
        length, kind = struct.unpack_from(">I4s", data, position)
        if not _KIND.fullmatch(kind):
            raise corrupt(f"byte {position + 4} is no chunk type")
        if kind == b"CgBI":
            raise unsupported("the PNG is in Apple's private variant (CgBI)", "export a standard PNG")
        end = position + 12 + length
        if end > len(data):
            raise truncated(f"the chunk {_name(kind)} ends {end - len(data):,} bytes after the file")
        body = view[position + 8 : end - 4]
        # The type and the body, which follow each other.
        if checksum(view[position + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise corrupt(f"the checksum of the chunk {_name(kind)} does not match")
        yield kind, body
        if kind == b"IEND":
            return
        position = end


def _check_header(body: bytes, limits: DecodeLimits) -> None:
    if len(body) != 13:
        raise corrupt(f"IHDR has {len(body)} bytes, not 13")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", body)
    if depth not in _DEPTHS.get(colour, ()):
        raise corrupt(f"colour type {colour} with {depth} bits does not exist")
    if compression or filtering or interlace > 1:
        raise corrupt("compression, filter or interlace method does not exist")
    refuse_size(width, height, limits.max_pixels)


def _header(
    once: dict[bytes, bytes],
    image_data: list[Part],
    texts: list[tuple[bytes, bytes]],
    later_frames: int,
    limits: DecodeLimits,
) -> Header:
    width, height, depth, colour, *_ = struct.unpack(">IIBBBBB", once[b"IHDR"])
    if not image_data:
        raise corrupt("there is no IDAT chunk")
    if colour == 3 and not (b"PLTE" in once and 0 < len(once[b"PLTE"]) <= 768 and len(once[b"PLTE"]) % 3 == 0):
        raise corrupt("the palette is missing or has a wrong length")
    if b"acTL" in once and (later_frames or once[b"acTL"][:4] != b"\x00\x00\x00\x01"):
        raise animation(f"an animation of {int.from_bytes(once[b'acTL'][:4], 'big')} frames")
    if b"tRNS" in once and len(once[b"tRNS"]) not in {0: (2,), 2: (6,), 3: range(1, 257)}.get(colour, ()):
        raise corrupt("the tRNS chunk has a wrong length or does not belong to this colour type")
    shape = Shape(width, height, depth, colour, bool(once[b"IHDR"][12]))
    kept = tuple((k, once[k]) for k in (b"IHDR", b"PLTE", b"tRNS") if k in once and (k == b"IHDR" or colour == 3))
    try:
        pixels = pixel_data(shape, kept, image_data)
    except zlib.error as error:
        raise corrupt(f"the pixel data do not inflate ({error})") from None
    if pixels is None:
        raise truncated("there are fewer pixel data than the header promises")

    budget = Budget(limits.max_metadata_bytes)
    cicp = _cicp(once.get(b"cICP"))
    icc = None if cicp is not None else _profile(once.get(b"iCCP"), budget)
    exif = _raw_profile_exif(texts, budget)
    orientation = orientation_of(once.get(b"eXIf", exif or b""))
    settings: dict[str, Setting] = {} if orientation else {"exif": "unreadable"} if b"eXIf" in once else {}
    declared, note = declared_encoding(once.get(b"sRGB"), once.get(b"gAMA"), once.get(b"cHRM"))
    return Header(
        format="png", width=width, height=height, bit_depth=depth, stream=b"", orientation=orientation or 1,
        icc=icc, cicp=cicp, declared=declared, lossless=True, settings={**settings, **note},
        details={"pixels": pixels, "colour_key": once.get(b"tRNS") if colour in (0, 2) else None},
    )  # fmt: skip


def _cicp(body: bytes | None) -> Cicp | None:
    if body is None:
        return None
    if len(body) != 4 or body[2] != 0:
        raise refusal("QG-1214", "the cICP chunk is malformed", "remove it if the picture is sRGB")
    from qualitygate.decode.cicp import Cicp, refuse_hdr

    cicp = Cicp(body[0], body[1], body[2], body[3] == 1)
    refuse_hdr(cicp)
    if not cicp.full_range:
        raise unsupported("the PNG holds narrow-range video levels (cICP)", "export with full range")
    return cicp


def _profile(body: bytes | None, budget: Budget) -> bytes | None:
    if body is None:
        return None
    name, _, rest = body.partition(b"\x00")
    try:
        if not name or rest[:1] != b"\x00":
            raise zlib.error("malformed chunk")
        return budget.inflate(rest[1:], "the ICC profile")
    except zlib.error as error:
        raise refusal(
            "QG-1214", f"the ICC profile does not inflate ({error})", "embed a valid profile, or remove it if sRGB"
        ) from None


def _raw_profile_exif(texts: list[tuple[bytes, bytes]], budget: Budget) -> bytes | None:
    """EXIF as ImageMagick writes it: hexadecimal digits in a text chunk. Every text is inflated to find bombs."""
    found = None
    for kind, body in texts:
        key, _, rest = body.partition(b"\x00")
        text = rest if kind == b"tEXt" else b""
        packed = rest[1:] if kind == b"zTXt" else None
        if kind == b"iTXt" and rest[:1] == b"\x01":
            packed = [*rest[2:].split(b"\x00", 2), b"", b""][2]
        try:
            if packed is not None:
                text = budget.inflate(packed, f"the text chunk {_name(key[:40])}")
        except zlib.error:
            continue
        if key == b"Raw profile type exif" and text:
            found = text
    if found is None:
        return None
    lines = found.strip().split(b"\n")
    try:
        return bytes.fromhex(b"".join(lines[2:]).decode("ascii"))
    except ValueError:
        return None


def _name(kind: bytes) -> str:
    return kind.decode("ascii", "replace")
