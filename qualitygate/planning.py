"""Working out what a run will do: sets, profiles, metrics and pairs. Decodes nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from qualitygate.choosing import metrics_of, ready
from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Finding, Level, SubjectResult
from qualitygate.corridor.lut_task import LutTask, PlannedLuts
from qualitygate.corridor.task import PairTask
from qualitygate.lut_changes import planned_sets
from qualitygate.luts.drift import SPEC
from qualitygate.matching import check_areas, matches_of
from qualitygate.metrics.base import Metric
from qualitygate.pairing.match import Match
from qualitygate.policy.config import adhoc_set, find_config, load_config
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Config, PairSet, Profile, Resize

PathLike = str | os.PathLike[str]

_PROBLEM_CODES = {"candidate_missing": "QG-1101", "reference_missing": "QG-1102", "ambiguous": "QG-1103"}


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """One set, resolved: its profile, its pairs, and the pairs that cannot be made."""

    pair_set: PairSet
    profile: Profile
    tasks: tuple[PairTask, ...]
    problems: tuple[SubjectResult, ...]
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run will do, known before a picture is decoded."""

    config: Config
    sets: tuple[PlannedSet, ...]
    specs: Mapping[str, MetricSpec]
    device: str | None
    luts: tuple[PlannedLuts, ...] = ()

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
) -> Plan:
    """Work out what a run would do: sets, profiles, metrics, pairs. Decodes nothing.

    Args:
        reference, candidate: Directories (or one file each); without them the configuration's sets are planned.
        profile: Profile for the two directories, or in place of every set's own.
        config: Configuration file; by default the nearest one at or above `directory`.
        directory: Where to look for configuration, by default the working directory.
        metrics: Measure and judge these only.
        device: `auto`, `cpu`, `cuda` or `mps`, for metrics that run a network.
        pipeline, resize, background: In place of the configuration's.
        base: Revision whose merge base holds the previous versions of LUTs, for sets that name none.

    Raises:
        ConfigError: Anything about paths, configuration, profiles, metrics or weights is wrong, or git does not answer.
    """
    settings = _config(reference, candidate, profile, config, Path(directory or Path.cwd()), pipeline)
    overrides: dict[str, Any] = {
        "profile": profile,
        "pipeline": pipeline,
        "resize": resize,
        "background": background,
    }
    chosen = {key: value for key, value in overrides.items() if value is not None}
    if resize is not None and resize not in get_args(Resize):
        raise ConfigError(
            f"unknown filter {resize!r}", code="QG-1405", hint=f"one of {', '.join(get_args(Resize))}", where="resize"
        )
    if metrics is not None:
        chosen["metrics"] = tuple(dict.fromkeys([metrics] if isinstance(metrics, str) else metrics))
    sets = tuple(replace(one, **chosen, place=one.place.without(*chosen)) for one in settings.pair_sets)
    return plan_of(replace(settings, pair_sets=sets), device=device, base=base)


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
    built = [metrics_of(pair_set, found, device) for pair_set, found in zip(sets, profiles, strict=True)]
    specs = {metric.spec.name: metric.spec for group in built for metric in group}
    planned = [
        _planned(pair_set, found, group, settings.limits, many=len(sets) > 1)
        for pair_set, found, group in zip(sets, profiles, built, strict=True)
    ]
    devices = [ready(metric) for group in built for metric in group]
    luts = planned_sets(settings, base, many=len(sets) + len(settings.lut_sets) > 1)
    if luts:
        specs[SPEC.name] = SPEC
    return Plan(settings, tuple(planned), specs, next((found for found in devices if found), None), luts)


def _config(
    reference: PathLike | None,
    candidate: PathLike | None,
    profile: str | None,
    config: PathLike | None,
    directory: Path,
    pipeline: str | None,
) -> Config:
    for given in (reference, candidate, config):
        if given is not None and not os.fspath(given):
            raise ConfigError("an empty path was given", code="QG-1401", hint="is a variable of the shell not set?")
    if config is not None and not Path(config).exists():
        raise ConfigError("no such file", code="QG-1401", where=os.fspath(config))
    source = Path(config) if config is not None else find_config(directory)
    found = load_config(source) if source is not None else Config(root=directory)
    if reference is None and candidate is None:
        if not found.pair_sets and not found.lut_sets and not found.check.also:
            raise ConfigError(
                "nothing to check" if source is None else "no sets are configured",
                code="QG-1409",
                where=os.fspath(source) if source is not None else None,
                hint="give REFERENCE and CANDIDATE directories, or run `qualitygate init`",
            )
        return found
    if reference is None or candidate is None:
        raise ConfigError("both REFERENCE and CANDIDATE are needed", code="QG-1409", hint="or neither, to use the sets")
    if profile is None:
        raise ConfigError(
            "no profile for the two directories", code="QG-1402", hint="add --profile hero, product, thumbnail or ui"
        )
    options = {"pipeline": pipeline} if pipeline else {}
    one = adhoc_set(Path(reference), Path(candidate), profile=profile, root=found.root, **options)
    return replace(found, pair_sets=(one,), lut_sets=())


def _planned(
    pair_set: PairSet, profile: Profile, group: tuple[Metric, ...], limits: DecodeLimits, *, many: bool
) -> PlannedSet:
    tasks: list[PairTask] = []
    problems: list[SubjectResult] = []
    sizes: dict[str, int] = {}
    matches = matches_of(pair_set)
    check_areas(pair_set, matches)
    for match in matches:
        subject = _subject(pair_set, match, many=many)
        # A dangling link has no size; decoding it will say what is wrong.
        if match.candidate is not None and match.problem != "ambiguous" and match.candidate.is_file():
            sizes[subject.id] = match.candidate.stat().st_size
        if match.problem is not None:
            problems.append(_problem(subject, match, profile))
        elif match.reference is not None and match.candidate is not None:
            tasks.append(
                PairTask(
                    subject,
                    match.id,
                    match.reference,
                    match.candidate,
                    group,
                    profile,
                    pair_set.metrics,
                    pair_set.background,
                    pair_set.resize,
                    pair_set.ignore,
                    pair_set.regions,
                    limits,
                )
            )
    return PlannedSet(pair_set, profile, tuple(tasks), tuple(problems), sizes)


def _subject(pair_set: PairSet, match: Match, *, many: bool) -> Subject:
    name = f"{pair_set.name}/{match.id}" if many else match.id
    return Subject(
        "pair",
        name,
        pair_set.name,
        _label(pair_set.reference_label, pair_set.reference, match.reference),
        _label(pair_set.candidate_label, pair_set.candidate, match.candidate),
    )


def _label(label: str, directory: Path, file: Path | None) -> str | None:
    """A file as the user would name it: the directory as written, then the path within it."""
    if file is None:
        return None
    return label if file == directory else f"{label.rstrip('/')}/{file.relative_to(directory).as_posix()}"


def _problem(subject: Subject, match: Match, profile: Profile) -> SubjectResult:
    problem = match.problem or "ambiguous"
    finding = Finding(
        _PROBLEM_CODES[problem],
        Level.ERROR,
        f"{problem.replace('_', ' ')}: {subject.id}, {match.detail}",
        subject=subject.id,
        set_name=subject.set_name,
        severity=Severity.S3,
        profile=profile.name,
        path=subject.candidate or subject.reference,
    )
    return SubjectResult(subject, Failed(), {}, (finding,))
