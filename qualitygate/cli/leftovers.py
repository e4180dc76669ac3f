"""Pictures that an earlier, larger report left behind in the directory of a report."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualitygate.reporters.base import Rendered


def remove_leftovers(directory: Path, rendered: Rendered) -> None:
    """Remove files that an earlier report of the same kind wrote and that this one does not.

    Only those whose name a reporter says is one of its own (`Rendered.leftovers`), in directories that it may write to;
    links and whatever else somebody put there stay. A directory that this empties goes, too.

    Args:
        directory: What the report's files stand in, once they are written.
        rendered: The report.
    """
    kept = {PurePosixPath(name) for name in rendered.files}
    for parent, pattern in rendered.leftovers.items():
        inside = PurePosixPath(parent)
        place = directory / inside
        if inside.is_absolute() or ".." in inside.parts or place.is_symlink():
            continue
        stale = [path for path in _named(place, pattern) if inside / path.name not in kept]
        # What cannot be removed does no harm: the page does not refer to it.
        for path in stale:
            with suppress(OSError):
                path.unlink()
        with suppress(OSError):
            if stale and not any(place.iterdir()):
                place.rmdir()


def _named(place: Path, pattern: str) -> list[Path]:
    """The files whose names match; none where the directory is none, or cannot be read."""
    with suppress(OSError):
        found = [path for path in place.iterdir() if re.fullmatch(pattern, path.name)]
        return [path for path in found if path.is_file() and not path.is_symlink()]
    return []
