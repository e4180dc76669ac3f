"""JPEG (ITU-T T.81): a walk over the segments that finds size, sampling, profile, orientation and where it ends."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from qualitygate.core.image import Subsampling
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.decode.exif import orientation_of
from qualitygate.decode.header import Header
from qualitygate.decode.jpeg_scans import Scan, check_scans
from qualitygate.decode.refuse import corrupt, refusal, refuse_size, truncated, unsupported

# Within entropy-coded data a marker is FF followed by neither 00 (stuffing), D0-D7 (restart) nor FF (fill).
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROCESSES = {
    0xC0: "baseline", 0xC1: "extended sequential", 0xC2: "progressive", 0xC9: "arithmetic sequential",
    0xCA: "arithmetic progressive",
}  # fmt: skip
_KEPT = {0xE0, 0xEE}  # JFIF and Adobe say which colour transform was applied; other APPn and COM are dropped
_MAX_SCANS = 100  # every scan costs a pass over the whole picture
# ISO 21496-1, Ultra HDR 1.0, and Apple's, which names it only in the second picture.
_GAIN_MAPS = (b"urn:iso:std:iso:ts:21496:-1", b"http://ns.adobe.com/hdr-gain-map/1.0/", b":aux:hdrgainmap")


@dataclass(slots=True)
class _Walk:
    kept: list[bytes] = field(default_factory=list)
    frame: tuple[int, bytes] | None = None
    scans: list[Scan] = field(default_factory=list)
    icc: list[bytes] = field(default_factory=list)
    exif: bytes | None = None
    adobe: int | None = None
    gain_map: bool = False
    pictures: int = 1


def read(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a JPEG; of a multi-picture or gain-map file, those of its base picture.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1211 (12 bits), QG-1214 (profile chunks), QG-1217 (lossless process).
    """
    walk = _walk(data, limits)
    if walk.frame is None or not walk.scans:
        raise truncated("there is no frame or scan")
    marker, body = walk.frame
    _, height, width, count = struct.unpack_from(">BHHB", body)
    components = [(body[6 + 3 * i], body[7 + 3 * i] >> 4, body[7 + 3 * i] & 15) for i in range(count)]
    check_scans([c[0] for c in components], walk.scans, progressive=marker in (0xC2, 0xCA))
    orientation = orientation_of(walk.exif) if walk.exif is not None else 1
    settings: dict[str, Setting] = {"jpeg_process": _PROCESSES[marker]}
    if orientation is None:
        settings["exif"] = "unreadable"
    if walk.gain_map:
        settings["gain_map"] = "ignored, base picture only"
    if walk.pictures > 1:
        settings["pictures"] = f"first of {walk.pictures}"
    return Header(
        format="jpeg", width=width, height=height, bit_depth=8, stream=b"".join(walk.kept),
        orientation=orientation or 1, icc=_assemble(walk.icc, limits), subsampling=_subsampling(components),
        lossless=False, settings=settings, details={"components": count, "adobe": walk.adobe, "process": marker},
    )  # fmt: skip


def _walk(data: bytes, limits: DecodeLimits) -> _Walk:
    walk = _Walk(kept=[b"\xff\xd8"])
    position = 2
    while True:
        position = data.find(b"\xff", position)
        while 0 <= position < len(data) - 1 and data[position + 1] == 0xFF:
            position += 1
        if position < 0 or position + 1 >= len(data):
            raise truncated("there is no end-of-image marker")
        marker = data[position + 1]
        if marker == 0xD9:
            walk.gain_map |= any(data.find(name, position) >= 0 for name in _GAIN_MAPS)
            walk.kept.append(b"\xff\xd9")
            return walk
        if marker == 0xD8:
            raise truncated("another picture begins before the first has ended")
        if marker == 0 or marker in _STANDALONE:
            position += 2
            continue
        end = _segment_end(data, position)
        body = data[position + 4 : end]
        if marker == 0xDA:
            following = _MARKER.search(data, end)
            if following is None:
                raise truncated("the picture data have no end")
            end = following.start()
            walk.scans.append(Scan.parse(body))
            if len(walk.scans) > _MAX_SCANS:
                raise corrupt(f"there are more than {_MAX_SCANS} scans")
        _note(walk, marker, body, limits)
        if marker < 0xE0 or marker in _KEPT:
            walk.kept.append(data[position:end])
        position = end


def _segment_end(data: bytes, position: int) -> int:
    if position + 4 > len(data):
        raise truncated("a segment has no length")
    length = int.from_bytes(data[position + 2 : position + 4], "big")
    if length < 2:
        raise corrupt(f"a segment at byte {position} has the length {length}")
    if position + 2 + length > len(data):
        raise truncated("a segment ends after the file")
    return position + 2 + length


def _note(walk: _Walk, marker: int, body: bytes, limits: DecodeLimits) -> None:
    if marker in _FRAMES:
        if walk.frame is not None:
            raise corrupt("there are two frame headers")
        _check_frame(marker, body, limits)
        walk.frame = (marker, body)
    elif marker == 0xE1 and body.startswith(b"Exif\x00") and walk.exif is None:
        walk.exif = body[6:]
    elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\x00"):
        walk.icc.append(body[12:])
    elif marker == 0xE2 and body.startswith(b"MPF\x00"):
        walk.pictures = max(_mpf_count(body[4:]), 1)
    elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        walk.adobe = body[11]
    if marker in (0xE1, 0xE2) and any(name in body for name in _GAIN_MAPS):
        walk.gain_map = True


def _check_frame(marker: int, body: bytes, limits: DecodeLimits) -> None:
    if len(body) < 6 or len(body) != 6 + 3 * body[5] or not body[5]:
        raise corrupt("the frame header has a wrong length")
    precision, height, width = struct.unpack_from(">BHH", body)
    refuse_size(width, height, limits.max_pixels)
    if marker not in _PROCESSES:
        raise unsupported("the JPEG is lossless or hierarchical", "export a baseline or progressive JPEG")
    if precision != 8:
        raise refusal(
            "QG-1211", f"the JPEG has {precision} bits per channel, the decoder keeps 8", "export with 8 bits"
        )
    for i in range(body[5]):
        across, down = body[7 + 3 * i] >> 4, body[7 + 3 * i] & 15
        if not (1 <= across <= 4 and 1 <= down <= 4):
            raise corrupt(f"a sampling factor is {across}x{down}")


def _mpf_count(body: bytes) -> int:
    """Number of pictures by the MPF index (CIPA DC-007, 5.2.3.2), 0 when it cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(body[:2])
    try:
        if order:
            (offset,) = struct.unpack_from(order + "I", body, 4)
            (entries,) = struct.unpack_from(order + "H", body, offset)
            for i in range(entries):
                tag, _, _, value = struct.unpack_from(order + "HHII", body, offset + 2 + 12 * i)
                if tag == 0xB001:
                    return int(value)
    except struct.error:
        pass
    return 0


def _assemble(parts: list[bytes], limits: DecodeLimits) -> bytes | None:
    """Join the chunks of a profile (ICC.1:2022, B.4): numbered 1..n in any order, each once."""
    if not parts:
        return None
    if sum(map(len, parts)) > limits.max_metadata_bytes:
        raise refusal("QG-1206", "the ICC profile is larger than the limit", "raise `limits.max_metadata_bytes`")
    numbers = sorted(p[0] for p in parts if len(p) >= 2)
    total = {p[1] for p in parts if len(p) >= 2}
    if len(numbers) != len(parts) or total != {len(parts)} or numbers != list(range(1, len(parts) + 1)):
        found = ", ".join(map(str, numbers)) or "none"
        promised = max(total, default=0)
        raise refusal(
            "QG-1214",
            f"the ICC profile is incomplete: chunks {found} of {promised}",
            "embed a valid profile, or remove it if the picture is sRGB",
        )
    return b"".join(p[2:] for p in sorted(parts, key=lambda p: p[0]))


def _subsampling(components: list[tuple[int, int, int]]) -> Subsampling | None:
    if len(components) < 3:
        return None
    (_, across, down), *chroma = components[:3]
    if len({c[1:] for c in chroma}) != 1:
        return "other"
    names: dict[tuple[float, float], Subsampling] = {
        (1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1",
    }  # fmt: skip
    return names.get((across / chroma[0][1], down / chroma[0][2]), "other")
