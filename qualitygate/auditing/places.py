"""Places as annotations want them: relative to the top level of the repository."""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate.policy.shipped import shipped_directory


def from_top(where: str, top: Path) -> str:
    """`file:LINE` relative to the top level, whatever the working directory; a shipped file is named as one.

    Args:
        where: As errors name a place, relative to the working directory; or relative to the top level already.
        top: Top level of the working tree.
    """
    path, colon, line = where.rpartition(":")
    if not (colon and line.isdecimal()):
        path, line = where, ""
    if not path:
        return where
    end = f":{line}" if line else ""
    if not Path(path).is_absolute() and not Path(path).exists():
        return where
    found = Path(os.path.abspath(path))  # noqa: PTH100 - links are not followed: the name is what people know
    for real in (found, found.parent.resolve() / found.name):
        if real.is_relative_to(top):
            return f"{real.relative_to(top).as_posix()}{end}"
    return f"shipped {found.name}{end}" if found.parent == shipped_directory() else where
