"""Hold the colours of a batch against limits. Pure: numbers in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from qualitygate.core.lab_drift import SPEC, Drift, described
from qualitygate.core.number_text import limit_text
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Finding, Level
from qualitygate.policy.broken import broken
from qualitygate.policy.message import broken_limit


def judge_batch(
    thresholds: Iterable[Threshold], subject: Subject, found: Mapping[str, Drift], pictures: tuple[int, int]
) -> tuple[Finding, ...]:
    """One finding per limit that is exceeded, errors first.

    A drift beyond a limit that chance may explain is a note: it fails nothing, and is not passed over either.

    Args:
        thresholds: The limits, on statistics of `lab_drift`; their signs do not matter.
        subject: The batch.
        found: Statistic to drift.
        pictures: How many the batch and the baseline have.
    """
    findings = [
        finding
        for threshold in thresholds
        if (finding := _judged(threshold, subject, found[threshold.statistic], pictures)) is not None
    ]
    order = (Level.ERROR, Level.WARNING, Level.NOTE)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.level)))


def _judged(threshold: Threshold, subject: Subject, drift: Drift, pictures: tuple[int, int]) -> Finding | None:
    beyond = broken(threshold, drift.proven) or broken(threshold, drift.seen)
    if beyond is None:
        return None
    grade, limit = beyond
    chance = drift.proven <= limit
    spec = replace(SPEC, label=f"{SPEC.label} of {described(threshold.statistic)}")
    what = replace(threshold, statistic=_evidence(drift, pictures))
    level = Level.NOTE if chance else grade
    fails = grade is Level.ERROR
    profile = subject.set_name or subject.id
    if chance:
        message = (
            f"drift within chance: {subject.id}, {described(threshold.statistic)} {_shown(drift)} is beyond "
            f"{limit_text(limit)}, {_evidence(drift, pictures)}"
        )
    else:
        message = broken_limit(spec, what, drift.proven, limit, subject.id, profile, fails=fails)
    return Finding(
        code="QG-1512" if chance else "QG-1510" if fails else "QG-1511",
        level=level,
        message=message,
        subject=subject.id,
        set_name=subject.set_name or None,
        metric=None if chance else SPEC.name,
        statistic=None if chance else threshold.statistic,
        value=drift.seen if chance else drift.proven,
        limit=limit,
        severity=threshold.severity if level is Level.ERROR else None,
        born_of=threshold.born_of,
        why=threshold.why,
        runbook=threshold.runbook,
        profile=None if chance else profile,
        path=subject.candidate,
    )


def _shown(drift: Drift) -> str:
    return f"{drift.value:+.2f}" if drift.total is None else f"{drift.total:.2f}"


def _evidence(drift: Drift, pictures: tuple[int, int]) -> str:
    against = f"{pictures[0]:,} pictures against {pictures[1]:,}"
    if drift.total is not None:
        return f"{against}, {drift.total:.2f} with what chance explains"
    return f"from {drift.baseline:.2f} to {drift.batch:.2f}, {against}, chance explains {drift.noise:.2f}"
