"""Files and directories that appear whole or not at all.

Everything is written beside its target under a hidden name, flushed to the disk, and only then given its name: by
`create_…`, which never replace what is there, or by `replace_file`. A writer that is killed leaves a hidden `*.tmp`,
which the next writer sweeps up.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from qualitygate.core.errors import ConfigError

_SUFFIX = ".tmp"
# What `_hidden_name` makes, and nothing else that somebody may keep beside it.
_HIDDEN = re.compile(rf"\..+\.[0-9a-f]+{re.escape(_SUFFIX)}", re.DOTALL)
_STALE_SECONDS = 3600.0
# What file systems without hard links answer (FAT, some network and container mounts).
_NO_HARD_LINKS = {errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}


@contextlib.contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what the operating system says into one error of ours, QG-1412, that names the path."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            f"cannot read or write incidents: {reason}",
            code="QG-1412",
            where=str(path),
            hint="make the directory writable, or choose another with --incident-dir",
        ) from error


def create_file(target: Path, content: bytes) -> bool:
    """Create a file, with its parents, unless the name is taken.

    Returns:
        True if this call created it, False if it was there already; then it is untouched.

    Raises:
        ConfigError: QG-1412, the file could not be written. Nothing is left at the target.
    """
    with _staged(target, content) as staged:
        return _take_name(staged, target)


def replace_file(target: Path, content: bytes) -> None:
    """Write a file beside its target, flush it and rename it into place: a reader sees the old content or the new.

    Raises:
        ConfigError: QG-1412, the file could not be written. What was there is still there.
    """
    with _staged(target, content) as staged:
        staged.replace(target)


def create_directory(target: Path, files: Mapping[str, bytes]) -> bool:
    """Create a directory with all its files at once, unless a directory with content is there.

    Args:
        files: File name to content; names without separators.

    Returns:
        True if this call created it, False if it was there already; then it is untouched.

    Raises:
        ConfigError: QG-1412, it could not be written. Nothing is left at the target.
    """
    with reported(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir() and any(target.iterdir()):
            return False
        staged = _hidden_name(target)
        try:
            staged.mkdir()
            for name, content in files.items():
                _write(staged / name, content)
            _sweep(target.parent, staged)
            _flush_directory(staged)
            try:
                staged.rename(target)
            except OSError:
                # POSIX refuses to replace a directory with content, Windows any directory: another writer was first.
                if target.is_dir():
                    return False
                raise
            _flush_directory(target.parent)
            return True
        finally:
            shutil.rmtree(staged, ignore_errors=True)


@contextlib.contextmanager
def _staged(target: Path, content: bytes) -> Iterator[Path]:
    """A hidden file with this content, on the disk, to be given its target's name; then the directory is flushed."""
    with reported(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = _hidden_name(target)
        try:
            _write(staged, content)
            _sweep(target.parent, staged)
            yield staged
            _flush_directory(target.parent)
        finally:
            staged.unlink(missing_ok=True)


def _hidden_name(target: Path) -> Path:
    return target.parent / f".{target.name}.{secrets.token_hex(8)}{_SUFFIX}"


def _write(path: Path, content: bytes) -> None:
    # Not `tempfile`, whose files only their owner may read: a later CI step may run as somebody else.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _take_name(staged: Path, target: Path) -> bool:
    try:
        os.link(staged, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Without hard links a rename is still whole, and refuses a taken name on Windows; elsewhere two writers within
        # the same instant both succeed, and the later one stays.
        if target.exists():
            return False
        try:
            staged.rename(target)
        except FileExistsError:
            return False
    return True


def _sweep(directory: Path, staged: Path) -> None:
    """Remove what killed writers left, judged by the file system's own clock."""
    now = staged.stat().st_mtime
    with os.scandir(directory) as entries:
        hidden = [entry for entry in entries if _HIDDEN.fullmatch(entry.name)]
    for entry in hidden:
        with contextlib.suppress(OSError):
            if now - entry.stat(follow_symlinks=False).st_mtime <= _STALE_SECONDS:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                Path(entry.path).unlink()


def _flush_directory(path: Path) -> None:
    # Makes the new name itself survive a power cut; Windows cannot open directories and does not need it.
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
