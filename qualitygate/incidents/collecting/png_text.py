"""Text chunks of a PNG (third edition, 11.3.3): where Stable Diffusion, ComfyUI and InvokeAI write how it was made."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_MAX_TEXT = 2_000_000
_MAX_CHUNKS = 200_000
_DAMAGED = "a text chunk was damaged and left out"


class PngText(NamedTuple):
    """Keyword and text of a chunk; without the text, why it was left out."""

    keyword: str
    text: str
    left_out: str | None = None


class _LeftOutError(Exception):
    """Why a chunk is not read."""


def png_texts(data: bytes) -> list[PngText]:
    """Every tEXt, zTXt and iTXt chunk, in their order, those after the pixels included.

    Of a chunk that is broken, or with which they all would come to more than two million bytes, only the keyword is
    given, and why; the walk ends where the file does.
    """
    found: list[PngText] = []
    room = _MAX_TEXT
    for kind, body in png_chunks(data):
        if kind not in _TEXTS:
            continue
        key, zero, rest = body.partition(b"\0")
        keyword = key[:79].decode("latin-1")
        try:
            text = _text(kind, rest, room) if zero else _refuse(_DAMAGED)
        except _LeftOutError as error:
            found.append(PngText(keyword, "", str(error)))
            continue
        room -= len(text)
        found.append(PngText(keyword, text))
    return found


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of every chunk that is there whole, up to IEND."""
    position = len(_SIGNATURE)
    if not data.startswith(_SIGNATURE):
        return
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IEND" or len(body) < length:
            return
        yield kind, body


def _text(kind: bytes, rest: bytes, room: int) -> str:
    packed = kind == b"zTXt"
    if kind == b"iTXt":
        packed, parts = rest[:1] == b"\x01", rest[2:].split(b"\0", 2)
        rest = parts[2] if len(parts) == 3 else _refuse(_DAMAGED)
    elif packed:
        rest = rest[1:]
    if packed:
        rest = _inflated(rest, room)
    if len(rest) > room:
        _refuse(_too_large())
    # Latin-1 by the standard; what writes prompts writes UTF-8 there all the same.
    return rest.decode("utf-8", "replace") if kind == b"iTXt" else _utf8_or_latin1(rest)


def _inflated(data: bytes, room: int) -> bytes:
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(data, room + 1)
    except zlib.error:
        _refuse(_DAMAGED)
    if len(text) > room:
        _refuse(_too_large())
    return text if engine.eof else _refuse(_DAMAGED)


def _too_large() -> str:
    return f"a text chunk was larger than {_MAX_TEXT:,} bytes, alone or with those before it, and left out"


def _refuse(why: str) -> NoReturn:
    raise _LeftOutError(why)


def _utf8_or_latin1(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")
