"""TIFF 6.0 and BigTIFF: the tags of the first directory that matter to pixels, by a bounded walk."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from qualitygate.core.image import Subsampling
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.decode.header import Header
from qualitygate.decode.refuse import animation, corrupt, refusal, refuse_size, truncated, unsupported

_TYPES = {1: "B", 2: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q"}
_WANTED = {
    254: "subfile", 256: "width", 257: "height", 258: "bits", 259: "compression", 262: "photometric", 266: "fill_order",
    273: "strip_offsets", 274: "orientation", 277: "samples", 278: "rows_per_strip", 279: "strip_bytes", 284: "planar",
    322: "tile_width", 323: "tile_height", 324: "tile_offsets", 325: "tile_bytes", 332: "ink_set", 338: "extra",
    339: "format", 530: "subsampling", 34675: "icc",
}  # fmt: skip
_MAX_ENTRIES = 4_096
_LOSSY = {6: "JPEG", 7: "JPEG", 34712: "JPEG 2000", 50001: "WebP"}
_FLOAT, _UNSIGNED, _UNDEFINED = 3, 1, 4
_MODELS = {0: "grey", 1: "grey", 2: "rgb", 3: "palette", 5: "cmyk", 6: "ycbcr", 8: "lab"}
_CHANNELS = {"grey": 1, "rgb": 3, "palette": 1, "cmyk": 4, "ycbcr": 3, "lab": 3}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the samples of a TIFF lie: what the raster readers need.

    Attributes:
        model: `grey`, `rgb`, `palette`, `cmyk`, `ycbcr` or `lab`.
        white_is_zero: Grey with reversed sense.
        samples: Samples per pixel, extra ones included.
        extra: ExtraSamples: 0 unspecified, 1 associated alpha, 2 unassociated alpha.
        planar: Each sample in a plane of its own.
        pillow_reads: False for the byte orders that Pillow misreads or does not know: big-endian BigTIFF, and
            big-endian 16-bit grey with reversed sense.
    """

    model: str
    white_is_zero: bool
    samples: int
    extra: tuple[int, ...]
    planar: bool
    pillow_reads: bool


def read(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a TIFF.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1206, QG-1207 (pages), QG-1217 (sample type, colour model).
    """
    try:
        return _read(data, limits)
    except (struct.error, OverflowError):
        raise truncated("a directory lies outside the file") from None


def _read(data: bytes, limits: DecodeLimits) -> Header:
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    (offset,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    tags, following = _directory(data, offset, order, big, _WANTED, limits)
    _refuse_pages(data, following, order, big, limits)
    width, height = _one(tags, "width", 0), _one(tags, "height", 0)
    refuse_size(width, height, limits.max_pixels)
    layout = _layout(tags, big_endian=order == ">", big=big)
    bits = tags.get("bits", (1,))
    if not bits or len(set(bits)) > 1:
        raise unsupported(f"the channels have different depths ({', '.join(map(str, bits[:8]))} bits)")
    depth = int(bits[0])
    _check_sample_type(tags, depth)
    compression = _one(tags, "compression", 1)
    _check_stored(data, tags, width, height, depth, layout, compression)
    icc = tags.get("icc")
    orientation = _one(tags, "orientation", 1)
    settings: dict[str, Setting] = {"tiff_compression": compression}
    return Header(
        format="tiff", width=width, height=height, bit_depth=depth, stream=data,
        orientation=orientation if 1 <= orientation <= 8 else 1, icc=bytes(icc) if icc else None,
        subsampling=_subsampling(tags, layout), lossless=compression not in _LOSSY, settings=settings,
        details={"layout": layout},
    )  # fmt: skip


def _directory(
    data: bytes, offset: int, order: str, big: bool, wanted: dict[int, str], limits: DecodeLimits
) -> tuple[dict[str, tuple[int, ...]], int]:
    """Values of the wanted tags, and the offset of the next directory."""
    (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, offset)
    if not 0 < count <= _MAX_ENTRIES:
        raise corrupt(f"a directory has {count} entries")
    start, size = offset + (8 if big else 2), 20 if big else 12
    tags: dict[str, tuple[int, ...]] = {}
    for index in range(count):
        entry = start + size * index
        tag, kind, number = struct.unpack_from(order + ("HHQ" if big else "HHI"), data, entry)
        if tag not in wanted or kind not in _TYPES:
            continue
        length = struct.calcsize(_TYPES[kind]) * number
        place = entry + (12 if big else 8)
        if length > (8 if big else 4):
            (place,) = struct.unpack_from(order + ("Q" if big else "I"), data, place)
        if place + length > len(data):
            raise truncated(f"the tag {tag} lies outside the file")
        if length > limits.max_metadata_bytes:
            raise refusal("QG-1206", f"the tag {tag} claims {length:,} bytes", "raise `limits.max_metadata_bytes`")
        if _TYPES[kind] == "B":
            tags[wanted[tag]] = data[place : place + length]  # type: ignore[assignment]
        else:
            tags[wanted[tag]] = struct.unpack_from(f"{order}{number}{_TYPES[kind]}", data, place)
    (following,) = struct.unpack_from(order + ("Q" if big else "I"), data, start + size * count)
    return tags, int(following)


def _refuse_pages(data: bytes, offset: int, order: str, big: bool, limits: DecodeLimits) -> None:
    """A reduced-resolution copy (NewSubfileType bit 0) or a mask (bit 2) is no page of its own."""
    seen = set()
    for _ in range(limits.max_frames):
        if not offset:
            return
        if offset in seen:
            raise corrupt("the directories form a circle")
        seen.add(offset)
        tags, offset = _directory(data, offset, order, big, {254: "subfile"}, limits)
        if not _one(tags, "subfile", 0) & 5:
            raise animation("several pages")
    raise animation(f"more than {limits.max_frames:,} directories")


def _layout(tags: dict[str, tuple[int, ...]], *, big_endian: bool, big: bool) -> Layout:
    photometric = _one(tags, "photometric", -1)
    model = _MODELS.get(photometric)
    if model is None:
        raise unsupported(f"the colour model (photometric interpretation {photometric}) is not measured")
    samples = _one(tags, "samples", 1)
    if not _CHANNELS[model] <= samples <= 16:
        raise corrupt(f"{samples} samples per pixel do not make {model}")
    if model == "cmyk" and _one(tags, "ink_set", 1) != 1:
        raise unsupported("the inks are not cyan, magenta, yellow and black")
    extra = tuple(int(v) for v in tags.get("extra", ()))
    reversed_deep = photometric == 0 and _one(tags, "bits", 1) == 16
    pillow_reads = not (big_endian and (big or reversed_deep))
    return Layout(model, photometric == 0, samples, extra, _one(tags, "planar", 1) == 2, pillow_reads)


def _subsampling(tags: dict[str, tuple[int, ...]], layout: Layout) -> Subsampling | None:
    """YCbCrSubSampling, 2 by 2 unless told (TIFF 6.0, section 21)."""
    if layout.model != "ycbcr" or layout.samples < 3:
        return None
    names: dict[tuple[int, ...], Subsampling] = {
        (1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1",
    }  # fmt: skip
    return names.get(tuple(tags.get("subsampling", (2, 2))), "other")


def _check_sample_type(tags: dict[str, tuple[int, ...]], depth: int) -> None:
    formats = set(tags.get("format", (_UNSIGNED,)))
    if _FLOAT in formats:
        raise unsupported(f"the samples are {depth}-bit floating point")
    if not formats <= {_UNSIGNED, _UNDEFINED}:
        raise unsupported("the samples are signed or complex")
    if depth > 16:
        raise unsupported(f"the samples have {depth} bits")
    if depth == 0:
        raise corrupt("the samples have no bits")


def _check_stored(
    data: bytes, tags: dict[str, tuple[int, ...]], width: int, height: int, depth: int, layout: Layout, compression: int
) -> None:
    """Strips or tiles must lie inside the file; uncompressed, there must be enough of them."""
    kind = "tile" if "tile_offsets" in tags else "strip"
    offsets, sizes = tags.get(f"{kind}_offsets", ()), tags.get(f"{kind}_bytes", ())
    if not offsets:
        raise corrupt("there are no strips or tiles")
    for start, size in zip(offsets, sizes, strict=False):
        if start + size > len(data):
            raise truncated(f"a {kind} ends {start + size - len(data):,} bytes after the file")
    subsampled = layout.model == "ycbcr"
    needed = height * ((width * layout.samples * depth + 7) // 8)
    if compression == 1 and not subsampled and needed > len(data):
        raise truncated(f"{needed:,} bytes of pixels are needed, the file has {len(data):,}")


def _one(tags: dict[str, tuple[int, ...]], name: str, default: int) -> int:
    values = tags.get(name)
    return int(values[0]) if values else default
