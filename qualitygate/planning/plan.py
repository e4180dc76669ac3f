"""Working out what a run will do: sets, profiles, metrics and pairs. Measures nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import MetricSpec
from qualitygate.corridor.task import PairTask
from qualitygate.metrics import GPUS
from qualitygate.metrics.base import Metric
from qualitygate.planning.metrics import metrics_of, ready
from qualitygate.planning.pairs import PlannedSet, Recipe, planned
from qualitygate.planning.reference_free import ReferenceFree
from qualitygate.planning.reference_free import planned as planned_free
from qualitygate.policy.config import adhoc_git_set, adhoc_set, find_config, load_config
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Config, PairSet, Profile, Resize

if TYPE_CHECKING:
    from qualitygate.corridor.lut_task import LutTask, PlannedLuts
    from qualitygate.vcs.blobs import Comparison
    from qualitygate.vcs.scratch import Scratch

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run will do, known before a picture is measured.

    Attributes:
        scratch: Keeps earlier versions of pictures on the disk for as long as the plan is there.
        unused_base: A `base` that was asked for, and that no set is compared with.
    """

    config: Config
    sets: tuple[PlannedSet, ...]
    specs: Mapping[str, MetricSpec]
    device: str | None
    luts: tuple[PlannedLuts, ...] = ()
    free: ReferenceFree = field(default_factory=ReferenceFree)
    scratch: Scratch | None = field(default=None, compare=False, repr=False)
    unused_base: str | None = None

    def lut_task(self, subject: str) -> LutTask | None:
        """The task that judges a LUT, None where the subject is none."""
        return next((t for planned in self.luts for t in planned.tasks if t.subject.id == subject), None)

    def task(self, subject: str) -> PairTask | None:
        """The task that judges a subject, None for one that could not be paired."""
        return next((t for planned in self.sets for t in planned.tasks if t.subject.id == subject), None)


def plan(
    reference: PathLike | None = None,
    candidate: PathLike | None = None,
    *,
    profile: str | None = None,
    config: PathLike | None = None,
    directory: PathLike | None = None,
    metrics: Sequence[str] | None = None,
    device: str = "auto",
    pipeline: str | None = None,
    resize: Resize | None = None,
    background: tuple[int, int, int] | None = None,
    base: str | None = None,
    target: str | None = None,
    first: bool = False,
) -> Plan:
    """Work out what a run would do: sets, profiles, metrics, pairs. Decodes nothing.

    Args:
        reference, candidate: Directories (or one file each); one of them alone is compared with its own versions in
            git; without them the configuration's sets are planned.
        profile: Profile for the two directories, or in place of every set's own.
        config: Configuration file; by default the nearest one at or above `directory`.
        directory: Where to look for configuration, by default the working directory.
        metrics: Measure and judge these only.
        device: `auto`, `cpu`, `cuda` or `mps`, for metrics that run a network.
        pipeline, resize, background: In place of the configuration's.
        base: Revision whose merge base holds earlier versions: of pictures, for sets without `reference`; of LUTs. Goes
            before the configuration's.
        target: What CI names; taken where neither `base` nor the configuration says one, and not held against the
            repository unless needed.
        first: Take a directory of references that is not there yet for an empty one: the first are to be approved.

    Raises:
        ConfigError: Anything about paths, configuration, profiles, metrics or weights is wrong, or git does not answer.
    """
    settings = _config(reference, candidate, profile, config, Path(directory or Path.cwd()), pipeline, base or target)
    overrides: dict[str, Any] = {
        "profile": profile,
        "pipeline": pipeline,
        "resize": resize,
        "background": background,
        "first": first or None,
    }
    chosen = {key: value for key, value in overrides.items() if value is not None}
    if resize is not None and resize not in get_args(Resize):
        raise ConfigError(
            f"unknown filter {resize!r}", code="QG-1405", hint=f"one of {', '.join(get_args(Resize))}", where="resize"
        )
    if metrics is not None:
        chosen["metrics"] = tuple(dict.fromkeys([metrics] if isinstance(metrics, str) else metrics))
    sets = tuple(replace(one, **chosen, place=one.place.without(*chosen)) for one in settings.pair_sets)
    settings = replace(settings, pair_sets=sets)
    made = plan_of(settings if base is None else _from(settings, base), device=device, base=base or target)
    return made if base is None else _held(made, base, Path(directory or Path.cwd()))


def _from(settings: Config, base: str) -> Config:
    """The configuration with every set that is compared with git compared with one revision."""
    pairs = tuple(replace(one, base=base, place=one.place.without("base")) if one.from_git else one
                  for one in settings.pair_sets)  # fmt: skip
    return replace(settings, pair_sets=pairs, lut_sets=tuple(replace(one, base=base) for one in settings.lut_sets))


def _held(made: Plan, base: str, directory: Path) -> Plan:
    """The plan, with a note of a base that no set asked git for: it is held against the repository here."""
    if any(one.from_git for one in made.config.pair_sets) or made.config.lut_sets:
        return made
    from qualitygate.vcs.history import revision

    if revision(directory, base) is None:
        raise ConfigError(f"unknown revision {base!r}", code="QG-1690", where="--base",
                          hint="fetch it first, or leave it out: no set is compared with git")  # fmt: skip
    return replace(made, unused_base=base)


def plan_of(settings: Config, *, device: str = "auto", base: str | None = None) -> Plan:
    """Work out what a run over a configuration would do, wherever that configuration comes from.

    Args:
        settings: The configuration; its `root` holds the local `thresholds/`.
        device, base: As `plan`.

    Raises:
        ConfigError: As `plan`.
    """
    sets = settings.pair_sets
    profiles = [load_profile(one.profile, settings.root, one.place.lines.get("profile")) for one in sets]
    built, used = _built(sets, profiles, device)
    specs = {metric.spec.name: metric.spec for group in built for metric in group}
    recipes = [
        Recipe(pair_set, found, group, settings.limits, len(sets) > 1)
        for pair_set, found, group in zip(sets, profiles, built, strict=True)
    ]
    pairs, scratch = _paired(recipes, settings.root, base)
    several = sum(map(len, (sets, settings.lut_sets, settings.palettes, settings.batches))) > 1
    luts: tuple[PlannedLuts, ...] = ()
    if settings.lut_sets:
        from qualitygate.planning.lut_changes import planned_sets  # loads every format of LUTs

        luts = planned_sets(settings, base, many=several)
    free = planned_free(settings, many=several)
    specs |= free.specs
    if luts:
        from qualitygate.core.lut_drift import SPEC

        specs[SPEC.name] = SPEC
    return Plan(settings, pairs, specs, used, luts, free, scratch)


def _built(
    sets: Sequence[PairSet], profiles: Sequence[Profile], device: str
) -> tuple[list[tuple[Metric, ...]], str | None]:
    """The metrics of each set, ready to measure, and the device of those that have one.

    Where `auto` finds a GPU it is as if that had been named: torch is needed in any case, and all share the trip.
    """
    built = [metrics_of(pair_set, found, device) for pair_set, found in zip(sets, profiles, strict=True)]
    devices = [ready(metric) for group in built for metric in group]
    used = next((found for found in devices if found), None)
    if device == "auto" and used in GPUS:
        return _built(sets, profiles, used)
    return built, used


def _paired(recipes: Sequence[Recipe], root: Path, base: str | None) -> tuple[tuple[PlannedSet, ...], Scratch | None]:
    """The pairs of each set, and what holds earlier versions of pictures where a set is compared with git."""
    compared: Mapping[str, Comparison] = {}
    if any(recipe.pair_set.from_git for recipe in recipes):
        from qualitygate.planning.picture_changes import comparisons

        compared = comparisons([recipe.pair_set for recipe in recipes], root, base)
    if not compared:
        return tuple(planned(recipe) for recipe in recipes), None
    from qualitygate.planning.git_references import planned_from_git
    from qualitygate.vcs.scratch import Scratch

    scratch = Scratch()
    return tuple(
        planned_from_git(recipe, compared[recipe.pair_set.name], scratch)
        if recipe.pair_set.from_git
        else planned(recipe)
        for recipe in recipes
    ), scratch


def _config(
    reference: PathLike | None,
    candidate: PathLike | None,
    profile: str | None,
    config: PathLike | None,
    directory: Path,
    pipeline: str | None,
    base: str | None,
) -> Config:
    for given in (reference, candidate, config):
        if given is not None and not os.fspath(given):
            raise ConfigError("an empty path was given", code="QG-1401", hint="is a variable of the shell not set?")
    if config is not None and not Path(config).exists():
        raise ConfigError("no such file", code="QG-1401", where=os.fspath(config))
    source = Path(config) if config is not None else find_config(directory)
    found = load_config(source) if source is not None else Config(root=directory)
    if reference is None and candidate is None:
        sets = (*found.pair_sets, *found.lut_sets, *found.palettes, *found.batches)
        if not sets and not found.check.also:
            raise ConfigError(
                "nothing to check" if source is None else "no sets are configured",
                code="QG-1409",
                where=os.fspath(source) if source is not None else None,
                hint="give REFERENCE and CANDIDATE directories, or run `qualitygate init`",
            )
        return found
    if base is None and (reference is None or candidate is None):
        raise ConfigError("both REFERENCE and CANDIDATE are needed", code="QG-1409",
                          hint="or neither, to use the sets; or --base REV, to compare with git")  # fmt: skip
    if profile is None:
        raise ConfigError(
            "no profile for the pictures", code="QG-1402", hint="add --profile hero, product, thumbnail or ui"
        )
    options = {"pipeline": pipeline} if pipeline else {}
    if reference is None or candidate is None:
        only = Path(candidate if candidate is not None else reference or "")
        one = adhoc_git_set(only, profile=profile, root=found.root, base=base or "", **options)
    else:
        one = adhoc_set(Path(reference), Path(candidate), profile=profile, root=found.root, **options)
    return replace(found, pair_sets=(one,), lut_sets=(), palettes=(), batches=())
