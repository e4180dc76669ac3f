"""A commit as a list of files, and the small ones of them written out: nothing is checked out, no filter runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import run_git

_SECONDS = 300.0
_LINK = b"120000"


@dataclass(frozen=True, slots=True)
class Object:
    """A file of a commit: name of its object, size in bytes, whether it is a symbolic link."""

    name: str
    bytes: int
    link: bool = False


def tree_of(top: Path, commit: str, below: Sequence[str] = ()) -> dict[str, Object]:
    """Every file and link of a commit, by path relative to the top level with `/`. Submodules are left out.

    Args:
        top: Top level of a working tree.
        commit: Full name.
        below: Files or directories to look at, all by default; those that the commit does not have are passed over.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    listed = _run(top, "--literal-pathspecs", "ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", *below)
    found: dict[str, Object] = {}
    for entry in listed.split(b"\0"):
        facts, _, path = entry.partition(b"\t")
        words = facts.split()
        if len(words) == 4 and words[1] == b"blob" and words[3].isdigit():
            found[os.fsdecode(path)] = Object(words[2].decode("ascii"), int(words[3]), words[0] == _LINK)
    return found


def files_at(top: Path, commit: str, below: Sequence[str]) -> dict[str, bytes]:
    """What the files of a commit hold, by path as in `tree_of`. Links are left out.

    Args:
        top, commit, below: As `tree_of`; nothing below nothing.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    tree = tree_of(top, commit, below) if below else {}
    files = {path: one for path, one in tree.items() if not one.link}
    held = contents(top, files.values())
    return {path: held[one.name] for path, one in files.items()}


def contents(top: Path, objects: Iterable[Object]) -> dict[str, bytes]:
    """What objects hold, by name.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    names = sorted({one.name for one in objects})
    if not names:
        return {}
    batch = _run(top, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode("ascii"))
    found: dict[str, bytes] = {}
    position = 0
    for name in names:  # `NAME TYPE SIZE`, a line end, the content, a line end
        end = batch.index(b"\n", position)
        size = int(batch[position:end].rsplit(b" ", 1)[1])
        found[name] = batch[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return found


def write_out(
    top: Path, tree: Mapping[str, Object], target: Path, wanted: Callable[[str], bool], max_bytes: int
) -> Sequence[str]:
    """Write files of a commit below a directory, and the links that lead to another place below it.

    Args:
        top: Top level of a working tree.
        tree: As `tree_of`.
        target: An empty directory.
        wanted: Which paths are written.
        max_bytes: Larger files are passed over.

    Returns:
        Paths that were passed over.

    Raises:
        ConfigError: QG-1761, git does not answer; QG-1412, a file cannot be written.
    """
    files = {path: one for path, one in tree.items() if not one.link and wanted(path)}
    small = {path: one for path, one in files.items() if one.bytes <= max_bytes}
    links = {path: one for path, one in tree.items() if one.link and one.bytes <= 4096}
    known = contents(top, [*small.values(), *links.values()])
    try:
        for path, one in small.items():
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(known[one.name])
        for path, one in links.items():
            _link(target, path, known[one.name])
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=str(target),
                          hint="is the disk full?") from None  # fmt: skip
    return [path for path in files if path not in small]


def _link(target: Path, path: str, content: bytes) -> None:
    """A link as the commit has it, unless it leads out: what lies there is none of the commit's business."""
    place, leads = target / path, os.fsdecode(content)
    plain = Path(os.path.normpath(place.parent / leads))
    if Path(leads).is_absolute() or not plain.is_relative_to(target) or not plain.exists() or "\0" in leads:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(place):
        return
    place.symlink_to(leads)
    if not place.resolve().is_relative_to(target.resolve()):
        place.unlink()


def _run(top: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    done = run_git(top, *arguments, stdin=stdin, timeout=_SECONDS)
    if done is None or done.returncode != 0:
        said = "" if done is None else " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise ConfigError(
            f"git does not give the files of the base{': ' if said else ''}{said}",
            code="QG-1761",
            where="git",
            hint="check the repository; in CI check out the whole history (`fetch-depth: 0`)",
        )
    return done.stdout
