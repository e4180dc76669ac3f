"""A value that is so near its limit that rounding could flip the verdict is marked, and nothing but marked."""

import math
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.borderline import BORDERLINE, is_borderline
from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Direction, Severity, Threshold
from qualitygate.core.verdict import Level
from qualitygate.policy.judge import judge_pair
from qualitygate.policy.model import Profile

LOWER = MetricSpec("delta", "Delta", "", Direction.LOWER_IS_BETTER, ("mean", "p95"), 2, (0.0, inf))
HIGHER = MetricSpec("like", "Likeness", "", Direction.HIGHER_IS_BETTER, ("mean",), 4, (-1.0, 1.0))
COARSE = MetricSpec("noise", "Noise", "dB", Direction.HIGHER_IS_BETTER, ("mean",), 1, agreement=0.25)
SPECS = {spec.name: spec for spec in (LOWER, HIGHER, COARSE)}
SOURCE = Source("a.png", "0" * 64, 1000, "png", 8, 8, 8, "sRGB")


def findings(value, *thresholds, metric="delta", region=None):
    profile = Profile("hero", "hero.toml", thresholds=() if region else thresholds)
    results = {metric: Measurement(metric, {"mean": -9.0 if region else value})}
    within = {region: {metric: {"mean": value}}} if region else None
    found, reasons = judge_pair(profile, Subject("pair", "a.png", "hero", None, "a.png"), SOURCE, results, SPECS,
                                within, thresholds if region else ())  # fmt: skip
    assert not reasons
    return found


@pytest.mark.parametrize(
    ("metric", "limit", "value", "code"),
    [
        ("delta", 2.0, 1.99905, "QG-1005"),
        ("delta", 2.0, 2.0, "QG-1005"),
        ("delta", 2.0, 2.00095, "QG-1001"),
        ("like", 0.95, 0.9505, "QG-1005"),
        ("like", 0.95, 0.95, "QG-1005"),
        ("like", 0.95, 0.9495, "QG-1001"),
        ("noise", 40.0, 40.25, "QG-1005"),
        ("noise", 40.0, 39.75, "QG-1001"),
    ],
)
def test_a_value_near_its_limit_is_marked_on_either_side(metric, limit, value, code):
    (found,) = findings(value, Threshold(metric, "mean", limit), metric=metric)
    assert (found.code, found.borderline, found.value, found.limit) == (code, True, value, limit)
    assert BORDERLINE in found.message
    assert (found.level is Level.ERROR) == (code == "QG-1001")


@pytest.mark.parametrize(
    ("metric", "limit", "value", "code"),
    [
        ("delta", 2.0, 1.9985, None),
        ("delta", 2.0, 2.0015, "QG-1001"),
        ("like", 0.95, 0.9515, None),
        ("like", 0.95, 0.9485, "QG-1001"),
        ("noise", 40.0, 40.3, None),
    ],
)
def test_a_value_further_away_is_not(metric, limit, value, code):
    found = findings(value, Threshold(metric, "mean", limit), metric=metric)
    assert [one.code for one in found] == ([code] if code else [])
    assert not any(one.borderline or BORDERLINE in one.message for one in found)


def test_equal_pictures_are_never_borderline_however_tight_the_limit():
    assert findings(0.0, Threshold("delta", "mean", 0.0)) == ()
    assert findings(0.0, Threshold("delta", "mean", 0.0005)) == ()
    assert findings(1.0, Threshold("like", "mean", 1.0), metric="like") == ()
    (found,) = findings(math.nextafter(1.0, 0), Threshold("like", "mean", 1.0), metric="like")
    assert (found.code, found.borderline) == ("QG-1001", True)


def test_the_note_tells_in_one_line_what_it_is():
    limit = Threshold("like", "mean", 0.95, severity=Severity.S1, born_of="PM-2025-09-27-01", why="blurred")
    (found,) = findings(0.9505, limit, metric="like")
    assert found.message == (
        "Likeness 0.9505 is within 0.001 of 0.95: a.png, mean, borderline: rounding could flip this verdict, "
        "profile hero"
    )
    assert (found.level, found.severity, found.born_of) == (Level.NOTE, None, "PM-2025-09-27-01")
    (exactly,) = findings(0.95, limit, metric="like")
    assert exactly.message.startswith("Likeness 0.95 is within 0.001 of 0.95: ")
    (unit,) = findings(40.125, Threshold("noise", "mean", 40.0), metric="noise")
    assert unit.message.startswith("Noise 40.1 dB is within 0.25 dB of 40.0 dB: ")


def test_limits_of_regions_are_marked_too():
    (held,) = findings(0.9995, Threshold("delta", "mean", 1.0, region="logo"), region="logo")
    assert (held.code, held.region, held.borderline) == ("QG-1005", "logo", True)
    assert "mean, region logo, borderline: " in held.message
    (broken,) = findings(1.0005, Threshold("delta", "mean", 1.0, region="logo"), region="logo")
    assert (broken.code, broken.region, broken.borderline) == ("QG-1003", "logo", True)


def test_of_two_limits_it_is_the_one_that_is_near():
    limit = Threshold("delta", "mean", fail=2.0, warn=1.5)
    said = {value: [(one.code, one.limit, one.borderline) for one in findings(value, limit)]
            for value in (1.4995, 1.5005, 1.75, 1.9995, 2.0005, 2.5)}  # fmt: skip
    assert said == {
        1.4995: [("QG-1005", 1.5, True)],
        1.5005: [("QG-1002", 1.5, True)],
        1.75: [("QG-1002", 1.5, False)],
        1.9995: [("QG-1002", 1.5, False), ("QG-1005", 2.0, True)],
        2.0005: [("QG-1001", 2.0, True)],
        2.5: [("QG-1001", 2.0, False)],
    }


_NUMBERS = st.floats(0, 10, allow_nan=False)


@given(_NUMBERS, _NUMBERS)
def test_the_mark_changes_no_verdict(value, limit):
    found = findings(value, Threshold("delta", "mean", limit))
    assert any(one.level is Level.ERROR for one in found) == (value > limit)
    assert any(one.borderline for one in found) == is_borderline(value, limit, LOWER)
    assert len(found) <= 1


@given(_NUMBERS, st.floats(-1e-3, 1e-3))
def test_whatever_two_machines_may_decide_differently_is_marked(value, apart):
    """If two values that agree lie on both sides of a limit, each of them is borderline."""
    other = max(value + apart, 1e-6)
    for limit in ((value + other) / 2, value, other):
        if (value > limit) != (other > limit) and abs(value - other) <= LOWER.agreement:
            assert all(is_borderline(one, limit, LOWER) for one in (value, other) if one != 0)
