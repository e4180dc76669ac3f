"""The pictures that globs of the configuration name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.glob import WILDCARDS, matches_any
from qualitygate.core.threshold import Severity
from qualitygate.pairing.walk import pictures


def picture_files(root: Path, globs: Sequence[str], exclude: Sequence[str]) -> dict[str, Path]:
    """Pictures below a directory by their path relative to it, with `/`, sorted.

    Each glob is looked up from the deepest directory that it names without a wildcard, so that a configuration at the
    top of a repository does not make the gate walk through all of it. Names that differ only in Unicode normalisation
    are told apart by a number.

    Args:
        root: Directory that the globs are relative to.
        globs: Of what counts.
        exclude: Globs of what does not.

    Raises:
        ConfigError: QG-1401, a directory cannot be read.
    """
    found: dict[str, Path] = {}
    for glob in globs:
        start, rest = _parted(glob)
        if not (root / start).is_dir():
            continue
        for key, files in pictures(root / start, (rest,), ()).items():
            name = f"{start}/{key}" if start else key
            if not matches_any(exclude, name):
                found |= {name if index == 0 else f"{name} ({index + 1})": file for index, file in enumerate(files)}
    return dict(sorted(found.items()))


def gone(root: Path, globs: Sequence[str], set_name: str, where: str) -> tuple[Finding, ...]:
    """An error for every file that is named without a wildcard and is not there: it may have failed yesterday.

    Args:
        root, globs: As `picture_files`.
        set_name: Name of the set.
        where: `file.toml:LINE` of the set.
    """
    named = [glob for glob in globs if not WILDCARDS & set(glob) and not glob.endswith("/")]
    return tuple(
        Finding("QG-1503", Level.ERROR, f"named picture is gone: {name}, {where} names it", set_name=set_name,
                severity=Severity.S3, path=name)
        for name in named if not (root / name).exists()
    )  # fmt: skip


def empty(set_name: str, globs: Sequence[str]) -> Finding:
    """The error about a set that no picture belongs to."""
    looked = ", ".join(globs)
    message = f"set is empty: {set_name}, no picture matches {looked}; a gate that looks at nothing does not pass"
    return Finding("QG-1105", Level.ERROR, message, set_name=set_name, severity=Severity.S3)


def shown(path: Path) -> str:
    """A path relative to the working directory, as it can be opened from there."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _parted(glob: str) -> tuple[str, str]:
    """The directory that a glob names without a wildcard, and the rest of the glob."""
    parts = PurePosixPath(f"{glob}**" if glob.endswith("/") else glob).parts
    fixed = next((index for index, part in enumerate(parts) if WILDCARDS & set(part)), len(parts) - 1)
    fixed = min(fixed, len(parts) - 1)
    return "/".join(parts[:fixed]), "/".join(parts[fixed:])
