"""What is looser: limits, severities, budgets and rules of a profile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.finding_level import Level
from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Direction, Severity, Threshold
from qualitygate.policy.judge import judge_pair, judge_set
from qualitygate.policy.model import Budget, Profile, Rule
from qualitygate.policy.ratchet.entry import Kind
from qualitygate.policy.ratchet.profiles import compare_profiles, present
from qualitygate.policy.ratchet.scale import Scale, scale_of

DRIFT = MetricSpec("drift", "Drift", "ΔE00", Direction.LOWER_IS_BETTER, ("p50", "max"), 2, (0.0, float("inf")))
LIKENESS = MetricSpec("likeness", "Likeness", "", Direction.HIGHER_IS_BETTER, ("mean",), 4, (-1.0, 1.0))
SPECS = {"drift": DRIFT, "likeness": LIKENESS}


def profile(*thresholds: Threshold, **other: object) -> Profile:
    return Profile("brand", "brand.toml", thresholds=thresholds, lines={"drift.p50": "brand.toml:3"}, **other)


def limit(fail: float | None = None, warn: float | None = None, **other: object) -> Threshold:
    return Threshold("drift", "p50", fail, warn, **other)


def compared(before: Profile, after: Profile) -> list[tuple[Kind, str, str]]:
    return [(one.kind, one.change, one.to) for one in compare_profiles("profile brand", before, after, SPECS)]


@pytest.mark.parametrize(
    ("before", "after", "to"),
    [
        (limit(2.0), limit(2.5), "fail 2.5"),
        (limit(2.0), None, "none"),
        (limit(2.0), limit(None, 1.0), "warn 1"),
        (limit(2.0, 1.0), limit(2.0), "fail 2"),
        (limit(2.0, 1.0), limit(2.0, 1.5), "fail 2, warn 1.5"),
        (limit(None, 1.0), limit(None, 3.0), "warn 3"),
        (limit(None, 1.0), limit(1.5), "fail 1.5"),
    ],
)
def test_a_looser_limit(before: Threshold, after: Threshold | None, to: str) -> None:
    found = compared(profile(before), profile(*([after] if after else [])))
    assert found == [(Kind.LIMIT, "profile brand: drift.p50", to)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (limit(2.0), limit(2.0)),
        (limit(2.0), limit(1.5)),
        (limit(2.0), limit(2.0, 1.0)),
        (limit(2.0, 1.0), limit(1.0)),  # what was warned about fails now
        (limit(2.0, 1.0), limit(0.5)),
        (limit(None, 1.0), limit(1.0)),
        (limit(2.0, severity=Severity.S2), limit(2.0, severity=Severity.S1)),
    ],
)
def test_no_looser_limit(before: Threshold, after: Threshold) -> None:
    assert compared(profile(before), profile(after)) == []


def test_how_much_and_what_it_remembers() -> None:
    old = limit(2.0, severity=Severity.S1, born_of="PM-2025-09-27-01")
    (found,) = compare_profiles("profile brand", profile(old), profile(limit(7.0, severity=Severity.S1)), SPECS)
    assert (found.amount, found.unit, found.percent) == (5.0, "ΔE00", 250.0)
    assert (found.born_of, found.severity, found.where) == ("PM-2025-09-27-01", Severity.S1, "brand.toml:3")
    assert (found.before, found.after) == ("fail 2", "fail 7")


def test_higher_is_better() -> None:
    """From 0.9 to 0.8 the room below the perfect value doubles."""
    old, tighter, looser = (Threshold("likeness", "mean", fail) for fail in (0.9, 0.95, 0.8))
    assert compared(profile(old), profile(tighter)) == []
    (found,) = compare_profiles("p", profile(old), profile(looser), SPECS)
    assert (found.amount, found.percent) == (pytest.approx(0.1), pytest.approx(100.0))


def test_an_unknown_metric_has_no_direction() -> None:
    old, new = Threshold("theirs", "mean", 2.0), Threshold("theirs", "mean", 1.0)
    assert [one.percent for one in compare_profiles("p", profile(old), profile(new), SPECS)] == [None]
    assert compared(profile(old), profile(old)) == []


def test_severity() -> None:
    old, new = limit(2.0, severity=Severity.S1), limit(2.0, severity=Severity.S3)
    assert compared(profile(old), profile(new)) == [(Kind.SEVERITY, "profile brand: drift.p50 severity", "S3")]


def test_budgets_are_told_in_kb() -> None:
    old, new = profile(budgets=(Budget("mean", 180_000.0),)), profile(budgets=(Budget("mean", 200_500.0),))
    assert compared(old, new) == [(Kind.LIMIT, "profile brand: budget.mean_kb", "fail 200.5 KB")]
    assert compared(new, old) == []
    assert [one.amount for one in compare_profiles("p", old, new, SPECS)] == [20.5]


@pytest.mark.parametrize(
    ("after", "to"),
    [
        ((), "none"),
        ((Rule("formats", ("png", "tiff")),), "png, tiff"),
        ((Rule("formats", ("PNG",)),), None),
        ((Rule("formats", ("webp",)),), "webp"),
    ],
)
def test_rules(after: tuple[Rule, ...], to: str | None) -> None:
    found = compared(profile(rules=(Rule("formats", ("png", "jpeg")),)), profile(rules=after))
    assert found == ([(Kind.RULE, "profile brand: formats", to)] if to else [])


def test_metrics_narrow_what_is_compared() -> None:
    old, new = profile(limit(2.0), Threshold("likeness", "mean", 0.9)), profile(limit(2.0))
    assert len(compare_profiles("p", old, new, SPECS)) == 1
    assert compare_profiles("p", old, new, SPECS, ("drift",)) == []


def test_another_network_measures_another_thing() -> None:
    old = profile(Threshold("lpips", "value", 0.1))
    new = replace(old, lpips_net="vgg")
    assert [(kind, to) for kind, _, to in compared(old, new)] == [(Kind.LIMIT, "vgg")]


def test_another_type_measures_other_numbers() -> None:
    old = profile(Threshold("lpips", "value", 0.1))
    new = replace(old, lpips_dtype="bfloat16")
    assert [(kind, to) for kind, _, to in compared(old, new)] == [(Kind.LIMIT, "bfloat16")]
    assert compared(profile(limit(2.0)), replace(profile(limit(2.0)), lpips_dtype="bfloat16")) == []


_NUMBERS = st.floats(0, 10, allow_nan=False).map(lambda value: round(value, 2))


@st.composite
def _thresholds(draw: st.DrawFn, metric: str, statistic: str, sign: int) -> Threshold | None:
    """A limit as the files allow: `warn` never beyond `fail`."""
    fail, warn = draw(st.none() | _NUMBERS), draw(st.none() | _NUMBERS)
    if fail is None and warn is None:
        return None
    if fail is not None and warn is not None and sign * warn > sign * fail:
        fail, warn = warn, fail
    return Threshold(metric, statistic, fail, warn, draw(st.sampled_from(list(Severity))))


@st.composite
def _profiles(draw: st.DrawFn) -> Profile:
    drawn = [draw(_thresholds(*one)) for one in (("drift", "p50", 1), ("drift", "max", 1), ("likeness", "mean", -1))]
    budgets = [Budget("mean", draw(_NUMBERS))] if draw(st.booleans()) else []
    rules = [Rule("formats", tuple(draw(st.sets(st.sampled_from(["png", "jpeg"]), min_size=1))))]
    kept = rules if draw(st.booleans()) else []
    return Profile("p", "p.toml", thresholds=tuple(one for one in drawn if one), budgets=tuple(budgets),
                   rules=tuple(kept))  # fmt: skip


def _levels(judged: Profile, values: tuple[float, float, float], kind: str) -> dict[str, Level]:
    """What is said of a picture with some numbers: the gravest level of each statistic, rule and budget."""
    source = Source("a", "0", 1, kind, 1, 1, 8, "sRGB")
    results = {"drift": Measurement("drift", {"p50": values[0], "max": values[1]}),
               "likeness": Measurement("likeness", {"mean": values[2]})}  # fmt: skip
    findings, reasons = judge_pair(judged, Subject("pair", "a"), source, results, SPECS)
    assert not reasons
    said: dict[str, Level] = {}
    for one in (*findings, *judge_set(judged, "s", {"a": int(values[0])})):
        said[f"{one.code[:6]} {one.metric} {one.statistic}"] = one.level
    return said


@given(_profiles())
def test_nothing_is_looser_than_itself(one: Profile) -> None:
    assert compare_profiles("p", one, one, SPECS) == []


@given(_profiles(), _profiles(), st.tuples(_NUMBERS, _NUMBERS, _NUMBERS), st.sampled_from(["png", "jpeg"]))
def test_what_failed_still_fails_where_nothing_is_listed(
    before: Profile, after: Profile, values: tuple[float, float, float], kind: str
) -> None:
    if compare_profiles("p", before, after, SPECS):
        return
    now = _levels(after, values, kind)
    for what, level in _levels(before, values, kind).items():
        assert what in now
        assert level is not Level.ERROR or now[what] is Level.ERROR


@given(_profiles(), _profiles())
def test_what_is_listed_lets_something_pass(before: Profile, after: Profile) -> None:
    """No false alarm: for every limit that is listed there is a number that was noticed and is not, or is less."""
    for entry in compare_profiles("p", before, after, SPECS):
        if entry.kind is not Kind.LIMIT or "budget" in entry.change:
            continue
        metric, _, statistic = entry.change.partition(": ")[2].partition(".")
        old = next(one for one in before.thresholds if (one.metric, one.statistic) == (metric, statistic))
        new = next((one for one in after.thresholds if (one.metric, one.statistic) == (metric, statistic)), None)
        step = 0.001 if metric == "drift" else -0.001
        values = [side + step for side in (old.fail, old.warn) if side is not None]
        assert any(_rank(new, value, metric) < _rank(old, value, metric) for value in values)


def _rank(one: Threshold | None, value: float, metric: str) -> int:
    direction = SPECS[metric].direction
    if one is not None and one.fail is not None and direction.exceeds(value, one.fail):
        return 2
    return int(one is not None and one.warn is not None and direction.exceeds(value, one.warn))


@given(_profiles(), _profiles())
def test_what_is_listed_is_what_stands_there(before: Profile, after: Profile) -> None:
    """A waiver is bound to a value that the state of now says of itself, so that its end can be noticed."""
    values = present("p", after, SPECS)
    for entry in compare_profiles("p", before, after, SPECS):
        assert values.get(entry.change, "none") == entry.to


def test_scales() -> None:
    assert scale_of("drift", SPECS).room(2.0) == 2.0
    assert scale_of("likeness", SPECS).room(0.75) == 0.25
    assert scale_of("nothing", SPECS) == Scale(None, "", None)
    assert Scale().looser_by(0.0, 1.0) == (1.0, None)
