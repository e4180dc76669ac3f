"""Which pictures left a set that is compared with git: deleted, or moved to where the set does not look.

Git follows a picture wherever it goes. For a set, one that went elsewhere is gone all the same: what lies in its place
now must be compared with it, and nobody must think that nothing had changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.glob import matches_any
from qualitygate.pairing.walk import PICTURE_SUFFIXES, Tree
from qualitygate.policy.model import PairSet
from qualitygate.vcs.blobs import Change, Comparison
from qualitygate.vcs.pairing import NAMES, paired


def of_set(comparison: Comparison, listed: Tree) -> Comparison:
    """A change of the repository as a set sees it: pictures elsewhere are no successors of its own.

    Args:
        comparison: From `picture_changes.comparisons`.
        listed: The set's pictures.
    """
    top = comparison.top.resolve()
    files = [path for paths in listed.values() for path in paths]
    here = {found for path in files for found in (plain_path(path, top), real_path(path, top)) if found is not None}
    changes = tuple(_seen(comparison.changes, here))
    return replace(comparison, changes=paired(changes, is_picture, NAMES))


def _seen(changes: tuple[Change, ...], here: set[str]) -> Iterator[Change]:
    for one in changes:
        if one.path is None or one.path in here or not is_picture(one.path):
            yield one
        elif one.old_path is not None and one.renamed and one.old_path not in here:
            yield Change(None, one.old_path)
        elif one.old_path is not None:
            yield one


def deleted(
    pair_set: PairSet, comparison: Comparison, everywhere: Comparison, compared_with: set[str]
) -> list[Finding]:
    """Warnings (QG-1904) about pictures of the set that are gone, and that no picture took the place of.

    Args:
        pair_set: The set.
        comparison: From `of_set`.
        everywhere: From `picture_changes.comparisons`; knows where they went.
        compared_with: Earlier paths that pictures are compared with.
    """
    went = {one.old_path: one.path for one in everywhere.changes if one.renamed}
    found: list[Finding] = []
    for old in gone_from(pair_set, comparison):
        if old in compared_with:
            continue
        key = _key(pair_set, comparison, old)
        if (now := went.get(old)) is not None:
            message = f"picture left the set: {key} of {pair_set.name}, it is {now} now, where nothing compares it"
        else:
            message = f"picture deleted: {key} of {pair_set.name}, {comparison.label} had it"
        found.append(Finding("QG-1904", Level.WARNING, message, set_name=pair_set.name, path=old))
    return found


def gone_from(pair_set: PairSet, comparison: Comparison) -> list[str]:
    """Earlier paths of pictures of a set that have none now, relative to the top level.

    Args:
        pair_set: The set.
        comparison: From `of_set`.
    """
    found: list[str] = []
    for one in comparison.changes:
        if one.path is None and one.old_path is not None and is_picture(one.old_path):
            key = _key(pair_set, comparison, one.old_path)
            if key and matches_any(pair_set.include, key) and not matches_any(pair_set.exclude, key):
                found.append(one.old_path)
    return found


def _key(pair_set: PairSet, comparison: Comparison, old: str) -> str | None:
    """An earlier path within the set, None for one outside of its directory."""
    directory = plain_path(pair_set.candidate, comparison.top.resolve())
    if directory is None or not (directory == "." or PurePosixPath(old).is_relative_to(directory)):
        return None
    return old if directory == "." else PurePosixPath(old).relative_to(directory).as_posix()


def is_picture(path: str) -> bool:
    """Whether a path is one of a picture, by its extension."""
    return PurePosixPath(path).suffix.lower() in PICTURE_SUFFIXES


def plain_path(path: Path, top: Path) -> str | None:
    """A path relative to the top level as it is written, links not followed; None for one outside."""
    for found in (Path(os.path.normpath(path)), path.parent.resolve() / path.name):
        if found.is_relative_to(top):
            return found.relative_to(top).as_posix()
    return None


def real_path(path: Path, top: Path) -> str | None:
    """A path relative to the top level, links followed; None for one outside, and for links in a circle."""
    try:
        found = path.resolve()
    except (OSError, RuntimeError):
        return None
    return found.relative_to(top).as_posix() if found.is_relative_to(top) else None
