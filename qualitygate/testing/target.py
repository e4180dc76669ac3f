"""Which file `--qualitygate-update` writes: the reference, or one that is accepted beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.pairing.accepted import accepted_of, alias_of, directory_of
from qualitygate.policy.provenance import sidecar_of
from qualitygate.references.checks import sha256_of
from qualitygate.testing.given import Given, extension, label_of


@dataclass(frozen=True, slots=True)
class Target:
    """A file that may be written.

    Attributes:
        path: Where it is.
        label: What messages call it.
        before: Digest of what it takes the place of, as it was before the candidate was judged; None for nothing.
        obsolete: Files that go: one of the same name and another extension, and its sidecar.
    """

    path: Path
    label: str
    before: str | None
    obsolete: tuple[Path, ...] = ()


def target_of(reference: Path, label: str, candidate: Given, name: str | None, root: Path) -> Target:
    """The file that accepting a candidate writes.

    Args:
        reference: The reference.
        label: What messages call it.
        candidate: Says the extension of an accepted one.
        name: Name of the accepted one, None for the reference itself.
        root: Directory that labels are relative to.

    Raises:
        ConfigError: QG-1465, there is no reference that one could be accepted beside, or one whose name differs from
            this in case alone.
    """
    if name is None:
        return Target(reference, label, sha256_of(reference))
    if not reference.exists():
        raise ConfigError("there is no reference yet that another could be accepted beside", code="QG-1465",
                          where=label, hint="write it without --qualitygate-as first")  # fmt: skip
    if (other := alias_of(reference, name)) is not None:
        raise ConfigError(f"{other} is accepted already, which is {name} where file names do not tell case",
                          code="QG-1465", where=label, hint=f"write --qualitygate-as {other}")  # fmt: skip
    old = next((path for _, path in accepted_of(reference) if path.stem == name), None)
    path = directory_of(reference) / f"{name}{_suffix(candidate)}"
    obsolete = () if old is None or old == path else (old, sidecar_of(old))
    return Target(path, label_of(path, root), sha256_of(old or path), obsolete)


def from_here(path: Path, here: Path) -> str:
    """A path as it can be used in a directory."""
    try:
        return Path(os.path.relpath(path, here)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _suffix(candidate: Given) -> str:
    if candidate.path is not None:
        return candidate.path.suffix
    try:
        return extension(candidate.content())
    except DecodeError:
        return ".png"  # writing it will say what is wrong
