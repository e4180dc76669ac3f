"""Text chunks of a PNG (third edition, 11.3.3): where Stable Diffusion, ComfyUI and InvokeAI write how it was made."""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_TEXT = 2_000_000
_MAX_CHUNKS = 200_000


def png_texts(data: bytes) -> list[tuple[str, str]]:
    """Keyword and text of every tEXt, zTXt and iTXt chunk, in their order, those after the pixels included.

    A chunk that is broken, or inflates to more than two million bytes, is left out; the walk ends where the file does.
    """
    found: list[tuple[str, str]] = []
    position = len(_SIGNATURE)
    if not data.startswith(_SIGNATURE):
        return found
    room = _MAX_TEXT
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            break
        length, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IEND":
            break
        if kind in (b"tEXt", b"zTXt", b"iTXt") and len(body) == length and (entry := _entry(kind, body, room)):
            room -= len(entry[1])
            found.append(entry)
    return found


def _entry(kind: bytes, body: bytes, room: int) -> tuple[str, str] | None:
    key, _, rest = body.partition(b"\0")
    keyword = key.decode("latin-1")
    if kind == b"tEXt":
        # Latin-1 by the standard; what writes prompts writes UTF-8 there all the same.
        return (keyword, _utf8_or_latin1(rest)) if len(rest) <= room else None
    packed = kind == b"zTXt"
    if kind == b"iTXt":
        packed, parts = rest[:1] == b"\x01", rest[2:].split(b"\0", 2)
        if len(parts) < 3:
            return None
        rest = parts[2]
    else:
        rest = rest[1:]
    if packed:
        inflated = _inflated(rest, room)
        if inflated is None:
            return None
        rest = inflated
    if len(rest) > room:
        return None
    return keyword, rest.decode("utf-8", "replace") if kind == b"iTXt" else _utf8_or_latin1(rest)


def _inflated(data: bytes, room: int) -> bytes | None:
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(data, room + 1)
    except zlib.error:
        return None
    return text if engine.eof and len(text) <= room else None


def _utf8_or_latin1(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")
