"""What is installed, read from the names of directories.

Loading importlib.metadata and asking it takes 27 ms of processor time, this takes 10; a whole comparison of two equal
pictures has some 120 (docs/performance.md, start-up).
Wherever that cannot be enough (archives on the path, finders of packages that are not the standard library's), it is
asked after all, so that the answers are always its own.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path

# `_distutils_hack` and the finders of editable installs know no distributions beside those on the path.
_STANDARD = "_frozen_importlib_external"
_SEPARATORS = re.compile(r"[-_.]+")


def version(distribution: str) -> str | None:
    """Version of an installed distribution without importing it, None when it is not there.

    Args:
        distribution: Its name, in any spelling.
    """
    directories = _directories()
    if directories is not None:
        wanted = _SEPARATORS.sub("_", distribution).lower()
        for name, path in directories:
            if _SEPARATORS.sub("_", name.partition("-")[0]).lower() == wanted:
                found = _said(path)
                if found is not None:
                    return found
                break
        else:
            return None
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def contents(distribution: str) -> str | None:
    """List of the files of an installed distribution with their digests (its `RECORD`); None where there is none.

    Two installations with one list are one and the same, libraries that it brings along included.
    """
    wanted = _SEPARATORS.sub("_", distribution).lower()
    for name, path in _directories() or ():
        if _SEPARATORS.sub("_", name.partition("-")[0]).lower() == wanted:
            try:
                return Path(path, "RECORD").read_text(encoding="utf-8")
            except (OSError, ValueError):
                return None
    return None


def may_provide(group: str) -> bool:
    """Whether an installed distribution has entry points of a group; False only where that is certain."""
    directories = _directories()
    if directories is None:
        return True
    wanted = group.encode()
    for _, path in directories:
        try:
            if wanted in Path(path, "entry_points.txt").read_bytes():
                return True
        except (FileNotFoundError, NotADirectoryError):  # none, or an .egg-info that is a file
            continue
        except OSError:
            return True
    return False


def _directories() -> tuple[tuple[str, str], ...] | None:
    """Name and path of everything that describes a distribution, in the order of the path; None where not all is known.

    Looked up once for a path: packages are not installed while the gate runs.
    """
    for finder in sys.meta_path:
        if hasattr(finder, "find_distributions") and getattr(finder, "__module__", None) != _STANDARD:
            return None
    return _below(tuple(sys.path))


@lru_cache(maxsize=4)
def _below(places: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    found: list[tuple[str, str]] = []
    for place in places:
        if place.endswith(".egg"):
            return None
        try:
            with os.scandir(place or ".") as entries:
                found += [(one.name, one.path) for one in entries if one.name.endswith((".dist-info", ".egg-info"))]
        except NotADirectoryError:  # an archive
            return None
        except OSError:
            continue
    return tuple(found)


def _said(path: str) -> str | None:
    """The version in the metadata of a distribution; None where it cannot be read there."""
    try:
        head = Path(path, "METADATA").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    except OSError:
        return None
    for line in head.splitlines():
        if line.startswith("Version:"):
            return line.partition(":")[2].strip()
    return None
