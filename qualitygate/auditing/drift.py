"""How far references lie from what they were: each against its own earlier version, by the limits of its set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qualitygate.auditing.effort import Effort
from qualitygate.auditing.past import Past
from qualitygate.auditing.references import Replaced
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Measurement, MetricSpec, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Threshold
from qualitygate.core.usage import used
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor import judging
from qualitygate.corridor.task import PairTask
from qualitygate.metrics.base import Metric
from qualitygate.planning.metrics import metrics_of, ready
from qualitygate.policy.model import Config, PairSet, Profile
from qualitygate.policy.ratchet.state import State, Taken
from qualitygate.running.resources import Remembered, device_of, executor_for

_LIMITS = frozenset({"QG-1001", "QG-1003", "QG-1016", "QG-1017", "QG-1104"})

_Recipe = tuple[Profile, tuple[Metric, ...], bool]
"""What a set is judged by, what it is measured with, and whether a network is among that."""


@dataclass(frozen=True, slots=True)
class Share:
    """A value beside its limit.

    Attributes:
        limit: The limit, whose `fail` it is held against.
        spec: The metric.
        value: What was measured.
        used: Share of the limit that it takes, 1 at the limit; None where there is none.
    """

    limit: Threshold
    spec: MetricSpec
    value: float
    used: float | None

    @property
    def name(self) -> str:
        """`delta_e_2000.p50`."""
        return f"{self.limit.metric}.{self.limit.statistic}"


@dataclass(frozen=True, slots=True)
class Drift:
    """One reference, now against then.

    Attributes:
        reference: Which.
        shares: What was measured beside its limits, the largest share first.
        problem: Why it could not be measured, or what is another size; None where it was measured.
        broken: What it breaks of the limits of its own set, the gravest first; empty where it keeps them.
    """

    reference: Replaced
    shares: tuple[Share, ...] = ()
    problem: str | None = None
    broken: tuple[Finding, ...] = ()

    @property
    def exceeded(self) -> bool:
        """Whether it lies beyond a limit of its own set, or cannot be measured."""
        return self.problem is not None or bool(self.broken)

    @property
    def worst(self) -> float:
        """The largest share of a limit; infinite where nothing could be measured."""
        if self.problem is not None:
            return float("inf")
        shares = [one.used for one in self.shares if one.used is not None]
        return max([*shares, *(1.0 for _ in self.broken)], default=0.0)


def measured(
    past: Past,
    after: State,
    references: Sequence[Replaced],
    taken: Taken,
    effort: Effort,
) -> tuple[Drift, ...]:
    """Measure references against what they were, worst first.

    Limits hold as for candidates: metrics, areas, regions, resizing and what is said of alpha are those of the set.
    Formats and bytes are not judged, they are no drift.

    Args:
        past: The earlier commit; old versions are written to its directory, LFS pointers resolved.
        after: The state of the working tree.
        references: Which; those without both sides are passed over.
        taken: What each set takes, for the ids that the globs of areas are matched against.
        effort: How it is measured. What an earlier run measured is not measured again, this check's own included.

    Raises:
        ConfigError: A metric cannot run here, a mask is wrong, or QG-1445, no directory for results stands there.
    """
    pairs = [one for one in references if one.old is not None and one.new is not None]
    sets = {one.name: one for one in after.sets}
    recipes = {name: _recipe(after, sets[name], effort.device) for name in dict.fromkeys(one.set_name for one in pairs)}
    old = past.bring(one.old for one in pairs if one.old is not None)
    tasks = [
        _task(past, after, one, sets[one.set_name], recipes[one.set_name], old[one.old], taken)
        for one in pairs
        if one.old in old
    ]
    executor = executor_for(
        after.config or Config(after.top),
        len(tasks),
        workers=effort.workers,
        memory=effort.memory,
        torch=any(needs_torch for _, _, needs_torch in recipes.values()),
        device=device_of(tasks),
    )
    remembered = Remembered(effort.results if tasks else None)
    judged = judging.run(tasks, executor, effort.progress, remembered.memory)
    results = {result.subject.id: result for result in judged}
    effort.said += remembered.close()
    found = [
        _drift(one, results[f"{one.set_name}/{one.key}"], recipes[one.set_name]) for one in pairs if one.old in old
    ]
    return tuple(sorted(found, key=lambda one: (-one.worst, one.reference.set_name, one.reference.key)))


def in_words(drift: Drift) -> str:
    """`delta_e_2000.p50 0.42 of 2.45 ΔE00 (17 %)`, a rule that is broken, or why there is no number."""
    if drift.problem is not None:
        return drift.problem
    if drift.broken and drift.broken[0].metric is None:
        return drift.broken[0].message.partition(": ")[0]
    worst = next((one for one in drift.shares if one.used is not None), None)
    if worst is None:
        return "nothing limits it"
    unit = f" {worst.spec.unit}" if worst.spec.unit else ""
    value = f"{worst.value:.{worst.spec.decimals}f} of {worst.limit.fail:g}{unit}"
    return f"{worst.name} {value} ({100 * (worst.used or 0):.0f} %)"


def _recipe(after: State, one: PairSet, device: str) -> _Recipe:
    profile = after.profiles[one.profile]
    profile = replace(profile, rules=tuple(rule for rule in profile.rules if rule.kind == "alpha"), budgets=())
    metrics = metrics_of(one, after.profiles[one.profile], device)
    devices = [ready(metric) for metric in metrics]
    return profile, metrics, any(devices)


def _task(
    past: Past,
    after: State,
    reference: Replaced,
    one: PairSet,
    recipe: _Recipe,
    old: Path,
    taken: Taken,
) -> PairTask:
    profile, metrics, _ = recipe
    pair = next((id for id, files in taken.get(one.name, {}).items() if reference.new in files), reference.key)
    label = f"{past.commit.revision}:{reference.old}"
    subject = Subject("pair", f"{one.name}/{reference.key}", one.name, label, reference.new)
    limits = after.config.limits if after.config is not None else DecodeLimits()
    return PairTask(subject, pair, old, after.top / (reference.new or ""), metrics, profile, one.metrics,
                    one.background, one.resize, one.ignore, one.regions, limits)  # fmt: skip


def _drift(reference: Replaced, result: SubjectResult, recipe: _Recipe) -> Drift:
    profile, metrics, _ = recipe
    specs = {metric.spec.name: metric.spec for metric in metrics}
    errors = [one for one in result.findings if one.level is Level.ERROR and one.code in _LIMITS]
    if isinstance(result.verdict, Unmeasurable) and not errors:
        return Drift(reference, problem=f"cannot be measured: {result.verdict.message}")
    sizes = next((one for one in errors if one.code == "QG-1104"), None)
    if sizes is not None:
        return Drift(reference, problem=sizes.message)
    shares = _shares(profile, specs, result.measurements)
    return Drift(reference, shares, None, tuple(errors))


def _shares(profile: Profile, specs: Mapping[str, MetricSpec], values: Mapping[str, object]) -> tuple[Share, ...]:
    found = []
    for limit in profile.thresholds:
        result = values.get(limit.metric)
        if limit.fail is None or not isinstance(result, Measurement) or limit.statistic not in result.values:
            continue
        value, spec = result.values[limit.statistic], specs[limit.metric]
        found.append(Share(limit, spec, value, used(value, limit.fail, spec)))
    return tuple(sorted(found, key=lambda one: -(one.used if one.used is not None else -1.0)))
