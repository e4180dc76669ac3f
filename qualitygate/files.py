"""Writing a file whole: beside its target, and renamed into place."""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate.core.errors import ConfigError

UNFINISHED = ".qualitygate-"
"""Beginning of the names that files have while they are written. What a killed process leaves behind is known by it."""


def write(path: Path, content: str | bytes) -> None:
    """Write a file beside its target and rename it into place, so that no reader ever sees half of it.

    Raises:
        ConfigError: QG-1412, the directory cannot be made or the file cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        # A link stays a link: what it points to is replaced.
        target = path.resolve() if path.is_symlink() else path
        if target.exists() and not target.is_file():
            # A device or a pipe (`-o /dev/stdout`) is written to; renaming a file over it would destroy it.
            with target.open("wb") as stream:
                stream.write(data)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=os.fspath(path)) from error


def _replace(target: Path, data: bytes) -> None:
    import tempfile  # no part of a run that only prints

    # Not named after the target: its name may have all the bytes that a name can have.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp makes files private; a report is as readable as any file made here.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
