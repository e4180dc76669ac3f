"""One state of everything that is judged by, and what exists to be judged by it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qualitygate.core.mask import Mask
from qualitygate.policy.lut_policy import LutPolicy
from qualitygate.policy.model import Config, LutSet, PairSet, Profile
from qualitygate.policy.palette_model import BatchSet, PaletteSet

Taken = Mapping[str, Mapping[str, frozenset[str]]]
"""Name of a set to the pictures or LUTs it takes: what each is called in it, and the files behind it, relative to the
top with `/`."""


@dataclass(frozen=True)
class State:
    """The configuration and its threshold files at one time, read.

    Attributes:
        top: Top of the tree that it was read from.
        config: The configuration; None where there is none.
        profiles: By name: those that sets name, and every local one.
        own: Names of the profiles that are local files.
        luts: Threshold files of LUTs, by name.
        masks: Mask pictures that the configuration names, decoded.
        digests: The same masks to the sha256 of their files.
        unreadable: Files, relative to the top, or profiles to what is wrong with them.
        files: Its file, relative to the top with `/`; empty where there is no configuration.
    """

    top: Path
    config: Config | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    luts: Mapping[str, LutPolicy] = field(default_factory=dict)
    masks: Mapping[Path, Mask] = field(default_factory=dict)
    digests: Mapping[Path, str] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    @property
    def sets(self) -> tuple[PairSet, ...]:
        """The sets of pairs."""
        return self.config.pair_sets if self.config is not None else ()

    @property
    def lut_sets(self) -> tuple[LutSet, ...]:
        """The sets of LUTs."""
        return self.config.lut_sets if self.config is not None else ()

    @property
    def palettes(self) -> tuple[PaletteSet, ...]:
        """The sets that are held against a palette."""
        return self.config.palettes if self.config is not None else ()

    @property
    def batches(self) -> tuple[BatchSet, ...]:
        """The batches."""
        return self.config.batches if self.config is not None else ()

    def inside(self, path: Path) -> str:
        """A path relative to the top with `/`; as it is where it lies outside."""
        plain = Path(os.path.normpath(path))
        return plain.relative_to(self.top).as_posix() if plain.is_relative_to(self.top) else plain.as_posix()

    def from_root(self, path: Path) -> str:
        """A path relative to the directory of the configuration, as it is written there."""
        root = self.config.root if self.config is not None else self.top
        return Path(os.path.relpath(os.path.normpath(path), root)).as_posix()


def same_place(before: State, was: Path, after: State, now: Path) -> bool:
    """Whether a path is the same one, or moved with its configuration."""
    moved = before.file != after.file and before.from_root(was) == after.from_root(now)
    return moved or before.inside(was) == after.inside(now)


def partners(before: State, after: State) -> dict[str, PairSet | None]:
    """The successor of every set of pairs, by the name it had: of that name, else a new one of the same candidates."""
    names = {one.name for one in before.sets}
    now = {one.name: one for one in after.sets}
    fresh = [one for one in after.sets if one.name not in names]
    found: dict[str, PairSet | None] = {}
    for old in before.sets:
        alike = (one for one in fresh if same_place(before, old.candidate, after, one.candidate))
        found[old.name] = now.get(old.name) or next(alike, None)
    return found
