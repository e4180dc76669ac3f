"""The thresholds of a revision, or of the working tree, and what they say of a case."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.glob import matches
from qualitygate.policy.config import adhoc_set, find_config, load_config
from qualitygate.policy.load import OTHERS, load_profile, shipped_names
from qualitygate.policy.lut_policy import NAME as LUT
from qualitygate.policy.model import Config, PairSet
from qualitygate.policy.shipped import FOLDER
from qualitygate.proofs.case import Check

_LARGEST = 1_000_000  # bytes of a threshold file that is digested


@dataclass(frozen=True)
class Rules:
    """Where thresholds are looked up.

    Attributes:
        top: Top of a working tree, the user's or a detached one.
        label: What they are called in messages.
        config_name: Path of the configuration relative to the top; None for the nearest.
    """

    top: Path
    label: str
    config_name: str | None = None

    @cached_property
    def config(self) -> Config:
        """The configuration; one without sets where there is none.

        Raises:
            ConfigError: It cannot be read, or the one that was named is not there.
        """
        if self.config_name is None:
            source = find_config(self.top)
        else:
            source = self.top / self.config_name
            if not source.is_file():
                raise ConfigError("no such configuration", code="QG-1761", where=f"{self.label}:{self.config_name}",
                                  hint="`config` of [check] is relative to the top level")  # fmt: skip
        try:
            return load_config(source) if source is not None else Config(root=self.top)
        except ConfigError as error:
            raise self.told(error) from None

    @property
    def root(self) -> Path:
        """Directory that holds `thresholds/`."""
        return self.config.root

    @property
    def silent(self) -> bool:
        """Whether there is neither a configuration nor a threshold file: no gate stood there yet."""
        return self.config_name is None and self.config.source is None and not (self.top / FOLDER).is_dir()

    def told(self, error: ConfigError) -> ConfigError:
        """The same error, with paths as the revision has them and not as they lie in a temporary directory."""
        return ConfigError(
            self.shown(error.message),
            code=error.code,
            where=f"{self.label}: {self.shown(error.where)}" if error.where else self.label,
            hint=self.shown(error.hint) if error.hint else None,
        )

    def shown(self, text: str) -> str:
        """A text without the directory that the revision is checked out in."""
        relative = os.path.relpath(self.top)
        if not relative.startswith((".", os.pardir)):
            text = text.replace(f"{Path(relative).as_posix()}/", "")
        return text.replace(f"{self.top.as_posix()}/", "").replace(f"{self.top}", ".")

    def digests(self) -> dict[str, str]:
        """Every file that may hold a threshold, by path relative to the top, to its sha256."""
        files = [path for path in (self.root / FOLDER).rglob("*.toml") if path.is_file()]
        if self.config.source is not None:
            files.append(self.config.source)
        return {
            path.relative_to(self.top).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(files)
            if path.is_relative_to(self.top) and path.stat().st_size <= _LARGEST
        }

    def silence(self, check: Check) -> str | None:
        """Why these thresholds say nothing of a case; None where they do."""
        if self.silent:
            return f"{self.label} has neither a configuration nor {FOLDER}/"
        if check.set is not None and all(one.name != check.set for one in self.config.pair_sets):
            return f"{self.label} has no set {check.set!r}"
        if check.profile is not None and not check.of_luts and not self.has(check.profile):
            return f"{self.label} has no profile {check.profile!r}"
        if check.of_luts and not self.config.lut_sets and not (self.root / FOLDER / "lut.toml").is_file():
            return f"{self.label} has neither [[luts]] nor {FOLDER}/lut.toml"
        return None

    def pair_set(
        self,
        check: Check,
        pictures: tuple[Path, Path] | None,
        tree: Path,
        names: tuple[str, str],
        *,
        whole: bool = False,
    ) -> PairSet:
        """The set that pictures of a case are judged as.

        Args:
            check: Names a set or a profile.
            pictures: Reference and candidate, files or directories; None for those of the set.
            tree: Top of the tree that the paths of a set are looked up in.
            names: What the two are called.
            whole: Whether everything that is limited is measured where the case does not say what; else that which the
                check is about, as others may take seconds for each picture.

        Raises:
            ConfigError: QG-1760, there is no such set, or its paths lie outside of the repository.
        """
        if check.set is None:
            if pictures is None or check.profile is None:
                raise ConfigError("neither a set nor pictures are named", code="QG-1760", hint="complete the case")
            if not self.has(check.profile):  # never that of the directory the user happens to be in
                raise ConfigError(f"has no profile {check.profile!r}", code="QG-1402", where=self.label,
                                  hint=f"write {FOLDER}/{check.profile}.toml, or name another")  # fmt: skip
            made = adhoc_set(*pictures, profile=check.profile, root=self.root)
        else:
            made = self._named(check.set)
            if pictures is None and made.from_git:
                message = f"the set {made.name!r} is compared with git, so that a case must name its pictures"
                raise ConfigError(message, code="QG-1760", where=self.label, hint="name `reference` and `candidate`")
            if pictures is None:
                pictures = (self._in(tree, made.reference), self._in(tree, made.candidate))
                names = (made.reference_label, made.candidate_label)
            else:
                made = _with_areas_of(check, replace(made, include=("**",), exclude=()), pictures[1])
        made = replace(made, reference=pictures[0], candidate=pictures[1], reference_label=names[0],
                       candidate_label=names[1], from_git=False)  # fmt: skip
        if check.metrics is not None:
            return replace(made, metrics=check.metrics)
        return made if whole or check.metric is None else self._only(check.metric, made)

    def _only(self, metric: str, made: PairSet) -> PairSet:
        """A set that measures one metric; all where nothing limits it, since a gate that judges nothing is an error."""
        limited = load_profile(made.profile, self.root, made.place.lines.get("profile")).metrics
        regions = tuple(replace(one, thresholds=tuple(limit for limit in one.thresholds if limit.metric == metric))
                        for one in made.regions)  # fmt: skip
        if made.metrics is not None and metric not in made.metrics:
            return made
        if metric not in limited and not any(one.thresholds for one in regions):
            return made
        return replace(made, metrics=(metric,), regions=tuple(one for one in regions if one.thresholds))

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names of the profiles of pictures, local and shipped."""
        local = {path.stem for path in (self.root / FOLDER).glob("*.toml")} - OTHERS
        return tuple(sorted(local.union(shipped_names())))

    def has(self, profile: str, *, of_luts: bool = False) -> bool:
        """Whether there is a profile, shipped or local, or a threshold file for LUTs."""
        if profile.endswith(".toml"):
            return (self.root / profile).is_file()
        if of_luts:
            return profile == LUT or (self.root / FOLDER / f"{profile}.toml").is_file()
        return profile in self.profiles

    def _named(self, name: str) -> PairSet:
        for one in self.config.pair_sets:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.config.pair_sets) or "none"
        raise ConfigError(f"no set {name!r}", code="QG-1760", where=self.label, hint=f"sets there: {known}")

    def _in(self, tree: Path, path: Path) -> Path:
        inside = Path(os.path.normpath(path))
        if not inside.is_relative_to(self.top):
            raise ConfigError("a set of a proof lies inside the repository", code="QG-1760", where=str(path),
                              hint="name `reference` and `candidate` in [proof]")  # fmt: skip
        return tree / inside.relative_to(self.top)


def _with_areas_of(check: Check, made: PairSet, candidate: Path) -> PairSet:
    """A set with the areas that are about a picture of a case; all of them where it is a directory."""
    if not check.areas:
        return replace(made, ignore=(), regions=())
    if candidate.is_dir():
        return made
    name = check.picture or candidate.name
    ignore = tuple(replace(one, pairs="**") for one in made.ignore if matches(one.pairs, name))
    regions = tuple(replace(one, area=replace(one.area, pairs="**")) for one in made.regions
                    if matches(one.area.pairs, name))  # fmt: skip
    return replace(made, ignore=ignore, regions=regions)
