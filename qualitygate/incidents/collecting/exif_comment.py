"""EXIF UserComment of a JPEG, WebP or PNG: where Stable Diffusion writes its parameters when it cannot in a text chunk.

Exif 3.0 (CIPA DC-008), 4.6.5: tag 0x9286 in the Exif directory, eight bytes that name its code, then the text.
"""

from __future__ import annotations

import struct

from qualitygate.incidents.collecting.containers import jpeg_app1, webp_chunks
from qualitygate.incidents.collecting.png_text import png_chunks

_HEADER = b"Exif\0\0"
_EXIF_DIRECTORY, _USER_COMMENT = 0x8769, 0x9286
_MAX_ENTRIES = 1000
_MAX_BYTES = 2_000_000


def user_comments(data: bytes) -> list[str]:
    """The comments of a picture that say something, in the order of its EXIF blocks; none where none is."""
    blocks = [body for body in jpeg_app1(data) if body.startswith(_HEADER)]
    blocks += [body for name, body in webp_chunks(data) if name == b"EXIF"]
    blocks += [body for kind, body in png_chunks(data) if kind == b"eXIf"]
    found = (_comment(block.removeprefix(_HEADER)) for block in blocks)
    return list(dict.fromkeys(text for text in found if text))


def _comment(tiff: bytes) -> str | None:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        pointer = _entry(tiff, order, first, _EXIF_DIRECTORY)
        entry = _entry(tiff, order, pointer[1], _USER_COMMENT) if pointer else None
    except struct.error:
        return None
    if entry is None or entry[0] <= 8:
        return None
    size, offset = entry
    content = tiff[offset : offset + min(size, _MAX_BYTES)]
    return _text(content[:8], content[8:], order)


def _entry(tiff: bytes, order: str, directory: int, wanted: int) -> tuple[int, int] | None:
    """Count and value of a tag in a directory."""
    (entries,) = struct.unpack_from(f"{order}H", tiff, directory)
    for number in range(min(entries, _MAX_ENTRIES)):
        tag, _, count, value = struct.unpack_from(f"{order}HHII", tiff, directory + 2 + 12 * number)
        if tag == wanted:
            return count, value
    return None


def _text(code: bytes, content: bytes, order: str) -> str:
    if code.startswith(b"UNICODE"):
        text = _utf16(content, order)
    elif code.startswith(b"JIS"):
        text = content.decode("iso2022_jp", "replace")
    else:  # ASCII, or eight zeros for unknown: UTF-8 is written there, too
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("latin-1") if code.startswith(b"ASCII") else ""
    return text.strip("\0 \t\r\n\ufeff")


def _utf16(content: bytes, order: str) -> str:
    """UTF-16 in the order that gives more ASCII: the standard names none, and writers do not agree."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    big = even > odd if even != odd else order == ">"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        big = content[:2] == b"\xfe\xff"
    return content[: len(content) // 2 * 2].decode("utf-16-be" if big else "utf-16-le", "replace")
