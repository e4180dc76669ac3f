"""A store in a directory, shared by any number of processes: one file per document, in 256 directories.

A file is written beside its place and renamed, so that a reader finds all of it or nothing. Whatever else goes wrong
(no permission, a full disk, a file removed by somebody else) is as good as not there. Reading a document makes it the
one used last; `trim` removes those that were not used for longest, and nothing that does not begin like one of ours.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from qualitygate.cache.entry import TITLE_BYTES, begun, opened, ours, sealed
from qualitygate.cache.ignoring import SHARD, keep_out_of_git
from qualitygate.core.errors import ConfigError

DEFAULT_SIZE = 256_000_000
# The numbers of a pair take four kilobytes; what is larger is none of ours.
MAX_DOCUMENT = 1_000_000

_KEY = re.compile(r"[0-9a-f]{64}")
_ENTRY = re.compile(r"[0-9a-f]{62}")
_UNFINISHED = ".part"
_BEGUN = re.compile(r"[0-9a-f]{16}\.part")
# Nobody takes an hour to write a few kilobytes: who began this was killed.
_ABANDONED_SECONDS = 3600
# What a file takes on the disk beyond its length, at most: its last block.
_BLOCK = 4096
# Trimmed to less than allowed, so that the next run need not do it again.
_KEPT = 0.9

# Seconds of its last use since 1970, bytes on the disk, path.
_Found: TypeAlias = tuple[float, int, str]


class Directory:
    """Documents below a directory, which is made when the first one is written.

    Args:
        root: The directory.
        size: Bytes on the disk that it is trimmed to.

    Raises:
        ConfigError: QG-1445, something else than a directory stands there.
    """

    def __init__(self, root: Path, size: int = DEFAULT_SIZE) -> None:
        # Not `Path.exists`, which raises below a directory that this user may not enter: that is as good as not there.
        if os.path.exists(root) and not os.path.isdir(root):  # noqa: PTH110, PTH112
            raise ConfigError("the cache is a directory, and here is none", code="QG-1445", where=str(root))
        self.root = root
        self.size = size
        self.trouble: str | None = None
        self._forbidden = False
        self._begun = False

    @property
    def empty(self) -> bool:
        """Whether there is certainly nothing in it."""
        try:
            with os.scandir(self.root) as found:
                return not any(SHARD.fullmatch(one.name) for one in found)
        except PermissionError:
            return False  # what may not be listed may be read, as long as one knows its name
        except OSError:
            return True

    @property
    def readable(self) -> bool:
        """Whether this user may read what is in it, as far as was tried; False where it is not there."""
        # The directory as seen from inside, which takes permission to enter it.
        return not self._forbidden and os.path.isdir(os.path.join(self.root, "."))  # noqa: PTH112, PTH118

    def read(self, key: str) -> bytes | None:
        """See `Store.read`."""
        path = self._path(key)
        try:
            data = _beginning(path, MAX_DOCUMENT + 1)
        except OSError as error:
            self._forbidden = self._forbidden or isinstance(error, PermissionError)
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
            if not self._begun:
                self._begun = True
                keep_out_of_git(self.root)
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
        named: list[_Found] = []
        for entry in self._files():
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if _BEGUN.fullmatch(entry.name):
                    if now - status.st_mtime > _ABANDONED_SECONDS and begun(_beginning(entry.path, TITLE_BYTES)):
                        Path(entry.path).unlink()
                elif _ENTRY.fullmatch(entry.name):
                    named.append((status.st_mtime, -(-status.st_size // _BLOCK) * _BLOCK, entry.path))
        # Nearly always there is room for all that is called like an entry, and no need to look into any.
        if sum(size for _, size, _ in named) <= self.size:
            return
        found = sorted(_entries(named))
        total = sum(size for _, size, _ in found)
        if total <= self.size:
            return
        for _, size, path in found:
            if total <= _KEPT * self.size:
                return
            with suppress(OSError):
                Path(path).unlink()
            total -= size

    def taken(self) -> int:
        """Bytes on the disk that its documents take."""
        named: list[_Found] = []
        for entry in self._files():
            if _ENTRY.fullmatch(entry.name):
                with suppress(OSError):
                    size = entry.stat(follow_symlinks=False).st_size
                    named.append((0.0, -(-size // _BLOCK) * _BLOCK, entry.path))
        return sum(size for _, size, _ in _entries(named))

    def _files(self) -> Iterator[os.DirEntry[str]]:
        with suppress(OSError), os.scandir(self.root) as shards:
            for shard in shards:
                if SHARD.fullmatch(shard.name) and shard.is_dir(follow_symlinks=False):
                    with suppress(OSError), os.scandir(shard.path) as entries:
                        yield from entries

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no SHA-256")
        return self.root / key[:2] / key[2:]


def _entries(named: Iterable[_Found]) -> Iterator[_Found]:
    """Those that are ours: objects of git by SHA-256 are called like ours, in such directories."""
    for one in named:
        with suppress(OSError):
            if ours(_beginning(one[2], TITLE_BYTES)):
                yield one


def _beginning(path: str | Path, most: int) -> bytes:
    """The first bytes of a file. Without following links: whoever can put one here must not make us read another file
    of this user's.

    Raises:
        OSError: It cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(most)
