"""A directory for old versions of files, which goes away with its owner, and at the latest with a later run.

The owner's lock tells whether a directory is in use: the system lets go of the locks of the dead, so that what a killed
run left behind is removed by the next one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from pathlib import Path

from filelock import FileLock, Timeout

from qualitygate.core.errors import ConfigError

PREFIX = "qualitygate-git-"
_OWNER = "owner.lock"
_UNOWNED_SECONDS = 600.0


class Scratch:
    """A temporary directory that is removed when nothing refers to it any more, and when the interpreter ends.

    Attributes:
        directory: Where it is.
    """

    def __init__(self) -> None:
        sweep()
        try:
            self.directory = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
            lock = FileLock(self.directory / _OWNER)
            lock.acquire()
        except OSError as error:
            raise ConfigError(f"no temporary directory can be made: {error.strerror}", code="QG-1412",
                              where=tempfile.gettempdir(), hint="is the disk full?") from None  # fmt: skip
        self._count = 0
        self._end = weakref.finalize(self, _remove, self.directory, lock, os.getpid())

    def write(self, content: bytes, suffix: str) -> Path:
        """Write a file of its own name.

        Raises:
            ConfigError: QG-1412, it cannot be written.
        """
        self._count += 1
        path = self.directory / f"{self._count}{suffix}"
        try:
            path.write_bytes(content)
        except OSError as error:
            raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=str(path),
                              hint="is the disk full?") from None  # fmt: skip
        return path

    def close(self) -> None:
        """Remove it now."""
        self._end()


def sweep() -> int:
    """Remove the directories of runs that were killed; how many there were. Those of runs that go on are kept."""
    removed = 0
    try:
        with os.scandir(tempfile.gettempdir()) as entries:
            ours = [Path(entry.path) for entry in entries
                    if entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False)]  # fmt: skip
    except OSError:
        return 0
    for directory in ours:
        if not _in_use(directory):
            shutil.rmtree(directory, ignore_errors=True)
            removed += not directory.exists()
    return removed


def _remove(directory: Path, lock: FileLock, owner: int) -> None:
    if os.getpid() != owner:
        return  # a fork that ends before us
    lock.release()
    shutil.rmtree(directory, ignore_errors=True)


def _in_use(directory: Path) -> bool:
    try:
        if hasattr(os, "getuid") and directory.lstat().st_uid != os.getuid():
            return True  # of somebody else
        if not (directory / _OWNER).exists():
            return time.time() - directory.lstat().st_mtime < _UNOWNED_SECONDS  # its owner may be about to lock it
        with FileLock(directory / _OWNER, timeout=0):
            return False
    except (Timeout, OSError):
        return True
