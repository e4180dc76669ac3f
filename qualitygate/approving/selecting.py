"""Which pictures are to be approved: by name, path or glob, or everything that fails; never silently everything."""

from __future__ import annotations

import difflib
import os
import posixpath
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qualitygate.core.errors import ConfigError
from qualitygate.core.glob import matches
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.verdict import Failed, Passed, SubjectResult
from qualitygate.planning.plan import Plan


def chosen(plan: Plan, patterns: Sequence[str]) -> Plan:
    """The part of a plan that some names, paths or globs are about.

    A picture is named by its id, or by the path of its candidate or reference: as reports print it, or from the working
    directory, as a shell completes it. A glob is held against ids, and against paths where it matches no id.

    Raises:
        ConfigError: QG-1930, one of them names nothing, or a look-up table, which `lut approve` is for.
    """
    known = [task.subject.id for one in plan.sets for task in one.tasks]
    known += [result.subject.id for one in plan.sets for result in one.problems]
    paths: dict[str, set[str]] | None = None
    taken: set[str] = set()
    for pattern in patterns:
        found = {name for name in known if name == pattern} or {name for name in known if matches(pattern, name)}
        if not found:
            paths = _paths(plan) if paths is None else paths
            asked = _plain(pattern)
            exact = paths.get(asked, set()) | paths.get(_plain(os.path.abspath(pattern)), set())  # noqa: PTH100
            found = exact or {name for path, names in paths.items() if matches(asked, path) for name in names}
        if not found:
            raise _nothing(plan, pattern, known, paths or {})
        taken |= found
    return _narrowed(plan, taken)


def failed(plan: Plan, results: Iterable[SubjectResult], *, passing: bool = False) -> Plan:
    """The part of a plan that failed, or could not be measured, so that nobody takes it for approved.

    Args:
        plan, results: A run.
        passing: Whether what passes is part of it, too.
    """
    kinds = (Failed, Unmeasurable, Passed) if passing else (Failed, Unmeasurable)
    return _narrowed(plan, {result.subject.id for result in results if isinstance(result.verdict, kinds)})


def kept(plan: Plan, results: Iterable[SubjectResult]) -> int:
    """How many pictures of a run pass and have other bytes than what they were compared with, which stays.

    In a set that is compared with git the picture is its next reference, and nothing stays.
    """
    own = {task.subject.id for one in plan.sets if not one.pair_set.from_git for task in one.tasks}
    return sum(
        isinstance(result.verdict, Passed) and result.reference is not None and result.candidate is not None
        and result.reference.sha256 != result.candidate.sha256
        for result in results if result.subject.id in own
    )  # fmt: skip


def pictures_only(plan: Plan) -> Plan:
    """The pairs of a plan without everything else."""
    return Plan(plan.config, plan.sets, plan.specs, plan.device, scratch=plan.scratch)


def _narrowed(plan: Plan, taken: set[str]) -> Plan:
    sets = tuple(
        replace(one, tasks=tuple(task for task in one.tasks if task.subject.id in taken),
                problems=tuple(result for result in one.problems if result.subject.id in taken), sizes={})
        for one in plan.sets
    )  # fmt: skip
    return replace(pictures_only(plan), sets=sets)


def _paths(plan: Plan) -> dict[str, set[str]]:
    """Every path that a picture can be called by to the ids of what is called so: as printed, and absolute."""
    found: dict[str, set[str]] = {}
    for planned in plan.sets:
        one = planned.pair_set
        sides = [(one.candidate_label, one.candidate), (one.reference_label, one.reference)]
        subjects = [task.subject for task in planned.tasks] + [result.subject for result in planned.problems]
        for subject in subjects:
            names = [subject.candidate, None if one.from_git else subject.reference]
            for (label, directory), named in zip(sides, names, strict=True):
                if named is None:
                    continue
                within = named.removeprefix(label).lstrip("/")
                for path in (named, os.path.abspath(directory / within)):  # noqa: PTH100
                    found.setdefault(_plain(path), set()).add(subject.id)
    return found


def _plain(path: str) -> str:
    """A path without `.`, `..` and doubled slashes, in the Unicode form of ids."""
    return unicodedata.normalize("NFC", posixpath.normpath(path.replace(os.sep, "/")))


def _nothing(plan: Plan, pattern: str, known: list[str], paths: Mapping[str, set[str]]) -> ConfigError:
    if plan.lut_task(pattern) is not None:
        return ConfigError("is a look-up table", code="QG-1930", where=pattern, hint="use `qualitygate lut approve`")
    printed = [path for path in paths if not posixpath.isabs(path)]
    close = difflib.get_close_matches(_plain(pattern), [*known, *printed], 1, 0.8)
    if close:
        name = close[0] if close[0] in known else min(paths[close[0]])
        hint = f"did you mean {name!r}?"
    else:
        some = difflib.get_close_matches(pattern, known, 3, 0.4) or known[:3]
        hint = f"names are like {', '.join(map(repr, some))}" if some else "no picture is judged here"
    return ConfigError("no picture of that name is judged", code="QG-1930", where=pattern, hint=hint)
