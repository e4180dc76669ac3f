"""What a killed approval left in a directory of references, and finishing it.

Known are only traces that nothing else leaves: files under the name that ours have while they are written, and a
reference of two extensions, of which the sidecar of one says by digest that it took the place of the other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.files import UNFINISHED
from qualitygate.pairing.walk import PICTURE_SUFFIXES, PROVENANCE
from qualitygate.policy.provenance import read_provenance, sidecar_of
from qualitygate.references.files import locked, retire, sha256_of


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A reference that took the place of another which is still there.

    Attributes:
        old, new: Both files.
    """

    old: Path
    new: Path


def unfinished(directory: Path) -> tuple[Unfinished, ...]:
    """References below a directory whose predecessor of another extension was to be removed, sorted."""
    found: list[Unfinished] = []
    for folder, names in _folders(directory):
        for name in names:
            if name.endswith(PROVENANCE) and (new := name.removesuffix(PROVENANCE)) in names:
                olds = [one for one in names if one != new and Path(one).stem == Path(new).stem
                        and Path(one).suffix.lower() in PICTURE_SUFFIXES]  # fmt: skip
                found += [
                    Unfinished(folder / old, folder / new) for old in olds if _replaced(folder / old, folder / new)
                ]
    return tuple(sorted(found, key=lambda one: one.new))


def recover(directory: Path) -> tuple[Unfinished, ...]:
    """Finish what killed approvals began below a directory, and remove what they left half written.

    Returns:
        The references whose predecessor was removed.

    Raises:
        ConfigError: QG-1412, a file cannot be removed.
    """
    for folder, names in _folders(directory):
        left = [name for name in names if name.startswith(UNFINISHED)]
        if left:
            with locked(folder / left[0]):
                for name in left:
                    with suppress(OSError):
                        (folder / name).unlink(missing_ok=True)
    done = unfinished(directory)
    for one in done:
        with locked(one.new):
            if _replaced(one.old, one.new):
                retire(one.new, (one.old, sidecar_of(one.old)))
    return done


def _replaced(old: Path, new: Path) -> bool:
    """Whether the sidecar of one file says that it, as it is, took the place of another, as that is."""
    try:
        known = read_provenance(new)
    except ConfigError:
        return False
    return (
        known is not None
        and known.previous_sha256 is not None
        and not old.is_symlink()
        and known.previous_sha256 == sha256_of(old)
        and known.sha256 == sha256_of(new) != known.previous_sha256
    )


def _folders(directory: Path) -> Iterator[tuple[Path, set[str]]]:
    """Directories and the files in them, hidden directories left out; those of accepted references are looked at."""
    for folder, directories, files in os.walk(directory, followlinks=False):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        yield Path(folder), set(files)
