"""How much of each limit a run used up: the worst measured value of every limit of every set, worst first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qualitygate import gate
from qualitygate.auditing.effort import Effort
from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.threshold import Direction, Threshold
from qualitygate.core.usage import used
from qualitygate.core.verdict import Report, SubjectResult
from qualitygate.planning.pairs import PlannedSet
from qualitygate.planning.plan import Plan
from qualitygate.running.resources import UNKEPT

_BYTES = MetricSpec("file_size", "file size", "KB", Direction.LOWER_IS_BETTER, (), 1, (0.0, math.inf))


@dataclass(frozen=True, slots=True)
class Consumed:
    """One limit of a set, and what came closest to it.

    Attributes:
        set_name: The set.
        name: The limit, such as `delta_e_2000.p50` or `budget.mean_kb`.
        region: Region it holds in; None for the whole picture.
        value, limit: In the unit.
        unit: Unit, empty for a pure number.
        decimals: Decimals worth showing.
        share: Share of the way from a perfect value to the limit; None where no value is perfect.
        subject: What has that value; None for what is said of a whole set.
        unmeasured: How many subjects have no value for it.
        born_of: The incident the limit was introduced after.
    """

    set_name: str
    name: str
    region: str | None
    value: float
    limit: float
    unit: str
    decimals: int
    share: float | None
    subject: str | None
    unmeasured: int = 0
    born_of: str | None = None


def consumed(plan: Plan, report: Report) -> tuple[Consumed, ...]:
    """The limits of a run's sets and how much of each is used up, the most first. Limits without `fail` are left out.

    Args:
        plan: What was run.
        report: What came of it.
    """
    found: list[Consumed] = []
    for planned in plan.sets:
        results = [one for one in report.results if one.subject.set_name == planned.pair_set.name]
        found += _of_set(planned, results, plan.specs)
        found += _bytes(planned)
    for luts in plan.luts:
        drifts: dict[str, list[tuple[Threshold, float, str]]] = {}
        for task in luts.tasks:
            result = next((one for one in report.results if one.subject.id == task.subject.id), None)
            for limit, value in _drift(task.use.thresholds, result):
                drifts.setdefault(limit.statistic, []).append((limit, value, task.subject.id))
        for measured in drifts.values():
            found += _worst(luts.lut_set.name, None, measured, plan.specs)
    return tuple(sorted(found, key=_most))


def used_up(
    source: Path | None,
    directory: Path,
    base: str,
    effort: Effort,
) -> tuple[tuple[Consumed, ...], str | None]:
    """Run the sets of a configuration and say how much of each limit is used up, or why that cannot be said.

    It is shown and not judged: what cannot be measured fails the check, and not the audit.

    Args:
        source: The configuration; None measures nothing.
        directory: Where it was looked for.
        base: Revision that sets compared with git are compared with.
        effort: How it is measured.
    """
    if source is None:
        return (), None
    try:
        plan = gate.plan(config=source, directory=directory, device=effort.device, target=base)
        report = gate.run(plan, workers=effort.workers, memory=effort.memory, results=effort.results,
                          progress=effort.progress)  # fmt: skip
    except ConfigError as error:
        return (), str(error)
    effort.said += [one for one in report.findings if one.code == UNKEPT]
    return consumed(plan, report), None


def _most(one: Consumed) -> tuple[float, str, str, str]:
    return -(one.share if one.share is not None else -1.0), one.set_name, one.name, one.region or ""


def _of_set(planned: PlannedSet, results: list[SubjectResult], specs: Mapping[str, MetricSpec]) -> Iterator[Consumed]:
    chosen = planned.pair_set.metrics
    limits = [(None, one) for one in planned.profile.thresholds if chosen is None or one.metric in chosen]
    regions = [(region.name, one) for region in planned.pair_set.regions for one in region.thresholds]
    for region, limit in (*limits, *regions):
        values = [(one.subject.id, _value(one, limit, region)) for one in results]
        measured = [(limit, value, subject) for subject, value in values if value is not None]
        missing = len(results) - len(measured) if region is None else 0
        yield from _worst(planned.pair_set.name, region, measured, specs, missing)


def _value(result: SubjectResult, limit: Threshold, region: str | None) -> float | None:
    if region is not None:
        return result.regions.get(region, {}).get(limit.metric, {}).get(limit.statistic)
    found = result.measurements.get(limit.metric)
    return found.values.get(limit.statistic) if isinstance(found, Measurement) else None


def _drift(limits: Iterable[Threshold], result: SubjectResult | None) -> Iterator[tuple[Threshold, float]]:
    for limit in limits:
        value = _value(result, limit, None) if result is not None else None
        if value is not None:
            yield limit, value


def _worst(
    set_name: str,
    region: str | None,
    measured: list[tuple[Threshold, float, str]],
    specs: Mapping[str, MetricSpec],
    unmeasured: int = 0,
) -> Iterator[Consumed]:
    """The value that uses up the most of its limit; for LUTs, limits may differ from file to file."""
    rows = []
    for limit, value, subject in measured:
        if limit.fail is not None and limit.metric in specs:
            spec = specs[limit.metric]
            name = f"{limit.metric}.{limit.statistic}"
            rows.append(Consumed(set_name, name, region, value, limit.fail, spec.unit, spec.decimals,
                                 used(value, limit.fail, spec), subject, unmeasured, limit.born_of))  # fmt: skip
    if rows:
        yield max(rows, key=lambda one: one.share if one.share is not None else -1.0)


def _bytes(planned: PlannedSet) -> Iterator[Consumed]:
    sizes = planned.sizes
    if not sizes:
        return
    total = sum(sizes.values())
    largest = max(sizes, key=lambda name: (sizes[name], name))
    values = {"mean": total / len(sizes), "max": float(sizes[largest]), "total": float(total)}
    for budget in planned.profile.budgets:
        if budget.fail is not None:
            value, limit = values[budget.statistic] / 1_000, budget.fail / 1_000
            yield Consumed(planned.pair_set.name, f"budget.{budget.statistic}_kb", None, value, limit, _BYTES.unit, 1,
                           used(value, limit, _BYTES), largest if budget.statistic == "max" else None, 0,
                           budget.born_of)  # fmt: skip
