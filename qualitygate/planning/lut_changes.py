"""What a change of the repository did to LUTs: which are new or changed, which are gone, which were renamed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.glob import matches_any
from qualitygate.corridor.lut_task import PlannedLuts
from qualitygate.planning.luts import Ground, files_of, missing, named_files, planned_luts
from qualitygate.policy.lut_policy import load_lut_policy
from qualitygate.vcs.change import in_ci
from qualitygate.vcs.pairing import paired
from qualitygate.vcs.repository import top_level
from qualitygate.vcs.tracked import tracked

if TYPE_CHECKING:
    from qualitygate.policy.model import Config, LutSet
    from qualitygate.vcs.blobs import Comparison


def following(comparison: Comparison, where: Ground) -> Comparison:
    """The same comparison with renames of LUTs followed further than git does."""
    changes = paired(comparison.changes, lambda path: where.counts(where.key(comparison.top / path)))
    return replace(comparison, changes=changes)


def changed(comparison: Comparison, where: Ground) -> list[str]:
    """LUTs that were added, changed or renamed, as paths relative to the working directory."""
    found = []
    for change in comparison.changes:
        if change.path is not None:
            path = comparison.top / change.path
            if where.counts(where.key(path)):
                found.append(Path(os.path.relpath(path)).as_posix())
    return sorted(found)


def every(where: Ground, comparison: Comparison | None) -> list[str]:
    """Every LUT that git tracks, whatever its format and spelling, as paths relative to the working directory.

    Args:
        where: Says which pictures and profiles are LUTs.
        comparison: From whose changes those that were deleted and not yet told to git are known; they are left out.

    Raises:
        ConfigError: QG-1690, no repository, or git does not answer.
    """
    here = Path.cwd()
    top = top_level(here) or here
    names = tracked(here)
    present = {change.path for change in comparison.changes} if comparison is not None else set()
    absent = {change.old_path for change in comparison.changes} - present if comparison is not None else set()
    return [Path(os.path.relpath(top / name)).as_posix() for name in names
            if name not in absent and where.counts(where.key(top / name))]  # fmt: skip


def unkept(where: Ground) -> list[Finding]:
    """Errors for files that threshold files and sets name without a wildcard, and that are not there."""
    named = dict([*named_files(where.lut_sets), *where.policy.named()])
    return [
        missing(name, f"{origin} names it, and it is not there")
        for name, origin in named.items()
        if not (where.root / name).is_file()
    ]


def gone(comparison: Comparison, where: Ground) -> tuple[Finding, ...]:
    """What deleted and renamed LUTs leave behind.

    Returns:
        An error for a file that a threshold file or a set names, and where a glob matches nothing any more; a warning
        for a deleted file that a glob matched with others.
    """
    named = [*where.policy.named(), *named_files(where.lut_sets)]
    globs = [(one.files, one.where) for one in where.policy.assignments]
    globs += [(one.files, one.where) for one in where.lut_sets]
    found: list[Finding] = []
    for change in comparison.changes:
        old = change.old_path
        if old is None or change.path == old:
            continue
        key = where.key(comparison.top / old)
        what = "deleted" if change.path is None else f"renamed to {change.path}"
        origin = next((where_named for name, where_named in named if name == key), None)
        if origin is not None:
            found.append(missing(key, f"{what}, {origin} names it"))
            continue
        matching = [(files, at) for files, at in globs if matches_any(files, key)] if where.counts(key) else []
        empty = next((at for files, at in matching if not files_of(where.root, files, ())), None)
        if empty is not None:
            found.append(missing(key, f"{what}, and nothing is left that {empty} matches"))
        elif matching and change.path is None:
            message = f"LUT deleted: {key}, {matching[0][1]} matches it"
            found.append(Finding("QG-1685", Level.WARNING, message, subject=key, path=key))
    return tuple(found)


def planned_sets(config: Config, base: str | None, *, many: bool) -> tuple[PlannedLuts, ...]:
    """The sets of LUTs, each against the merge base with its own revision or with `base`.

    Raises:
        ConfigError: Git does not answer (QG-1690), or a threshold file is wrong.
    """
    if not config.lut_sets:
        return ()
    from qualitygate.vcs.blobs import since

    where = Ground(config.root, config, load_lut_policy(config.root))
    revisions = dict.fromkeys(revision for one in config.lut_sets if (revision := one.base or base) is not None)
    compared = {revision: following(since(config.root, revision), where) for revision in revisions}
    planned: list[PlannedLuts] = []
    for one in config.lut_sets:
        comparison = compared.get(one.base or base or "")
        found = planned_luts(one, where, comparison, many=many, base=one.base or base)
        known = {finding.path for finding in found.findings}
        left = gone(comparison, where) if comparison is not None and not planned else ()
        more = tuple(finding for finding in left if finding.path not in known)
        if comparison is None and in_ci(os.environ):
            more += (_uncompared(one),)
        planned.append(replace(found, findings=found.findings + more))
    return tuple(planned)


def _uncompared(lut_set: LutSet) -> Finding:
    """In CI somebody relies on the comparison, so that its absence is more than the note on each file."""
    message = f"no previous versions: {lut_set.name}, no base was named, so that no drift was judged"
    return Finding("QG-1682", Level.WARNING, message, set_name=lut_set.name)
