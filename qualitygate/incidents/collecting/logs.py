"""A CI log as evidence: secrets masked, of a long one the beginning and the end."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO

from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.masking import mask
from qualitygate.incidents.collecting.opening import digest_of, open_regular

HEAD_BYTES = 200_000
TAIL_BYTES = 800_000
"""The end of a log says what failed, so more of it is kept."""

NAME = "ci.log"
_SNIFFED = 8192
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def gather_log(path: Path, subject: str) -> Gathered:
    """The log at a path, read in pieces: it may be larger than memory.

    Raises:
        ConfigError: QG-1791, no regular file, or not readable.
    """
    with open_regular(path) as stream:
        whole = digest_of(stream)
        stream.seek(0)
        start = stream.read(_SNIFFED)
        encoding = next((name for bom, name in _BOMS if start.startswith(bom)), None)
        if encoding is None and b"\0" in start:
            return Gathered(
                "ci_log", NAME, None, whole.sha256, whole.bytes, subject,
                left_out="binary, not stored; unpack an archive of logs first",
            )  # fmt: skip
        text, left_out = _shortened(stream, whole.bytes, encoding or "utf-8")
    masked = mask(text)
    told = None
    if left_out:
        told = f"{left_out:,} of {whole.bytes:,} bytes left out, sha256 of the whole {whole.sha256}"
    content = masked.text.encode("utf-8", "backslashreplace")
    return Gathered("ci_log", NAME, content, whole.sha256, whole.bytes, subject, masked.counts, told)


def _shortened(stream: BinaryIO, size: int, encoding: str) -> tuple[str, int]:
    """Head and tail of a stream as text, cut between lines, and how many bytes were left out."""
    stream.seek(0)
    if size <= HEAD_BYTES + TAIL_BYTES:
        return _text(stream.read(), encoding), 0
    unit = 2 if encoding.startswith("utf-16") else 1
    newline = "\n".encode(encoding)
    head = stream.read(HEAD_BYTES)
    # Half a line may hold half a secret, which no pattern would know: what is cut goes up to a line end.
    head = head[: _aligned(head.rfind(newline), unit) + unit]
    stream.seek((size - TAIL_BYTES) // unit * unit)
    tail = stream.read(TAIL_BYTES + unit)
    cut = tail.find(newline)
    tail = tail[_aligned(cut, unit) + unit :] if cut >= 0 else b""
    left_out = size - len(head) - len(tail)
    told = f"[qualitygate: {left_out:,} of {size:,} bytes left out here]\n"
    return _text(head, encoding) + told + _text(tail, encoding), left_out


def _aligned(position: int, unit: int) -> int:
    return position if position < 0 else position // unit * unit


def _text(content: bytes, encoding: str) -> str:
    return content.decode(encoding, "backslashreplace" if encoding == "utf-8" else "replace").removeprefix("\ufeff")
