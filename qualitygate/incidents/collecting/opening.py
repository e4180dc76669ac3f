"""Opening files that a user names: regular files within the repository, not by way of a link."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO, NamedTuple

from qualitygate.core.errors import ConfigError

_CHUNK = 1 << 20


class Digest(NamedTuple):
    """sha256 in hexadecimal digits, and size in bytes."""

    sha256: str
    bytes: int


def within(root: Path, path: Path) -> str:
    """The path of a file relative to the root, with `/`.

    Args:
        root: Directory that must hold it.
        path: As the user wrote it, relative to the current directory.

    Raises:
        ConfigError: QG-1790, it lies elsewhere, or a link leads to it.
    """
    written = Path(os.path.abspath(path))  # noqa: PTH100 - links must be seen, not followed
    for base in (Path(os.path.abspath(root)), root.resolve()):  # noqa: PTH100
        if written != base and written.is_relative_to(base):
            relative = written.relative_to(base)
            break
    else:
        raise ConfigError(
            "evidence is taken from the repository only",
            code="QG-1790",
            where=os.fspath(path),
            hint=f"copy it to below {root} first",
        )
    step = base
    for part in relative.parts:
        step /= part
        if step.is_symlink():
            raise ConfigError(
                f"{step.relative_to(base).as_posix()} is a link, which may lead anywhere",
                code="QG-1790",
                where=os.fspath(path),
                hint="name the file itself",
            )
    return relative.as_posix()


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file; never a link, a pipe or a device.

    Raises:
        ConfigError: QG-1791, there is none, or it cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        stream = os.fdopen(os.open(path, flags), "rb")
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror or error}",
            code="QG-1791",
            where=os.fspath(path),
            hint="name a file that is there",
        ) from error
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise ConfigError("is no regular file", code="QG-1791", where=os.fspath(path), hint="name a file")
    return stream


def digest_of(stream: BinaryIO) -> Digest:
    """Digest and size of what a stream holds from where it stands."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Digest(digest.hexdigest(), size)


def read_at_most(path: Path, limit: int) -> bytes | Digest:
    """Content of a regular file, or only its digest where it is larger than `limit` bytes. Raises as `open_regular`."""
    with open_regular(path) as stream:
        content = stream.read(limit + 1)
        if len(content) <= limit:
            return content
        stream.seek(0)
        return digest_of(stream)
