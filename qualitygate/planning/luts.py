"""Working out which LUTs a run judges, and what each is compared with. Reads no LUT."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qualitygate import luts
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.glob import WILDCARDS, matches_any
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.corridor.lut_task import LutTask, PlannedLuts, Previous
from qualitygate.luts.sniff import MAX_BYTES
from qualitygate.planning.lut_predecessors import approval, content_of, in_repository, version_before
from qualitygate.policy.find import find_config
from qualitygate.policy.lut_policy import NAME, Content, LutPolicy, load_lut_policy
from qualitygate.policy.shipped import FOLDER

if TYPE_CHECKING:
    from qualitygate.policy.model import Config, LutSet
    from qualitygate.vcs.blobs import Comparison

# Pictures and profiles are LUTs only where somebody says so.
AMBIGUOUS = frozenset({".png", ".icc", ".icm", ".pf"})


@dataclass(frozen=True, slots=True)
class Ground:
    """Where files and threshold files are looked up.

    Attributes:
        root: Directory that globs are relative to.
        config: The configuration, None where there is none.
        policy: The threshold file for LUTs.
        content: Gives approvals in place of the file system.
    """

    root: Path
    config: Config | None
    policy: LutPolicy
    content: Content | None = None

    @property
    def lut_sets(self) -> tuple[LutSet, ...]:
        """The configured sets of LUTs."""
        return () if self.config is None else self.config.lut_sets

    def key(self, file: str | os.PathLike[str]) -> str:
        """A path relative to the root, with `/`; as it was given where it lies outside."""
        path = Path(os.path.abspath(file))  # noqa: PTH100 - links are not followed: the name is what is assigned
        root = Path(os.path.abspath(self.root))  # noqa: PTH100
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else Path(file).as_posix()

    def counts(self, path: str) -> bool:
        """Whether a path, relative to the root, is a LUT that a run over a whole change looks at."""
        entry = luts.format_of(path)
        if entry is None:
            return False
        named = self.policy.assigned(path) or any(
            matches_any(one.files, path) and not matches_any(one.exclude, path) for one in self.lut_sets
        )
        return named or PurePosixPath(path).suffix.lower() not in AMBIGUOUS


def ground(
    directory: Path, config: Path | None = None, thresholds: str = NAME, content: Content | None = None
) -> Ground:
    """Find configuration and threshold file.

    The root is the directory of the configuration; without one the nearest directory with `thresholds/lut.toml`, up to
    the git top level; else the git top level, else `directory`.

    Args:
        directory: Where to look, upwards.
        config: The configuration, where it is known.
        thresholds: Name or path of the threshold file.
        content: Gives threshold files and approvals in place of the file system, such as from the index.

    Raises:
        ConfigError: Either file is wrong.
    """
    source = config if config is not None else find_config(directory)
    if source is None:
        root = _root(directory)
        return Ground(root, None, load_lut_policy(root, thresholds, content), content)
    from qualitygate.policy.config import load_config

    found = load_config(source)
    return Ground(found.root, found, load_lut_policy(found.root, thresholds, content), content)


def task_of(
    file: str,
    where: Ground,
    *,
    comparison: Comparison | None = None,
    against: Path | None = None,
    set_name: str = "",
    policy: LutPolicy | None = None,
    subject: str | None = None,
    options: Sequence[str] = (),
) -> LutTask:
    """The task that judges one file.

    Args:
        file: Path as it was given.
        where: Root and threshold file.
        comparison: States of the repository, for the previous version; in the staged one the new version too.
        against: File that is the previous version, in place of the repository's.
        set_name: Set it belongs to.
        policy: Threshold file in place of the ground's.
        subject: Id, by default the path as it was given.
        options: What `qualitygate lut approve` needs beside the file and the reason, to see the same change.
    """
    path = Path(file)
    previous: Previous | None = None
    content: object = path
    old_key: str | None = None
    if comparison is not None:
        inside = in_repository(path, comparison.top)
        previous = version_before(comparison, inside)
        old_key = where.key(comparison.top / previous.name)
        if comparison.staged:
            content = lambda: comparison.new(inside, MAX_BYTES)  # noqa: E731
    if against is not None:
        previous = Previous(against.as_posix(), against.name, lambda: content_of(against))
    rules = policy or where.policy
    use = rules.use_of(where.key(file))
    made = Subject("lut", subject or path.as_posix(), set_name, previous.label if previous else None, path.as_posix())
    moved = old_key if old_key is not None and rules.assigned(old_key) and rules.use_of(old_key) != use else None
    source = where.config.source if where.config is not None else None
    approve = (lambda reason: approval(path, where.root, source, options, reason)) if options else None
    return LutTask(made, path.as_posix(), use, content, previous, where.root, moved, where.content, approve)  # type: ignore[arg-type]


def missing(path: str, what: str) -> Finding:
    """A LUT that is named and not there."""
    return Finding(
        "QG-1685", Level.ERROR, f"named LUT is gone: {path}, {what}", subject=path, severity=Severity.S2, path=path
    )


def named(thresholds: str) -> tuple[str, ...]:
    """The option that names a threshold file; none for the usual one."""
    return () if thresholds == NAME else ("--thresholds", thresholds)


def planned_luts(
    lut_set: LutSet, where: Ground, comparison: Comparison | None, *, many: bool, base: str | None = None
) -> PlannedLuts:
    """Find the files of a set. Only names count that promise a LUT format.

    Args:
        lut_set: The set.
        where: Root; the set's own threshold file is loaded.
        comparison: Previous versions, None for none.
        many: Whether ids need the name of the set.
        base: The revision that they are compared with, as it was named.
    """
    policy = load_lut_policy(where.root, lut_set.thresholds)
    options = () if base is None or comparison is None else ("--base", base, *named(lut_set.thresholds))
    tasks = []
    for key in files_of(where.root, lut_set.files, lut_set.exclude):
        name = Path(os.path.relpath(where.root / key)).as_posix()
        subject = f"{lut_set.name}/{key}" if many else key
        tasks.append(task_of(name, where, comparison=comparison, set_name=lut_set.name, policy=policy, subject=subject,
                             options=options))  # fmt: skip
    absent = [
        missing(name, f"{origin} names it, and it is not there")
        for name, origin in (*named_files([lut_set]), *policy.named())
        if not (where.root / name).is_file()
    ]
    findings = [*dict.fromkeys(absent)]
    if policy.file is not None and policy.file.hides:
        from qualitygate.policy.hidden import hidden_file  # loads what reads the profiles of pictures

        findings.append(hidden_file(policy.file))
    if not tasks:
        message = f"LUT set is empty: {lut_set.name}, no file matches {', '.join(lut_set.files)}"
        findings.append(Finding("QG-1693", Level.ERROR, message, set_name=lut_set.name, severity=Severity.S3))
    against = comparison.label if comparison is not None else "no previous version"
    return PlannedLuts(lut_set, tuple(tasks), tuple(findings), against, policy.file)


def named_files(sets: Iterable[LutSet]) -> list[tuple[str, str]]:
    """Files that sets name without a wildcard, each with `file.toml:LINE`."""
    return [(name, one.where) for one in sets for name in one.files if not WILDCARDS & set(name)]


def files_of(root: Path, globs: Sequence[str], exclude: Sequence[str]) -> list[str]:
    """Files that promise a LUT format and match, relative to the root, with `/`."""
    found = []
    for directory, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(folder for folder in folders if folder != ".git")
        for name in names:
            key = Path(directory, name).relative_to(root).as_posix()
            if luts.format_of(name) is not None and matches_any(globs, key) and not matches_any(exclude, key):
                found.append(key)
    return sorted(found)


def _root(directory: Path) -> Path:
    directory = directory.absolute()
    for parent in (directory, *directory.parents):
        if (parent / FOLDER / f"{NAME}.toml").is_file() or (parent / ".git").exists():
            return parent
    return directory
