"""The sets of the configuration that judge what a case is about, whatever profile the case itself names.

A case that says `profile` says what caught the incident. What catches it on the next build is the set that the picture
lies in: one that is given a looser profile, that leaves the picture out or does not measure it any more lets it pass.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from qualitygate.core.errors import ConfigError
from qualitygate.core.glob import matches_any
from qualitygate.policy.model import LutSet, PairSet
from qualitygate.proofs.case import Case, Check
from qualitygate.proving.rules import Rules
from qualitygate.vcs.ancestry import changed_below
from qualitygate.vcs.worktree import commit_of, parent_of

_MOST = 10_000  # files of a directory that are looked at


@dataclass(frozen=True, slots=True)
class Judge:
    """A set that judges a picture, or a LUT, of a case.

    Attributes:
        name: Of the set.
        picture: Path of the picture within it; empty for all of it.
        check: The check of the case, asked by this set.
        profile: Its profile, or threshold file.
        where: `file.toml:LINE` of what says so.
        silent: Why it cannot catch; None where it is to be asked.
        alike: Whether it asks for no more and no less than the case does.
    """

    name: str
    picture: str
    check: Check
    profile: str
    where: str
    silent: str | None = None
    alike: bool = False


def path_of(case: Case, rules: Rules) -> str | None:
    """Where the picture or LUT of a case lies in the repository; None where nothing says so."""
    check, commits = case.check, case.commits
    if check is None:
        return None
    if check.of_luts:
        return (commits.lut if commits is not None else None) or check.lut
    if commits is not None and (named := commits.candidate or commits.reference):
        return named
    made = next((one for one in rules.config.pair_sets if one.name == check.set), None)
    return _relative(made.candidate, rules.top) if made is not None else None


def pictures_of(case: Case, path: str, top: Path) -> tuple[str, ...]:
    """The files that the incident was about: of a directory those that the bad commit changed, where git knows it.

    Args:
        case: The case.
        path: See `path_of`.
        top: Top level of the working tree.
    """
    if (top / path).is_file() or case.commits is None:
        return (path,)
    try:
        bad = commit_of(top, case.commits.bad)
        parent = parent_of(top, bad) if case.commits.parent is None else commit_of(top, case.commits.parent)
        found = changed_below(top, parent.name, bad.name, path)
    except ConfigError:
        found = ()  # a shallow clone, or no git at all
    if not found and (top / path).is_dir():
        walked = (Path(folder, name) for folder, _, names in os.walk(top / path) for name in sorted(names))
        found = tuple(one.relative_to(top).as_posix() for _, one in zip(range(_MOST), walked, strict=False))
    return found or (path,)


def judges_of(case: Case, pictures: Sequence[str], rules: Rules) -> tuple[Judge, ...]:
    """The sets that judge files, each once.

    Raises:
        ConfigError: The configuration is wrong.
    """
    check = case.check
    if check is None:
        return ()
    if check.of_luts:
        found = [_of_luts(check, one, name, rules) for one in rules.config.lut_sets for name in pictures
                 if _takes_lut(one, name, rules)]  # fmt: skip
    else:
        found = [_of_pictures(check, one, name, rules) for one in rules.config.pair_sets for path in pictures
                 if (name := _within(case, one, path, rules)) is not None]  # fmt: skip
    return tuple({one.name: one for one in reversed(found)}.values())[::-1]


def moved(case: Case, was: Judge, rules: Rules) -> Judge | None:
    """The set of the same name that takes the picture from another directory now; None where there is none."""
    for one in rules.config.pair_sets:
        if case.check is not None and one.name == was.name and _admits(one, was.picture):
            return _of_pictures(case.check, one, was.picture, rules)
    return None


def stands_at(name: str, rules: Rules) -> str:
    """Where a set stands that no longer judges; the configuration where it is gone."""
    source = rules.config.source
    label = rules.shown(source.as_posix()) if source is not None else "qualitygate.toml"
    for one in rules.config.pair_sets:
        if one.name == name:
            lines = one.place.lines
            line = next((lines[key] for key in ("exclude", "include", "candidate") if key in lines), one.place.line)
            return rules.shown(line or label)
    return next((rules.shown(one.where) for one in rules.config.lut_sets if one.name == name), label)


def _of_pictures(check: Check, one: PairSet, name: str, rules: Rules) -> Judge:
    metric, lines = check.metric, one.place.lines
    asked = replace(check, profile=None, set=one.name, picture=name or None,
                    metrics=None if metric is not None else check.metrics)  # fmt: skip
    measured = one.metrics is None or metric is None or metric in one.metrics
    where = lines.get("profile" if measured else "metrics") or one.place.line or ""
    plain = not one.areas and one.resize == "off" and one.background == (255, 255, 255)
    alike = measured and (check.set == one.name or (check.profile == one.profile and plain))
    return Judge(one.name, name, asked, one.profile, rules.shown(where),
                 None if measured else f"does not measure {metric}", alike)  # fmt: skip


def _of_luts(check: Check, one: LutSet, name: str, rules: Rules) -> Judge:
    alike = (check.profile or "lut") == one.thresholds
    return Judge(one.name, name, replace(check, profile=one.thresholds, lut=check.lut or name), one.thresholds,
                 rules.shown(one.where), alike=alike)  # fmt: skip


def _within(case: Case, one: PairSet, path: str, rules: Rules) -> str | None:
    """The path of a file within a set, empty for a directory that holds all of it; None where it is not in it."""
    by_reference = case.commits is not None and case.commits.candidate is None and case.commits.reference is not None
    directory = _relative(one.reference if by_reference else one.candidate, rules.top)
    if directory is None:
        return None
    here, there = PurePosixPath(os.path.normpath(path)), PurePosixPath(directory)
    if there.is_relative_to(here):
        return ""
    if not here.is_relative_to(there):
        return None
    name = here.relative_to(there).as_posix()
    return name if _admits(one, name) else None


def _admits(one: PairSet, name: str) -> bool:
    return not name or (matches_any(one.include, name) and not matches_any(one.exclude, name))


def _takes_lut(one: LutSet, path: str, rules: Rules) -> bool:
    name = _relative(rules.top / path, rules.root)
    return name is not None and matches_any(one.files, name) and not matches_any(one.exclude, name)


def _relative(path: Path, top: Path) -> str | None:
    inside = Path(os.path.normpath(path))
    return inside.relative_to(top).as_posix() if inside.is_relative_to(top) else None
