"""Git LFS: which contents are pointers, and what they stand for."""

from __future__ import annotations

import re
from pathlib import Path

from qualitygate.core.errors import LutError
from qualitygate.vcs.repository import run_git

_LFS = b"version https://git-lfs.github.com/spec/"
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
POINTER_BYTES = 1024
"""No pointer is larger (specification of Git LFS)."""
_DOWNLOAD_SECONDS = 300.0


def resolved(directory: Path, data: bytes, path: str) -> bytes:
    """The content that an LFS pointer stands for; anything else as it is.

    Raises:
        LutError: QG-1687, `git lfs smudge` did not give the content.
    """
    found = smudged(directory, data, path) if is_pointer(data) else data
    if found is None:
        raise LutError(
            "Git LFS pointer that could not be resolved",
            code="QG-1687",
            where=path,
            hint="install Git LFS and run `git lfs fetch`",
        )
    return found


def is_pointer(data: bytes) -> bool:
    """Whether content is a Git LFS pointer."""
    return len(data) <= POINTER_BYTES and data.startswith(_LFS)


def pointed_to(data: bytes) -> str | None:
    """SHA-256 of what an LFS pointer stands for, 64 hexadecimal digits; None for anything else."""
    found = _OID.search(data) if is_pointer(data) else None
    return None if found is None else found[1].decode("ascii")


def smudged(directory: Path, pointer: bytes, path: str) -> bytes | None:
    """The content that an LFS pointer stands for; None where `git lfs smudge` does not give it.

    Args:
        directory: Anywhere in the working tree.
        pointer: See `is_pointer`.
        path: Where the file is in the tree.
    """
    done = run_git(directory, "lfs", "smudge", "--", path, stdin=pointer, timeout=_DOWNLOAD_SECONDS)
    # Without the object and with GIT_LFS_SKIP_SMUDGE the pointer comes back.
    if done is None or done.returncode != 0 or done.stdout.startswith(_LFS):
        return None
    return done.stdout
