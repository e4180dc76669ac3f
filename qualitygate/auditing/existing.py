"""What exists in the working tree to be judged, and which set takes it, by the earlier state and by the present one."""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate import luts
from qualitygate.core.errors import ConfigError
from qualitygate.pairing.match import match_trees
from qualitygate.pairing.walk import pictures
from qualitygate.planning.luts import files_of
from qualitygate.planning.picture_files import picture_files
from qualitygate.policy.model import PairSet
from qualitygate.policy.ratchet.compare import There
from qualitygate.policy.ratchet.state import State, Taken
from qualitygate.vcs.tracked import tracked


def existing(before: State, after: State, same: frozenset[str]) -> There:
    """What there is, and who takes it.

    Args:
        before, after: The two states; the directories of both are looked up in the working tree.
        same: As of `There`.
    """
    return There(
        taken={one.name: _pairs(before, after, one) for one in before.sets},
        now={one.name: _pairs(after, after, one) for one in after.sets},
        luts_taken=_luts(before, after),
        luts_now=_luts(after, after),
        free_taken=_free(before, after),
        free_now=_free(after, after),
        same=same,
        luts=_lut_files(after),
    )


def _pairs(state: State, after: State, one: PairSet) -> dict[str, frozenset[str]]:
    """Ids of the pairs of a set to their files. Where only one side is there, as before a build, it counts alone."""
    top = after.top
    reference, candidate = (_here(state, after, path) for path in (one.reference, one.candidate))
    sides = [path for path in dict.fromkeys((reference, candidate)) if path.exists()]
    try:
        if len(sides) == 2 and sides[0].is_dir() == sides[1].is_dir():
            found = match_trees(reference, candidate, one.include, one.exclude)
            return {
                pair.id: frozenset(_inside(top, path) for path in (pair.reference, pair.candidate) if path is not None)
                for pair in found
            }
        both: dict[str, frozenset[str]] = {}
        for side in sides:
            listed = pictures(side, one.include, one.exclude) if side.is_dir() else {side.name: (side,)}
            both |= {key: frozenset(_inside(top, path) for path in paths) for key, paths in listed.items()}
        return both
    except ConfigError:
        return {}  # a directory that cannot be read: the check says so


def _here(state: State, after: State, path: Path) -> Path:
    """A path of a state in the working tree; where its configuration moved, perhaps with it."""
    found = after.top / state.inside(path)
    if found.exists() or state.file == after.file or after.config is None:
        return found
    return after.config.root / state.from_root(path)


def _luts(state: State, after: State) -> Taken:
    if state.config is None:
        return {}
    root = _here(state, after, state.config.root)
    return {
        one.name: {key: frozenset({key}) for key in files_of(root, one.files, one.exclude)} for one in state.lut_sets
    }


def _free(state: State, after: State) -> Taken:
    """Pictures that are judged without a reference, of palettes and batches."""
    if state.config is None:
        return {}
    root = _here(state, after, state.config.root)
    globs = {one.name: (one.files, one.exclude) for one in state.palettes}
    globs |= {one.name: (one.candidate, one.exclude) for one in state.batches}
    try:
        return {name: {key: frozenset({key}) for key in picture_files(root, *taken)} for name, taken in globs.items()}
    except ConfigError:
        return {}


def _lut_files(after: State) -> tuple[str, ...]:
    """LUTs that git knows, relative to the root of the configuration: the hook judges them without any set."""
    root = after.config.root if after.config is not None else after.top
    found = []
    for name in tracked(after.top):
        path = after.top / name
        if luts.format_of(name) is not None and path.is_relative_to(root):
            found.append(path.relative_to(root).as_posix())
    return tuple(found)


def _inside(top: Path, path: Path) -> str:
    plain = Path(os.path.normpath(path))
    return plain.relative_to(top).as_posix() if plain.is_relative_to(top) else plain.as_posix()
