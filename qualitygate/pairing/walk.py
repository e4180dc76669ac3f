"""The pictures below a directory, by what they are called."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from qualitygate.core.errors import ConfigError
from qualitygate.core.glob import matches, matches_any

PICTURE_SUFFIXES = frozenset(
    {".apng", ".avif", ".avifs", ".bmp", ".dib", ".gif", ".heic", ".heics", ".heif", ".hif", ".jfif", ".jpe", ".jpeg"}
    | {".jpg", ".jxl", ".mpo", ".png", ".tif", ".tiff", ".webp"}
)

ACCEPTED = ".accepted"
"""Ending of a directory that holds further accepted references of one picture."""
PROVENANCE = ".provenance.json"
"""Ending of a file that says where a reference comes from."""

Tree = Mapping[str, tuple[Path, ...]]
"""Relative path with `/` in Unicode NFC to the files of that name: one, or more where names differ only in Unicode
normalisation."""


def pictures(root: Path, include: tuple[str, ...], exclude: tuple[str, ...]) -> Tree:
    """Find the pictures below a directory.

    Counted are files with the suffix of a picture format, in any case. Other files (`README.md`, `Thumbs.db`, a
    side-car `.json`) count only where an `include` glob spells out their suffix, hidden ones where it spells out the
    dot. Symbolic links are followed, one that leads back to a directory above it is not; a dangling one counts, so that
    it is reported and not lost. What lies in a directory `*.accepted`, and `*.provenance.json`, belongs to another
    picture and is none of its own.

    Raises:
        ConfigError: QG-1401, a directory that cannot be read.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for key, path in sorted(_walk(root, "", ())):
        if counted(key, include, exclude):
            found[key] = (*found.get(key, ()), path)
    return found


def counted(key: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    """Whether a file of this path, relative to the directory, is one of the pictures that `pictures` finds."""
    return not matches_any(exclude, key) and any(_admits(pattern, key) for pattern in include)


def _walk(directory: Path, prefix: str, above: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, Path]]:
    try:
        status = directory.stat()
        identity = status.st_dev, status.st_ino
        if identity in above:
            return
        with os.scandir(directory) as entries:
            listed = list(entries)
    except OSError as error:
        raise ConfigError(
            f"directory cannot be read: {error.strerror}",
            code="QG-1401",
            where=str(directory),
            hint="check permissions",
        ) from None
    for entry in listed:
        key = prefix + _text(entry.name)
        if entry.name.endswith((ACCEPTED, PROVENANCE)):
            continue
        if _is(entry.is_dir):
            yield from _walk(Path(entry.path), f"{key}/", (*above, identity))
        elif _is(entry.is_file) or entry.is_symlink():  # no pipes, sockets or devices: reading them might never end
            yield key, Path(entry.path)


def _is(question: Callable[[], bool]) -> bool:
    """An answer of the file system; links that lead in a circle have none, and count as dangling."""
    try:
        return question()
    except OSError:
        return False


def _text(name: str) -> str:
    """A file name as valid Unicode in NFC; bytes that are no UTF-8 become `\\xNN`."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))


def _admits(pattern: str, key: str) -> bool:
    if not matches(pattern, key):
        return False
    path = PurePosixPath(key)
    hidden = any(part.startswith(".") for part in path.parts)
    if hidden and not any(part.startswith(".") for part in PurePosixPath(pattern).parts):
        return False
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return True
    last = PurePosixPath(pattern).name
    return last == path.name or last.rpartition(".")[2] == path.suffix.removeprefix(".") != ""
