"""Opening what the user named: a regular file, and nothing that blocks or never ends."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from qualitygate.luts.finding import Refusal

# A named pipe without a writer would block for ever; on a regular file the flag has no effect.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@contextmanager
def regular(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The open file and its size in bytes; links are followed.

    Raises:
        Refusal: QG-1616 for what is no regular file, and for errors of the file system here and while it is read.
    """
    try:
        # Opening a device may already do something, so it is looked at before; and after, as it may be another by then.
        try:
            mode = path.stat().st_mode
        except ValueError as error:  # a NUL in the path
            raise OSError(str(error)) from None
        _refuse_special(mode)
        with os.fdopen(os.open(path, _FLAGS), "rb") as stream:
            facts = os.fstat(stream.fileno())
            _refuse_special(facts.st_mode)
            yield stream, facts.st_size
    except OSError as error:
        found = f"the file cannot be read ({error.strerror or error})"
        raise Refusal("QG-1616", found, "a readable file") from None


def _refuse_special(mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in _KINDS if test(mode)), "no regular file")
        raise Refusal("QG-1616", f"the path is {kind}", "a LUT file")
