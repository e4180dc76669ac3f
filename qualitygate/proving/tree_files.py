"""Files of a checked-out commit: there, inside of it, and themselves rather than Git LFS pointers."""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate.core.errors import ConfigError, LutError
from qualitygate.vcs.lfs import resolved
from qualitygate.vcs.worktree import Commit

_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_BYTES = 1024


def present(tree: Path, name: str, commit: Commit, part: str) -> Path:
    """A file or directory of a commit, with the LFS pointers below it resolved.

    Args:
        tree: Where the commit is checked out.
        name: Path relative to its top, with `/`.
        commit: The commit, for messages.
        part: What the commit is to the proof, such as `bad`.

    Raises:
        ConfigError: QG-1761: not there, a link that leads out of the tree, or a pointer that cannot be resolved.
    """
    path = tree / name
    if not os.path.lexists(path):
        raise ConfigError(
            f"the {part} commit {commit.short} has no {name}",
            code="QG-1761",
            where=f"{commit.short}:{name}",
            hint="name another commit; where none can hold it, as git ignores it, say why in `without_commits` in "
            "place of the commits, or let [reproduce] make it",
        )
    _inside(tree, path, commit)
    for each in [path] if not path.is_dir() else _below(path):
        if each.is_symlink():
            _inside(tree, each, commit)
        _resolve(tree, each, commit)
    return path


def _below(directory: Path) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(directory, followlinks=False):
        found += [Path(folder, name) for name in (*sorted(folders), *sorted(names))]
    return found


def _inside(tree: Path, path: Path, commit: Commit) -> None:
    outside = not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(tree))
    if outside or not os.path.exists(path):  # noqa: PTH110 - a loop of links is no error to it
        raise ConfigError(
            f"a link that leads {'out of the tree' if outside else 'nowhere'}",
            code="QG-1761",
            where=f"{commit.short}:{path.relative_to(tree).as_posix()}",
            hint="a proof judges what the commit holds",
        )


def _resolve(tree: Path, path: Path, commit: Commit) -> None:
    if not path.is_file() or path.is_symlink() or path.stat().st_size > _POINTER_BYTES:
        return
    data = path.read_bytes()
    if not data.startswith(_POINTER):
        return
    name = path.relative_to(tree).as_posix()
    try:
        content = resolved(tree, data, name)
    except LutError as error:
        raise ConfigError(
            "is a Git LFS pointer, and its content is not here",
            code="QG-1761",
            where=f"{commit.short}:{name}",
            hint=f"run `git lfs fetch origin {commit.short}`, or `lfs: true` at the checkout in CI",
        ) from error
    path.write_bytes(content)
