"""What a file of the cache holds: a line with its digest, then the document. Pure."""

from __future__ import annotations

import hashlib

_TITLE = b"qualitygate result 1 "
_HEAD = len(_TITLE) + 64 + 1
TITLE_BYTES = len(_TITLE)


def sealed(key: str, document: bytes) -> bytes:
    """The document behind a line that says what it is and whose it is."""
    return _TITLE + _digest(key, document) + b"\n" + document


def opened(key: str, data: bytes) -> bytes | None:
    """The document of a file; None where it is damaged, cut short, of another key, or no entry at all."""
    head, document = data[:_HEAD], data[_HEAD:]
    if head != _TITLE + _digest(key, document) + b"\n":
        return None
    return document


def begun(head: bytes) -> bool:
    """Whether a file that begins so, with `TITLE_BYTES` or fewer, may be ours, written as far as that."""
    return _TITLE.startswith(head[:TITLE_BYTES])


def ours(head: bytes) -> bool:
    """Whether a file that begins so, with `TITLE_BYTES` or more, is an entry, damaged behind that or not."""
    return head.startswith(_TITLE)


def _digest(key: str, document: bytes) -> bytes:
    return hashlib.sha256(key.encode("ascii") + b"\n" + document).hexdigest().encode("ascii")
