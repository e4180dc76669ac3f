"""The directory of a dashboard: written file by file, and never one that holds somebody else's files.

A marker is written before anything else. In a directory that has it, files named as ours are ours; others are left
alone. A build that was killed is taken up by the next one.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.files import write
from qualitygate.incidents.dashboard import File

MARKER = ".qualitygate-dashboard"
_MARK = "Built by `qualitygate dashboard`, which replaces its files and removes those of incidents that are gone.\n"
# What may stand beside a site that is kept in git or served as it is.
_BESIDE = frozenset({".git", ".gitignore", ".gitattributes", ".nojekyll", "CNAME"})
_OURS = re.compile(
    r"index\.html|dashboard\.(?:css|js)|incidents/PM-[0-9-]+\.html|maps/PM-[0-9-]+\.svg"
    r"|pictures/pm-[0-9-]+/[0-9a-f]{16}\.png"
)


class SiteDirectory:
    """One build into a directory: `begin`, `put` every file, `finish`."""

    def __init__(self, path: Path) -> None:
        """Look at the directory before anything is written.

        Raises:
            ConfigError: QG-1741, it holds files that no dashboard wrote; QG-1412, it is no directory.
        """
        self.path = path
        self.written = 0
        self._kept: set[str] = set()
        if path.exists() and not path.is_dir():
            raise ConfigError("is no directory", code="QG-1412", where=os.fspath(path))
        if path.is_dir() and not (path / MARKER).is_file():
            foreign = sorted(entry.name for entry in path.iterdir() if entry.name not in _BESIDE)
            if foreign:
                raise self._refusal(f"{foreign[0]} was not written by a dashboard")

    def begin(self) -> None:
        """Make the directory and mark it as a dashboard's."""
        write(self.path / MARKER, _MARK)

    def put(self, file: File) -> None:
        """Write a file, unless it is there already, byte for byte.

        Raises:
            ConfigError: QG-1741, a link or a directory is in its place; QG-1412, it cannot be written.
        """
        if not _OURS.fullmatch(file.path):
            raise ValueError(f"{file.path} is no file of a dashboard")
        target = self.path / file.path
        if any(part.is_symlink() for part in (target, *target.parents[: file.path.count("/")])) or target.is_dir():
            raise self._refusal(f"{file.path} is a link or a directory")
        self._kept.add(file.path)
        if not _holds(target, file.content):
            write(target, file.content)
            self.written += 1

    def finish(self) -> int:
        """Remove the files of earlier builds that belong to nothing any more; how many those were."""
        gone = [name for name in self._present() if name not in self._kept]
        for name in gone:
            (self.path / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                (self.path / name).parent.rmdir()
        return len(gone)

    def _present(self) -> Iterator[str]:
        for folder, _, names in os.walk(self.path):  # follows no links
            for name in names:
                path = (Path(folder) / name).relative_to(self.path).as_posix()
                if _OURS.fullmatch(path):
                    yield path

    def _refusal(self, reason: str) -> ConfigError:
        return ConfigError(
            f"is no directory of a dashboard: {reason}",
            code="QG-1741",
            where=os.fspath(self.path),
            hint="name a new or an empty directory",
        )


def _holds(target: Path, content: bytes) -> bool:
    try:
        return target.stat().st_size == len(content) and target.read_bytes() == content
    except OSError:
        return False
