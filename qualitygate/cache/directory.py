"""A store in a directory, shared by any number of processes: one file per document, in 256 directories.

A file is written beside its place and renamed, so that a reader finds all of it or nothing. Whatever else goes wrong
(no permission, a full disk, a file removed by somebody else) is as good as not there. Reading a document makes it the
one used last; `trim` removes those that were not used for longest.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from qualitygate.cache.entry import opened, sealed
from qualitygate.core.errors import ConfigError

DEFAULT_SIZE = 256_000_000
# The numbers of a pair take four kilobytes; what is larger is none of ours.
MAX_DOCUMENT = 1_000_000

_KEY = re.compile(r"[0-9a-f]{64}")
_SHARD = re.compile(r"[0-9a-f]{2}")
_ENTRY = re.compile(r"[0-9a-f]{62}")
_UNFINISHED = ".part"
# Nobody takes an hour to write a few kilobytes: who began this was killed.
_ABANDONED_SECONDS = 3600
# What a file takes on the disk beyond its length, at most: its last block.
_BLOCK = 4096
# Trimmed to less than allowed, so that the next run need not do it again.
_KEPT = 0.9


class Directory:
    """Documents below a directory, which is made when the first one is written.

    Args:
        root: The directory.
        size: Bytes on the disk that it is trimmed to.

    Raises:
        ConfigError: QG-1445, something else than a directory stands there.
    """

    def __init__(self, root: Path, size: int = DEFAULT_SIZE) -> None:
        if root.exists() and not root.is_dir():
            raise ConfigError("the cache is a directory, and here is none", code="QG-1445", where=str(root))
        self.root = root
        self.size = size
        self.trouble: str | None = None

    @property
    def empty(self) -> bool:
        """Whether there is certainly nothing in it."""
        try:
            with os.scandir(self.root) as found:
                return not any(_SHARD.fullmatch(one.name) for one in found)
        except OSError:
            return True

    def read(self, key: str) -> bytes | None:
        """See `Store.read`."""
        path = self._path(key)
        try:
            # Without following links: whoever can put one here must not make us read another file of this user's.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(descriptor, "rb") as stream:
                data = stream.read(MAX_DOCUMENT + 1)
        except OSError:
            return None
        document = opened(key, data)
        if document is None:
            return None
        with suppress(OSError):
            os.utime(path)
        return document

    def write(self, key: str, document: bytes) -> bool:
        """See `Store.write`. What went wrong first stands in `trouble`."""
        path = self._path(key)
        data = sealed(key, document)
        if len(data) > MAX_DOCUMENT:
            return False
        beside = path.with_name(f"{secrets.token_hex(8)}{_UNFINISHED}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(data)
                beside.replace(path)
            finally:
                # Renamed, it is not there any more; interrupted, it would be left behind.
                beside.unlink(missing_ok=True)
        except OSError as error:
            self.trouble = self.trouble or (error.strerror or str(error))
            return False
        return True

    def trim(self, now: float) -> None:
        """Remove documents until the rest fits in `size`, those first that were not used for longest.

        Safe beside readers and writers, and beside another `trim`: one that reads a removed document finds nothing, one
        that replaced it meanwhile may lose it.

        Args:
            now: Seconds since 1970, to tell files that somebody is writing from those left behind.
        """
        found: list[tuple[float, int, str]] = []
        for entry in self._files():
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if entry.name.endswith(_UNFINISHED):
                    if now - status.st_mtime > _ABANDONED_SECONDS:
                        Path(entry.path).unlink()
                elif _ENTRY.fullmatch(entry.name):
                    found.append((status.st_mtime, -(-status.st_size // _BLOCK) * _BLOCK, entry.path))
        total = sum(size for _, size, _ in found)
        if total <= self.size:
            return
        found.sort()
        for _, size, path in found:
            if total <= _KEPT * self.size:
                return
            with suppress(OSError):
                Path(path).unlink()
            total -= size

    def _files(self) -> Iterator[os.DirEntry[str]]:
        with suppress(OSError), os.scandir(self.root) as shards:
            for shard in shards:
                if _SHARD.fullmatch(shard.name) and shard.is_dir(follow_symlinks=False):
                    with suppress(OSError), os.scandir(shard.path) as entries:
                        yield from entries

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no SHA-256")
        return self.root / key[:2] / key[2:]
