"""Further accepted references of a picture: `coffee.png.accepted/h100.png` beside `coffee.png`.

A picture that another kind of hardware renders a little differently may be as right as the first; what matches any of
them passes.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.pairing.walk import ACCEPTED, PICTURE_SUFFIXES, PROVENANCE


def accepted_of(reference: Path) -> tuple[tuple[str, Path], ...]:
    """Name and file of every further accepted reference of a picture, sorted by name.

    The name is that of the file without its extension, with it where two share the first.

    Raises:
        ConfigError: QG-1401, the directory cannot be read.
    """
    files = _pictures(directory_of(reference))
    stems = Counter(path.stem for path in files)
    return tuple(sorted((path.stem if stems[path.stem] == 1 else path.name, path) for path in files))


def alias_of(reference: Path, name: str) -> str | None:
    """Name of an accepted reference that is another name, but the same one where file names do not tell case.

    Raises:
        ConfigError: QG-1401, the directory cannot be read.
    """
    stems = (path.stem for path in _pictures(directory_of(reference)))
    return next((stem for stem in stems if stem != name and _folded(stem) == _folded(name)), None)


def directory_of(reference: Path) -> Path:
    """The directory that holds the further accepted references of a picture, whether it exists or not."""
    return reference.with_name(reference.name + ACCEPTED)


def strays(root: Path) -> tuple[Path, ...]:
    """Directories of accepted references and sidecars below a directory whose picture is not there, sorted.

    Links to directories are not followed, hidden directories not entered.
    """
    found: list[Path] = []
    for folder, directories, files in os.walk(root, followlinks=False):
        names = {*directories, *files}
        directories[:] = [name for name in directories if not name.startswith(".")]
        for ending, group in ((ACCEPTED, directories), (PROVENANCE, files)):
            found += [Path(folder, name) for name in group if name.endswith(ending) and
                      name.removesuffix(ending) not in names]  # fmt: skip
    return tuple(sorted(found))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _pictures(directory: Path) -> list[Path]:
    try:
        if not directory.is_dir():
            return []
        return [path for path in _files(directory) if path.suffix.lower() in PICTURE_SUFFIXES]
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return []  # the picture's own name leaves no room for the ending, so that there cannot be one
        raise ConfigError(f"directory cannot be read: {error.strerror}", code="QG-1401", where=str(directory),
                          hint="check permissions") from None  # fmt: skip


def _files(directory: Path) -> Iterator[Path]:
    with os.scandir(directory) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if not entry.name.startswith(".") and (entry.is_file() or entry.is_symlink()):
                yield Path(entry.path)
