"""HEIF container (ISO/IEC 14496-12, 23008-12): the properties of the primary picture, by a bounded walk over boxes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from qualitygate.decode.refuse import corrupt, truncated

_MAX_BOXES = 100_000
Box = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Container:
    """What the container says of its pictures.

    Attributes:
        brand: Major brand.
        properties: Properties of the primary picture in the order in which they apply.
        coded: Every `av1C` and `hvcC` in the file, for pictures made of tiles that carry it in the primary's stead.
        has_meta: Whether there is a `meta` box; an image sequence may have none.
        has_gain_map: Whether a tone-mapped derivation (ISO 21496-1) stands beside the base picture.
    """

    brand: str
    properties: tuple[Box, ...]
    coded: tuple[Box, ...]
    has_meta: bool
    has_gain_map: bool


def parse(data: bytes) -> Container:
    """Parse the top-level boxes.

    Raises:
        DecodeError: QG-1203 for a box that ends after the file, QG-1204 for a broken structure.
    """
    try:
        return _parse(data)
    except (struct.error, IndexError):
        raise corrupt("the box structure is broken") from None


def _parse(data: bytes) -> Container:
    meta = b""
    has_media = False
    for kind, body in boxes(data, whole_file=True):
        has_media |= kind in (b"mdat", b"idat", b"moov")
        if kind == b"meta" and not meta:
            meta = body
    inner = list(boxes(meta[4:]))
    if not has_media and not any(kind == b"idat" for kind, _ in inner):
        raise truncated("there is no picture data")
    found = dict(reversed(inner))
    properties: list[Box] = []
    associated: list[int] = []
    if b"iprp" in found:
        iprp = list(boxes(found[b"iprp"]))
        properties = [box for kind, body in iprp if kind == b"ipco" for box in boxes(body)]
        primary = _primary(found.get(b"pitm", b""))
        for kind, body in iprp:
            if kind == b"ipma":
                associated += _associations(body, primary)
    mine = tuple(properties[i - 1] for i in associated if 0 < i <= len(properties))
    coded = tuple(box for box in properties if box[0] in (b"av1C", b"hvcC"))
    return Container(
        brand=data[8:12].decode("latin-1"),
        properties=mine,
        coded=coded,
        has_meta=bool(meta),
        has_gain_map=b"tmap" in found.get(b"iinf", b"") or b"hdrgainmap" in found.get(b"iprp", b""),
    )


def boxes(data: bytes, *, whole_file: bool = False) -> Iterator[Box]:
    """Type and body of each box; 64-bit sizes and `size = 0` (to the end) as in ISO/IEC 14496-12, 4.2.

    Raises:
        DecodeError: QG-1203 when a top-level box ends after the file, QG-1204 when an inner one leaves its parent.
    """
    position = 0
    for _ in range(_MAX_BOXES):
        if position + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, position)
        header = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, position + 8)
            header = 16
        elif size == 0:
            size = len(data) - position
        if size < header:
            raise corrupt(f"the box {kind.decode('latin-1')!r} has the size {size}")
        if position + size > len(data):
            name = kind.decode("latin-1")
            raise (
                truncated(f"the box {name!r} ends after the file")
                if whole_file
                else corrupt(f"the box {name!r} leaves its parent")
            )
        yield kind, data[position + header : position + size]
        position += size
    raise corrupt(f"there are more than {_MAX_BOXES:,} boxes")


def _primary(pitm: bytes) -> int:
    if not pitm:
        return -1
    return int(struct.unpack_from(">I" if pitm[0] else ">H", pitm, 4)[0])


def _associations(ipma: bytes, item: int) -> list[int]:
    """Property indices, from 1, of one item."""
    version, flags = ipma[0], ipma[3]
    (entries,) = struct.unpack_from(">I", ipma, 4)
    position = 8
    for _ in range(entries):
        found, count = struct.unpack_from(">HB" if version == 0 else ">IB", ipma, position)
        position += 3 if version == 0 else 5
        wide = flags & 1
        if found == item:
            raw = struct.unpack_from(f">{count}{'H' if wide else 'B'}", ipma, position)
            return [value & (0x7FFF if wide else 0x7F) for value in raw]
        position += count * (2 if wide else 1)
    return []
