"""Pictures that would be compared with themselves: a gate that compares nothing must not pass."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.pairing.match import Match


def refuse_same(reference: Path, candidate: Path, pairs: Sequence[Match]) -> None:
    """Refuse references and candidates that are one directory or file, whatever it is called on either side.

    Equal files in different places are two: copies, hard links, and links of both into a store by contents.

    Args:
        reference, candidate: The directories or files of a set.
        pairs: What was paired in them, in which links may lead from one side to the other.

    Raises:
        ConfigError: QG-1424.
    """
    if _identity(reference) == _identity(candidate) is not None and reference.is_dir():
        raise _refusal("reference and candidate are the same directory", candidate)
    for one in pairs:
        if one.reference is not None and one.candidate is not None and _leads(one.reference, one.candidate):
            raise _refusal("reference and candidate are the same file", one.candidate)


def _leads(one: Path, other: Path) -> bool:
    """Whether one name is, or leads to, the very place of the other."""
    if _identity(one) != _identity(other):
        return False
    places = [path.parent.resolve() / path.name for path in (one, other)]
    if places[0] == places[1] or one.resolve() == places[1] or other.resolve() == places[0]:
        return True
    # Names that the file system takes for one, in a directory that may have two.
    names = [path.name for path in places[0].parent.iterdir()]
    return (
        _identity(places[0].parent) == _identity(places[1].parent)
        and places[0].name.casefold() == places[1].name.casefold()
        and sum(name.casefold() == places[0].name.casefold() for name in names) == 1
    )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # said where it is read
        return None
    return status.st_dev, status.st_ino


def _refusal(message: str, where: Path) -> ConfigError:
    return ConfigError(
        f"{message}, so nothing would be compared", code="QG-1424", where=os.fspath(where),
        hint="name two places, or leave `reference` out and give --base REV to compare with git",
    )  # fmt: skip
