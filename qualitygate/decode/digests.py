"""Digests of files, read in pieces that are thrown away: to know whether a picture was seen before."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from qualitygate.core.limits import DecodeLimits

# Stays in the cache of the processor, and is memory that is reused: pieces from 256 KiB on take twice the time.
_PIECE = 1 << 16


def file_digest(path: Path, limits: DecodeLimits = DecodeLimits()) -> str | None:  # noqa: B008 (frozen)
    """SHA-256 of a file's bytes, hexadecimal; None where `read_file` would refuse it."""
    return (pair_digests(path, path, limits) or (None,))[0]


def holds(path: Path, data: bytes) -> bool:
    """Whether a regular file holds exactly these bytes, at least one; False where it cannot be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data) or not data:
            return False
        place = 0
        with path.open("rb") as stream:
            for piece in _pieces(stream):
                if piece != data[place : place + len(piece)]:  # a view would be compared item by item
                    return False
                place += len(piece)
        return place == len(data)
    except OSError:
        return False


def pair_digests(reference: Path, candidate: Path, limits: DecodeLimits) -> tuple[str, str] | None:
    """SHA-256 of the bytes of two files, hexadecimal; what they begin with in common is hashed once.

    None where `read_file` would refuse one of them: missing, no regular file, empty, larger than `limits.max_bytes`.
    """
    try:
        if not (_readable(reference, limits) and _readable(candidate, limits)):
            return None
        with ExitStack() as files:
            ours = files.enter_context(reference.open("rb"))
            if candidate == reference:
                digest = hashlib.sha256()
                for piece in _pieces(ours):
                    digest.update(piece)
                return digest.hexdigest(), digest.hexdigest()
            theirs = files.enter_context(candidate.open("rb"))
            return _both(_pieces(ours), _pieces(theirs))
    except OSError:
        return None


def _readable(path: Path, limits: DecodeLimits) -> bool:
    status = path.stat()
    return stat.S_ISREG(status.st_mode) and 0 < status.st_size <= limits.max_bytes


def _both(ours: Iterator[bytes], theirs: Iterator[bytes]) -> tuple[str, str]:
    common = hashlib.sha256()
    while True:
        piece, other = next(ours, b""), next(theirs, b"")
        if piece != other:
            break
        if not piece:
            return common.hexdigest(), common.hexdigest()
        common.update(piece)
    apart = common.copy()
    for digest, first, rest in ((common, piece, ours), (apart, other, theirs)):
        digest.update(first)
        for piece in rest:
            digest.update(piece)
    return common.hexdigest(), apart.hexdigest()


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The file in pieces of one size but for the last."""
    while piece := stream.read(_PIECE):
        yield piece
