"""Writing a reference with its sidecar: both or neither, and one process at a time.

The sidecar is written first. A process that is killed in between leaves a sidecar that speaks of a picture which is not
there yet, and never a picture that nobody seems to have approved; `unfinished` knows what it leaves.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.files import write
from qualitygate.pairing.accepted import directory_of
from qualitygate.pairing.walk import ACCEPTED
from qualitygate.policy.provenance import sidecar_of
from qualitygate.vcs.lfs import POINTER_BYTES, pointed_to

_SECONDS = 60.0


def sha256_of(picture: Path) -> str | None:
    """Digest of a picture's content, that of an LFS pointer being what it points to; None for one that is not there."""
    try:
        if not picture.is_file():  # a pipe would be waited for
            return None
        with picture.open("rb") as stream:
            start = stream.read(POINTER_BYTES + 1)
            stream.seek(0)
            return pointed_to(start) or hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


@contextlib.contextmanager
def locked(reference: Path) -> Iterator[None]:
    """Keep every other process from writing references of the same directory. Makes the directory if need be.

    Args:
        reference: A reference, or one that is accepted beside it.

    Raises:
        ConfigError: QG-1412, another process writes there for longer than a minute, or there can be no directory.
    """
    directory = reference.parent
    if directory.name.endswith(ACCEPTED):
        directory = directory.parent
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _flock(directory) if os.name == "posix" else _file_lock(directory):
            yield
    except TimeoutError:
        raise ConfigError("another process is writing references there", code="QG-1412", where=os.fspath(directory),
                          hint="run it again when that has ended") from None  # fmt: skip
    except OSError as error:
        where = os.fsdecode(error.filename or directory)
        raise ConfigError(f"cannot be written: {error.strerror}", code="QG-1412", where=where) from None


def store(target: Path, content: bytes | None, sidecar: str, obsolete: tuple[Path, ...] = ()) -> None:
    """Write a reference and its sidecar, and remove what it takes the place of. Call it under `locked`.

    What fails half-way is undone, so that the old reference is there with its old sidecar.

    Args:
        target: The reference.
        content: What it holds; None where it stays as it is.
        sidecar: What is known of it.
        obsolete: Files that go: the reference of another extension, and its sidecar. Further accepted references of the
            first of them go with the picture to its new name.

    Raises:
        ConfigError: QG-1412, a file cannot be written or removed; `where` is that file.
    """
    beside = sidecar_of(target)
    before = {path: path.read_bytes() if path.is_file() else None for path in (target, beside, *obsolete)}
    try:
        write(beside, sidecar)
        if content is not None:
            write(target, content)
        retire(target, obsolete)
    except BaseException as error:
        _undo(before)
        if isinstance(error, OSError):
            where = os.fsdecode(error.filename or target)
            raise ConfigError(f"cannot be replaced: {error.strerror}", code="QG-1412", where=where) from None
        raise


def retire(target: Path, obsolete: tuple[Path, ...]) -> None:
    """Remove what a reference took the place of; what is accepted beside that goes to the new name."""
    for path in obsolete:
        path.unlink(missing_ok=True)
    if obsolete and not target.parent.name.endswith(ACCEPTED):
        old, new = directory_of(obsolete[0]), directory_of(target)
        if old.is_dir() and not new.exists():
            old.rename(new)


def _undo(before: dict[Path, bytes | None]) -> None:
    # The sidecar last: until then it speaks of what the picture is about to be again.
    for path, content in sorted(before.items(), key=lambda one: one[1] is None):
        try:
            if content is None:
                path.unlink(missing_ok=True)
            elif not path.is_file() or path.read_bytes() != content:
                write(path, content)
        except (OSError, ConfigError):
            continue  # what went wrong is told; the next file may still be put back


@contextlib.contextmanager
def _flock(directory: Path) -> Iterator[None]:
    """The directory itself is locked, so that no file is left in it."""
    import fcntl

    handle = os.open(directory, os.O_RDONLY)
    try:
        end = time.monotonic() + _SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TimeoutError from None
                time.sleep(0.02)
            except OSError:  # a file system without such locks: better none than no approval
                break
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _file_lock(directory: Path) -> Iterator[None]:  # pragma: no cover - where directories cannot be locked
    import tempfile

    from filelock import FileLock, Timeout

    key = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:32]
    lock = FileLock(Path(tempfile.gettempdir()) / f"qualitygate-references-{key}.lock")
    try:
        lock.acquire(timeout=_SECONDS)
    except Timeout:
        raise TimeoutError from None
    with lock:
        yield
    lock.release()
