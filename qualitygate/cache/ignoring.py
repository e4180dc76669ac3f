"""A directory of results in a work tree of git ignores itself, so that no `git add` takes it for sources."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

SHARD = re.compile(r"[0-9a-f]{2}")
"""Name of a directory that entries lie in."""

_TEXT = "# Written by qualitygate: numbers of earlier runs, which may be deleted at any time.\n*\n"


def keep_out_of_git(root: Path) -> None:
    """Put a `.gitignore` for everything into a directory of results, where a work tree is around it.

    One that is there stays, and a directory that holds anything but results gets none: it would ignore the files of
    somebody else. That it cannot be written is no harm to the results.

    Args:
        root: The directory, with its first entry's place made.
    """
    with suppress(OSError):
        real = root.resolve()
        if not any(os.path.lexists(above / ".git") for above in real.parents):
            return
        with os.scandir(real) as found:
            if not all(SHARD.fullmatch(one.name) and one.is_dir(follow_symlinks=False) for one in found):
                return
        with (real / ".gitignore").open("x", encoding="utf-8") as stream:
            stream.write(_TEXT)
