"""Hold measurements against limits. Pure: numbers in, findings out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from qualitygate.core.borderline import is_borderline
from qualitygate.core.image import Source
from qualitygate.core.measurement import MetricResult, MetricSpec, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Finding, Level
from qualitygate.policy.broken import broken
from qualitygate.policy.message import broken_budget, broken_limit, budget_place, held_limit, kilobytes
from qualitygate.policy.model import Profile
from qualitygate.policy.rules import judge_rules

_NAMED = 3  # largest files named in a budget's message

RegionValues = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Region name to metric name to statistic to value."""


def judge_pair(
    profile: Profile,
    subject: Subject,
    candidate: Source,
    results: Mapping[str, MetricResult],
    specs: Mapping[str, MetricSpec],
    regions: RegionValues | None = None,
    region_thresholds: tuple[Threshold, ...] = (),
    metrics: tuple[str, ...] | None = None,
) -> tuple[tuple[Finding, ...], tuple[Unmeasurable, ...]]:
    """Judge one pair.

    Args:
        profile: Limits and rules; its limits were held against `specs` before (`check_against`).
        subject: The pair.
        candidate: Facts about the candidate's file, for the rules.
        results: Metric name to what it measured.
        specs: Metric name to its label, unit and direction.
        regions: Statistics within the regions that apply to this pair.
        region_thresholds: The limits of those regions.
        metrics: The metrics that are judged, None for all; limits on others are passed over.

    Returns:
        Findings, errors before warnings and notes, and the reasons why limits could not be judged, each once. A limit
        whose statistic is absent or not finite is such a reason, never a pass. A limit that held, but so barely that
        rounding could flip the verdict, is a note.
    """
    findings: list[Finding] = []
    reasons: list[Unmeasurable] = []
    for threshold in (*profile.thresholds, *region_thresholds):
        if metrics is not None and threshold.metric not in metrics:
            continue
        value = _value(threshold, subject, results.get(threshold.metric), regions or {})
        if isinstance(value, Unmeasurable):
            reasons.append(value)
        else:
            findings += _judge(profile, subject, specs[threshold.metric], threshold, value)
    findings += judge_rules(profile, subject, candidate)
    findings.sort(key=lambda finding: finding.level is not Level.ERROR)
    return tuple(findings), tuple(dict.fromkeys(reasons))


def judge_set(profile: Profile, set_name: str, sizes: Mapping[str, int]) -> tuple[Finding, ...]:
    """Hold the file sizes of a set against the profile's byte budgets.

    Args:
        profile: Its budgets are judged.
        set_name: Name of the set.
        sizes: Subject id to bytes of the candidate's file.

    Returns:
        One finding per budget that is exceeded, or nearly so (`warn`). None for an empty set: that it is empty is
        another finding.
    """
    if not sizes:
        return ()
    total = sum(sizes.values())
    values = {"mean": total / len(sizes), "max": max(sizes.values()), "total": total}
    findings: list[Finding] = []
    for budget in profile.budgets:
        value = float(values[budget.statistic])
        beyond = broken(budget, value)
        if beyond is None:
            continue
        level, limit = beyond
        files = f"{len(sizes)} file{'s' if len(sizes) > 1 else ''}"
        details = [f"set {set_name}", files, f"largest {_largest(sizes)}", *budget_place(budget, profile.file)]
        fails = level is Level.ERROR
        findings.append(
            Finding(
                code="QG-1010",
                level=level,
                message=broken_budget(budget, value, limit, details, profile.name, fails=fails),
                set_name=set_name,
                metric="file_size",
                statistic=budget.statistic,
                value=value,
                limit=limit,
                severity=budget.severity if fails else None,
                born_of=budget.born_of,
                ships=budget.ships,
                why=budget.why,
                runbook=budget.runbook,
                profile=profile.name,
            )
        )
    return tuple(findings)


def _value(
    threshold: Threshold, subject: Subject, result: MetricResult | None, regions: RegionValues
) -> float | Unmeasurable:
    """The number that a limit is about, or the reason why there is none."""
    if isinstance(result, Unmeasurable):
        return result
    name = f"{threshold.metric} {threshold.statistic}"
    if result is None:
        return Unmeasurable("QG-1307", f"{subject.id}: {threshold.metric} was not measured")
    values = result.values
    if threshold.region is not None:
        name += f" in region {threshold.region}"
        values = regions.get(threshold.region, {}).get(threshold.metric, {})
    if threshold.statistic not in values:
        return Unmeasurable("QG-1303", f"{subject.id}: {name} could not be formed, too few pixels count")
    value = values[threshold.statistic]
    if not math.isfinite(value):
        return Unmeasurable("QG-1302", f"{subject.id}: {name} came out as {value}")
    return value


def _judge(
    profile: Profile, subject: Subject, spec: MetricSpec, threshold: Threshold, value: float
) -> Iterable[Finding]:
    beyond = broken(threshold, value, spec.direction)
    fails = beyond is not None and beyond[0] is Level.ERROR
    about: dict[str, Any] = {
        "subject": subject.id,
        "set_name": subject.set_name or None,
        "metric": threshold.metric,
        "statistic": threshold.statistic,
        "value": value,
        "severity": threshold.severity if fails else None,
        "born_of": threshold.born_of,
        "ships": threshold.ships,
        "why": threshold.why,
        "runbook": threshold.runbook,
        "profile": profile.name,
        "region": threshold.region,
        "path": subject.candidate,
    }
    if beyond is not None:
        level, limit = beyond
        near = is_borderline(value, limit, spec)
        code = "QG-1002" if not fails else "QG-1003" if threshold.region else "QG-1001"
        message = broken_limit(
            spec, threshold, value, limit, subject.id, profile.name, fails=fails, borderline=near
        )  # fmt: skip
        yield Finding(code, level, message, limit=limit, borderline=near, **about)
    held = None if fails else _barely_held(spec, value, threshold)
    if held is not None:
        message = held_limit(spec, threshold, value, held, subject.id, profile.name)
        yield Finding("QG-1005", Level.NOTE, message, limit=held, borderline=True, **about)


def _barely_held(spec: MetricSpec, value: float, threshold: Threshold) -> float | None:
    """The limit that a value keeps to, but so barely that rounding could break it; `fail` before `warn`."""
    for limit in (threshold.fail, threshold.warn):
        if limit is not None and not spec.direction.exceeds(value, limit) and is_borderline(value, limit, spec):
            return limit
    return None


def _largest(sizes: Mapping[str, int]) -> str:
    worst = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]
    return ", ".join(f"{name} {kilobytes(round(size, -2))} KB" for name, size in worst)
