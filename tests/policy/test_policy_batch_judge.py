"""Drift of a batch against limits: beyond which, by how much that chance does not explain, and how grave."""

from __future__ import annotations

import pytest

from qualitygate.core.lab_drift import Drift
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity, Threshold
from qualitygate.core.verdict import Finding, Level
from qualitygate.policy.batch_judge import judge_batch

SUBJECT = Subject("set", "today", "today", candidate="today")
LIMIT = Threshold("lab_drift", "b", fail=2.0, warn=1.0, severity=Severity.S1)


def mean(value: float, noise: float = 0.1) -> Drift:
    return Drift(value, noise, 10.0 + value, 10.0)


def distance(value: float, total: float) -> Drift:
    return Drift(value, 0.0, total=total)


def judged(drift: Drift, limit: Threshold = LIMIT) -> tuple[Finding, ...]:
    return judge_batch((limit,), SUBJECT, {limit.statistic: drift}, (40, 50))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("size", "code", "level", "severity"),
    [
        (1.0, None, None, None),  # a limit may be reached
        (1.001, "QG-1511", Level.WARNING, None),
        (2.0, "QG-1511", Level.WARNING, None),
        (2.001, "QG-1510", Level.ERROR, Severity.S1),
        (30.0, "QG-1510", Level.ERROR, Severity.S1),
    ],
)
def test_a_drift_is_held_against_both_limits_whatever_its_sign(
    sign: int, size: float, code: str | None, level: Level | None, severity: Severity | None
) -> None:
    found = judged(mean(sign * size))
    assert [(one.code, one.level, one.severity) for one in found] == ([(code, level, severity)] if code else [])


def test_what_chance_may_explain_is_a_note_and_no_more() -> None:
    (found,) = judged(mean(-2.5, noise=2.5))
    assert (found.code, found.level, found.severity, found.value) == ("QG-1512", Level.NOTE, None, 2.5)
    assert [one.code for one in judged(mean(-2.5, noise=2.49))] == ["QG-1510"]


def test_a_distance_is_held_without_what_chance_makes_of_it() -> None:
    limit = Threshold("lab_drift", "b_distance", fail=2.0, warn=1.0)
    assert judged(distance(0.5, 0.9), limit) == ()
    (note,) = judged(distance(0.5, 2.6), limit)
    assert (note.code, note.level, note.value) == ("QG-1512", Level.NOTE, 2.6)
    (warning,) = judged(distance(1.5, 2.6), limit)
    assert (warning.code, warning.value, warning.limit) == ("QG-1511", 1.5, 1.0)
    (error,) = judged(distance(2.4, 2.6), limit)
    assert (error.code, error.value, error.limit) == ("QG-1510", 2.4, 2.0)
    # Exactly at the limit without chance, beyond it with: chance may have made it.
    assert [one.code for one in judged(distance(2.0, 2.1), Threshold("lab_drift", "b_distance", fail=2.0))] == [
        "QG-1512"
    ]


def test_errors_stand_first_then_warnings_then_notes() -> None:
    limits = [Threshold("lab_drift", axis, fail=2.0, warn=1.0) for axis in ("lightness", "a", "b")]
    drifts = {"lightness": mean(3.0, noise=5.0), "a": mean(1.5), "b": mean(3.0)}
    found = judge_batch(limits, SUBJECT, drifts, (40, 50))
    assert [one.code for one in found] == ["QG-1510", "QG-1511", "QG-1512"]
