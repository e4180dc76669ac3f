"""The first look at the bytes: what is no LUT at all is refused by name, before a parser sees it."""

from __future__ import annotations

import re

from qualitygate.luts.finding import Refusal

MAX_BYTES = 500_000_000
"""Size cap of a file. The largest table of the strictest format, 256^3 rows of 27 bytes, has 453 MB."""

HEAD = 1 << 20
"""How many bytes are read before the rest of a file is. Twice the longest header, so that its end is in it."""

_LOOK = 1 << 16

_LFS = b"version https://git-lfs.github.com/spec/"
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_CONFLICT = re.compile(rb"^(<{7} |>{7} |={7}\r?$|\|{7} )", re.M)
_BINARY = (
    (b"\x89PNG\r\n\x1a\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"RIFF", "RIFF file"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"%PDF", "PDF document"),
    (b"II*\x00", "TIFF picture"),
    (b"MM\x00*", "TIFF picture"),
)
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


def refuse_size(size: int, limit: int) -> None:
    """Refuse an empty file and one over the cap.

    Raises:
        Refusal: QG-1603, QG-1602.
    """
    if size == 0:
        raise Refusal("QG-1603", "the file is empty", "a LUT")
    if size > limit:
        raise Refusal("QG-1602", f"the file has {size:,} bytes", f"at most {limit:,}")


def refuse_pointer(data: bytes) -> None:
    """Refuse what stands where any file may stand, text or binary: an LFS pointer or an HTML page.

    Raises:
        Refusal: QG-1604, QG-1606.
    """
    if data.startswith(_LFS):
        raise Refusal("QG-1604", "the file is a Git LFS pointer", "the LUT itself; run `git lfs pull`", 1)
    if _HTML.match(data[:1024]):
        raise Refusal("QG-1606", "the file is an HTML page", "a LUT; look at the step that downloaded it", 1)


def refuse_other_than_text(head: bytes) -> None:
    """Refuse beginnings no text format has.

    Args:
        head: The file, or its beginning; the first 64 KiB are looked at. Tables have an allow-list of their own.

    Raises:
        Refusal: QG-1605, QG-1607, QG-1608, QG-1609, QG-1610.
    """
    head = head[:_LOOK]
    refuse_pointer(head)
    for signature, name in _BINARY:
        if head.startswith(signature):
            raise Refusal("QG-1607", f"the file is a {name}", "the text format its name promises")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or re.match(rb"(?:\x00[\t-~]){2}|(?:[\t-~]\x00){2}", head):
        raise Refusal("QG-1608", "the file is encoded in UTF-16 or UTF-32", "ASCII or UTF-8", 1)
    if head.startswith(b"\xef\xbb\xbf"):
        raise Refusal("QG-1610", "the file begins with a UTF-8 byte order mark", "none: most readers stop at it", 1)
    if conflict := _CONFLICT.search(head):
        raise Refusal("QG-1605", "a merge conflict marker", "the conflict resolved", line_of(head, conflict.start()))
    nul = head.find(b"\x00")
    if nul >= 0:
        raise Refusal("QG-1609", f"a NUL byte at offset {nul}: the file is binary", "text", line_of(head, nul))
    if control := _CONTROL.search(head):
        at = control.start()
        raise Refusal("QG-1609", f"the control character 0x{head[at]:02x}", "text", line_of(head, at))


def line_of(data: bytes, offset: int) -> int:
    """Number of the line a byte stands in, from 1."""
    return data.count(b"\n", 0, offset) + 1
