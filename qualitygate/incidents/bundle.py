"""A bundle: the incidents that a CI run left as its artifact, a directory or an archive, read without trusting it."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import is_incident_id

# What the standard library raises for archives that are cut off, encrypted, or made to harm.
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError, OverflowError, struct.error, KeyError,
)  # fmt: skip
_COMPRESSED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}

MAX_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 2 * MAX_BYTES
MAX_FILES = 20_000


class Bundle:
    """The files of a bundle by their path below the incident directory, such as `evidence/pm-…/a.png`.

    Attributes:
        files: Path with `/` to content.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)

    @property
    def ids(self) -> tuple[str, ...]:
        """The incidents in it, in order: those that have a log or a record."""
        names = (PurePosixPath(path).name for path in self.files if path.startswith("run/_/postmortems/"))
        stems = (name.removesuffix(".events.jsonl").removesuffix(".json") for name in names)
        return tuple(sorted({stem for stem in stems if is_incident_id(stem)}))

    def file(self, incident_id: str, suffix: str) -> bytes | None:
        """Content of the file of an incident with a suffix such as `.json`; None where the bundle has none."""
        return self.files.get(f"run/_/postmortems/{incident_id}{suffix}")


def read_bundle(path: Path) -> Bundle:
    """Read a directory, a .zip or a .tar(.gz); `run/` and `evidence/` may stand at any depth in it.

    Raises:
        ConfigError: QG-1401, no such path; QG-1708, no bundle, unsafe or too large.
    """
    if path.is_dir():
        entries = _of_directory(path)
    elif not path.exists():
        raise ConfigError("no such file or directory", code="QG-1401", where=str(path), hint="give the CI artifact")
    elif not path.is_file():
        raise _refused(path, "is no regular file")
    elif zipfile.is_zipfile(path):
        entries = _of_zip(path)
    else:
        entries = _of_tar(path)
    files: dict[str, bytes] = {}
    room = MAX_BYTES
    for name, content in entries:
        within = _within(name)
        if within is None:
            continue
        room -= len(content)
        if room < 0 or len(files) >= MAX_FILES:
            raise _refused(path, f"holds more than {MAX_BYTES // 1_000_000} MB or {MAX_FILES:,} files")
        if within in files and files[within] != content:
            raise _refused(path, f"holds {within} twice")
        files[within] = content
    bundle = Bundle(files)
    if not bundle.ids:
        raise _refused(path, "holds no incident: no run/_/postmortems/PM-….json or .events.jsonl")
    return bundle


def _within(name: str) -> str | None:
    """The path below the incident directory; None for what is none of ours. Never one that leads out of it."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts:
        return None
    for place, part in enumerate(parts):
        if part == "run" and parts[place + 1 : place + 3] == ("_", "postmortems") and len(parts) == place + 4:
            return "/".join(parts[place:])
        if part == "evidence" and len(parts) > place + 2 and is_incident_id(parts[place + 1].upper()):
            return "/".join(parts[place:])
    return None


def _of_directory(path: Path) -> Iterator[tuple[str, bytes]]:
    read = 0
    for found in sorted(path.rglob("*")):
        name = found.relative_to(path).as_posix()
        if _within(name) is None or found.is_symlink() or not found.is_file():
            continue
        read += found.stat().st_size
        if read > MAX_BYTES:
            raise _refused(path, f"holds more than {MAX_BYTES // 1_000_000} MB")
        yield name, found.read_bytes()


def _of_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    with _unpacking(path), zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            mode = entry.external_attr >> 16
            if entry.is_dir() or (mode and stat.S_ISLNK(mode)) or _within(entry.filename) is None:
                continue
            with archive.open(entry) as file:
                yield entry.filename, _capped(path, file)


def _of_tar(path: Path) -> Iterator[tuple[str, bytes]]:
    with _unpacking(path), _uncompressed(path) as stream:
        # As a stream, so that not even its headers can unpack to more than may be read of it.
        archive = tarfile.open(fileobj=cast("IO[bytes]", _Limited(path, stream)), mode="r|")  # noqa: SIM115
        for entry in archive:
            if not entry.isfile() or _within(entry.name) is None:
                continue
            file = archive.extractfile(entry)
            if file is not None:
                yield entry.name, _capped(path, file)


def _capped(path: Path, file: object) -> bytes:
    """Content of a member, never more than the cap however large it says or unpacks to."""
    read = getattr(file, "read")  # noqa: B009 - zip and tar members share no type
    content = bytes(read(MAX_BYTES + 1))
    if len(content) > MAX_BYTES:
        raise _refused(path, f"holds a file of more than {MAX_BYTES // 1_000_000} MB")
    return content


class _Limited:
    """A stream that ends in an error before more comes out of it than anybody should unpack."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path, self._stream, self._left = path, stream, MAX_UNPACKED_BYTES

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise _refused(self._path, f"unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB")
        return content


def _uncompressed(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        start = file.read(8)
    opening: Any = next((found for magic, found in _COMPRESSED.items() if start.startswith(magic)), open)
    return cast("IO[bytes]", opening(path, "rb"))


@contextlib.contextmanager
def _unpacking(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise _refused(path, f"cannot be unpacked: {' '.join(str(error).split())[:200]}") from error


def _refused(path: Path, text: str) -> ConfigError:
    return ConfigError(
        text, code="QG-1708", where=str(path), hint="give the artifact of the CI run as it was downloaded"
    )
