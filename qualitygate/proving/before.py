"""Cases and thresholds as they stood at the merge base, written out to be looked at and replayed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from qualitygate.core.errors import ConfigError, LutError
from qualitygate.policy.find import FILE as CONFIG
from qualitygate.policy.find import PYPROJECT
from qualitygate.policy.shipped import FOLDER as THRESHOLDS
from qualitygate.proofs.case import FILE, FOLDER, Case
from qualitygate.proving.rules import Rules
from qualitygate.vcs.lfs import resolved
from qualitygate.vcs.tree import files_at
from qualitygate.vcs.worktree import Commit, merge_base


@dataclass(frozen=True, slots=True)
class Before:
    """The merge base.

    Attributes:
        commit: The commit, as it was named.
        root: Directory that holds its cases, thresholds and configuration.
        files: Its files, by path relative to the root with `/`.
    """

    commit: Commit
    root: Path
    files: dict[str, bytes]

    def rules_of(self, case: Case) -> Rules:
        """Its thresholds."""
        config = case.check.config if case.check is not None else None
        return Rules(self.root, f"{self.commit.revision} at {self.commit.short}", config)

    @property
    def cases(self) -> list[str]:
        """Ids of the cases it holds."""
        depth = FOLDER.count("/") + 1
        return sorted(
            name.split("/")[depth]
            for name in self.files
            if name.startswith(f"{FOLDER}/") and name.endswith(f"/{FILE}") and name.count("/") == depth + 1
        )

    def changed(self, incident: str, root: Path) -> bool:
        """Whether a file of a case is another now, or gone. Line ends make no difference."""
        below = f"{FOLDER}/{incident}/"
        return any(
            not (root / name).is_file() or _plain((root / name).read_bytes()) != _plain(content)
            for name, content in self.files.items()
            if name.startswith(below)
        )


@contextmanager
def before(top: Path, revision: str, configurations: Iterable[str] = ()) -> Iterator[Before]:
    """The merge base of HEAD and a revision, for the length of a `with` block.

    Args:
        top: Top level of the working tree.
        revision: What is merged into.
        configurations: Further configurations, as paths; `thresholds/` beside each is looked at, too.

    Raises:
        ConfigError: QG-1761, it cannot be had.
    """
    commit = merge_base(top, revision)
    configurations = tuple(configurations)
    further = [name for path in configurations for name in (path, f"{PurePosixPath(path).parent}/{THRESHOLDS}")]
    files = files_at(top, commit.name, (FOLDER, THRESHOLDS, CONFIG, PYPROJECT, *further))
    with TemporaryDirectory(prefix="qualitygate-base-") as directory:
        root = Path(directory).resolve()
        (root / ".git").mkdir()  # the search for a configuration ends here
        _write(top, root, files)
        _write(top, root, files_at(top, commit.name, masks) if (masks := _masks(root, configurations)) else {})
        yield Before(Commit(revision, commit.name, commit.tree), root, files)


def _write(top: Path, root: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.write_bytes(resolved(top, content, name))
        except LutError:
            target.write_bytes(content)  # the gate says of a pointer that it is one


def _masks(root: Path, configurations: Iterable[str]) -> list[str]:
    """Masks that the configurations name: sets are not judged without them."""
    found: list[str] = []
    for name in (None, *configurations):
        try:
            areas = [area for one in Rules(root, "the base", name).config.pair_sets for area in one.areas]
        except ConfigError:
            continue  # whoever needs it will say what is wrong
        paths = [Path(os.path.normpath(area.mask)) for area in areas if area.mask is not None]
        found += [path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)]
    return found


def _plain(content: bytes) -> bytes:
    return content if b"\0" in content else content.replace(b"\r\n", b"\n")
