"""An earlier commit, read from git's objects: its TOML files written out, other files on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from qualitygate.core.errors import LutError
from qualitygate.vcs.lfs import POINTER_BYTES, is_pointer, pointed_to, resolved
from qualitygate.vcs.tree import Object, contents, tree_of, write_out
from qualitygate.vcs.worktree import Commit

_LARGEST = 1_000_000  # bytes of a TOML file: who writes a larger one means something else


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier commit.

    Attributes:
        commit: The commit, as it was named.
        top: Top level of the user's working tree.
        root: Directory with its TOML files.
        tree: All of its files.
    """

    commit: Commit
    top: Path
    root: Path
    tree: Mapping[str, Object]

    @property
    def label(self) -> str:
        """`origin/main at 1a2b3c4d5e`."""
        name, short = self.commit.revision, self.commit.short
        return short if self.commit.name.startswith(name) else f"{name} at {short}"

    def content(self, path: str) -> bytes | None:
        """A file of it as it is stored, LFS pointers unresolved; None where it has no such file.

        Raises:
            ConfigError: QG-1761, git does not answer.
        """
        found = self.tree.get(path)
        return None if found is None else contents(self.top, [found])[found.name]

    def names(self, path: str) -> tuple[str, ...]:
        """What a file of it may be known by: its object's name, and what it points to where it may be a pointer."""
        found = self.tree.get(path)
        if found is None or found.link:
            return ()
        small = found.bytes <= POINTER_BYTES
        return (found.name, sha256_of(self.content(path) or b"")) if small else (found.name,)

    def holds(self, path: str, data: bytes) -> bool:
        """Whether a file of it has a content, that of an LFS pointer being what it points to.

        The names of objects tell, so that old pictures are hardly ever read.
        """
        found = self.tree.get(path)
        if found is None:
            return False
        if is_pointer(data):
            return sha256_of(self.content(path) or b"") == sha256_of(data)
        return not set(self.names(path)).isdisjoint(names_of(data, found.name))

    def bring(self, paths: Iterable[str]) -> dict[str, Path]:
        """Write files out, LFS pointers resolved where their content can be had; those it has, by path.

        Raises:
            ConfigError: QG-1761, git does not answer.
        """
        wanted = {path: one for path in paths if (one := self.tree.get(path)) is not None and not one.link}
        found: dict[str, Path] = {}
        for path, one in wanted.items():  # one after the other: pictures may be large
            target = self.root / path
            if not target.exists():
                data = contents(self.top, [one])[one.name]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(_resolved(self.top, data, path))
            found[path] = target
        return found

    def shown(self, text: str) -> str:
        """A text without the temporary directory that the files lie in."""
        return text.replace(f"{self.root.as_posix()}/", "").replace(str(self.root), ".")


@contextmanager
def past(top: Path, commit: Commit) -> Iterator[Past]:
    """A commit, for the length of a `with` block.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    tree = tree_of(top, commit.name)
    with TemporaryDirectory(prefix="qualitygate-audit-", ignore_cleanup_errors=True) as directory:
        root = Path(directory).resolve()
        write_out(top, tree, root, lambda path: path.endswith(".toml"), _LARGEST)
        (root / ".git").mkdir(exist_ok=True)  # the search for a configuration ends here
        yield Past(commit, top, root, tree)


def sha256_of(content: bytes) -> str:
    """Digest of a file, that of an LFS pointer being the one of what it points to."""
    return pointed_to(content) or hashlib.sha256(content).hexdigest()


def names_of(content: bytes, like: str) -> tuple[str, ...]:
    """What a content is known by: git's name of it, as long as another name of the repository, and its sha256.

    A pointer is known by what it points to, beside its own name.
    """
    made = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return made(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest(), sha256_of(content)


def _resolved(top: Path, data: bytes, path: str) -> bytes:
    try:
        return resolved(top, data, path)
    except LutError:
        return data  # whoever decodes it says of a pointer that it is one
