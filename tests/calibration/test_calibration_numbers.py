"""The numbers behind a proposal: tolerance factors, noise floors, separations, limits."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.calibration.badness import Scale
from qualitygate.calibration.noise import floors
from qualitygate.calibration.proposing import Wish, between, propose, separable_from
from qualitygate.calibration.samples import Grade, Run, Seeded
from qualitygate.calibration.separation import best, separations
from qualitygate.calibration.tolerance import factor
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction
from qualitygate.metrics import metric_class

SCALES = {name: Scale(metric_class(name).spec) for name in ("delta_e_2000", "ssim")}
ODD = MetricSpec("odd", "Odd", "", Direction.HIGHER_IS_BETTER, ("mean",), 2)


@pytest.mark.parametrize(
    ("n", "published"),
    # D. B. Owen, "Factors for one-sided tolerance limits" (1963); content 0.99, confidence 0.95.
    [(2, 37.094), (3, 10.553), (4, 7.042), (5, 5.741), (6, 5.062), (8, 4.354), (10, 3.981), (20, 3.295), (100, 2.684)],
)
def test_tolerance_factors_are_the_published_ones(n: int, published: float) -> None:
    assert factor(n) == pytest.approx(published, abs=6e-4)


@pytest.mark.oracle
def test_tolerance_factors_are_quantiles_of_the_noncentral_t() -> None:
    stats = pytest.importorskip("scipy.stats")
    for n, content, confidence in ((2, 0.9, 0.9), (7, 0.95, 0.99), (33, 0.999, 0.95)):
        expected = stats.nct.ppf(confidence, n - 1, stats.norm.ppf(content) * n**0.5) / n**0.5
        assert factor(n, content, confidence) == pytest.approx(expected, rel=1e-4)


def test_a_bound_holds_as_often_as_it_says() -> None:
    """Of many sets of few runs, 95 % have a bound that 99 % of all runs stay within: no more misses, hardly fewer."""
    rng, quantile_99 = np.random.default_rng(0), 2.3263
    for n in (3, 5, 8):
        drawn = rng.normal(size=(4000, n))
        bounds = drawn.mean(axis=1) + factor(n) * drawn.std(axis=1, ddof=1)
        assert 0.035 < (bounds < quantile_99).mean() < 0.065
        # The largest run alone would be far from it.
        assert (drawn.max(axis=1) < quantile_99).mean() > 0.9


def test_one_value_has_no_spread() -> None:
    with pytest.raises(ValueError, match="at least two"):
        factor(1)


def runs(*values: float, picture: str = "a", metric: str = "delta_e_2000", statistic: str = "mean") -> list[Run]:
    return [Run(picture, str(i), {metric: {statistic: value}}) for i, value in enumerate(values)]


def seeded(defect: str, strength: float, *values: float, statistic: str = "mean", metric: str = "delta_e_2000"):
    return [Seeded("a", str(i), Grade(defect, strength), 0, {metric: {statistic: v}}) for i, v in enumerate(values)]


def test_a_floor_is_the_mean_and_what_few_runs_make_of_their_spread() -> None:
    values = (0.40, 0.42, 0.44, 0.41, 0.43)
    (floor,) = floors(runs(*values), SCALES).values()
    assert floor.deviation == pytest.approx(statistics.stdev(values))
    assert floor.bound == pytest.approx(statistics.fmean(values) + 5.741 * statistics.stdev(values), abs=1e-4)
    assert floor.worst == 0.44
    assert not floor.few
    assert floor.away(0.50) == pytest.approx((0.50 - 0.42) / statistics.stdev(values))


def test_ssim_is_counted_from_its_best_value() -> None:
    (floor,) = floors(runs(0.99, 0.98, 0.985, metric="ssim"), SCALES).values()
    assert floor.mean == pytest.approx(0.015)
    assert floor.worst == pytest.approx(0.02)
    assert floor.few
    assert SCALES["ssim"].value(floor.worst) == pytest.approx(0.98)


def test_a_single_or_equal_runs_are_their_own_bound() -> None:
    (one,) = floors(runs(0.4), SCALES).values()
    assert (one.bound, one.few, one.away(1.0)) == (0.4, True, None)
    (equal,) = floors(runs(*[0.1 + 0.2] * 6), SCALES).values()
    assert (equal.bound, equal.deviation, equal.few) == (0.1 + 0.2, 0.0, False)


def test_pictures_do_not_lend_each_other_their_spread() -> None:
    mixed = runs(1.0, 1.1, 1.0, picture="noisy") + runs(0.1, 0.1, 0.1, picture="quiet")
    (floor,) = floors(mixed, SCALES).values()
    assert floor.deviation == pytest.approx(statistics.stdev((1.0, 1.1, 1.0)))
    assert (floor.runs, floor.pictures) == (3, 2)
    assert floor.bound == pytest.approx(statistics.fmean((1.0, 1.1, 1.0)) + 10.553 * floor.deviation, abs=1e-3)


def test_a_statistic_that_a_run_lacks_is_none() -> None:
    both = [Run("a", "0", {"ssim": {"mean": 1.0, "worst_tile": 1.0}}), Run("a", "1", {"ssim": {"mean": 1.0}})]
    assert list(floors(both, SCALES)) == [("ssim", "mean")]


def test_a_metric_without_a_best_value_counts_from_its_noise() -> None:
    scales = {"odd": Scale(ODD)}
    noise = floors(runs(10.0, 10.2, 9.8, 10.1, 9.9, metric="odd"), scales)
    grade = Grade("cast", 2)
    (near,) = separations(grade, seeded("cast", 2, 9.6, metric="odd"), noise, scales)
    (far,) = separations(grade, seeded("cast", 2, 1.0, metric="odd"), noise, scales)
    assert near.ratio < 1 < far.ratio
    proposal = propose([Wish("cast", (2,), True)], noise, seeded("cast", 2, 1.0, metric="odd"), scales)
    (limit,) = proposal.limits
    assert 1.0 < limit.fail < 9.8


def test_a_limit_lies_between_the_two_and_says_how_far_apart_they_are() -> None:
    noise = floors(runs(0.40, 0.42, 0.44, 0.41, 0.43), SCALES)
    proposal = propose([Wish("cast", (4.0,), True)], noise, seeded("cast", 4.0, 1.8, 1.75, 1.9), SCALES)
    (limit,) = proposal.limits
    bound = noise["delta_e_2000", "mean"].bound
    assert bound < limit.fail < 1.75
    assert limit.fail == 1.0
    assert limit.ratio == pytest.approx(1.75 / bound)
    assert proposal.refused == ()


def test_what_overlaps_is_refused_only_where_it_was_asked_for() -> None:
    noise = floors(runs(0.40, 0.42, 0.44, 0.41, 0.43), SCALES)
    measured = [*seeded("cast", 2.0, 0.6, 0.5), *seeded("blur", 1.0, 3.0)]
    wishes = [Wish("cast", (2.0,), True), Wish("blur", (1.0,), False)]
    refused = propose(wishes, noise, measured, SCALES)
    (overlap,) = refused.refused
    assert overlap.grade == Grade("cast", 2.0)
    assert overlap.nearest.weakest == 0.5
    lenient = propose([Wish("cast", (2.0,), False), wishes[1]], noise, measured, SCALES)
    assert lenient.refused == ()
    assert [o.grade.defect for o in lenient.overlaps] == ["cast"]
    assert propose([Wish("cast", (2.0,), False)], noise, measured, SCALES).refused != ()


def test_the_smallest_level_that_can_be_told_is_taken() -> None:
    noise = floors(runs(0.40, 0.42, 0.44, 0.41, 0.43), SCALES)
    measured = [*seeded("cast", 2.0, 0.5), *seeded("cast", 4.0, 1.1), *seeded("cast", 8.0, 2.2)]
    proposal = propose([Wish("cast", (2.0, 4.0, 8.0), False)], noise, measured, SCALES)
    assert proposal.grades == (Grade("cast", 4.0),)
    assert separable_from("cast", (2.0, 4.0, 8.0), noise, measured, SCALES) == 4.0
    assert separable_from("cast", (2.0,), noise, measured, SCALES) is None


def test_a_strength_counts_only_if_all_stronger_ones_can_be_told_too() -> None:
    noise = floors(runs(0.40, 0.42, 0.44, 0.41, 0.43), SCALES)
    measured = [*seeded("cast", 2.0, 1.5), *seeded("cast", 4.0, 0.5), *seeded("cast", 8.0, 2.2)]
    assert separable_from("cast", (2.0, 4.0, 8.0), noise, measured, SCALES) == 8.0


def test_the_statistic_made_for_a_defect_goes_before_a_more_telling_one() -> None:
    values = {"delta_e_2000": {"max": 0.5, "worst_tile": 0.5, "mean": 0.1}}
    noise = floors([Run("a", str(i), values) for i in range(6)], SCALES)
    hit = {"delta_e_2000": {"max": 90.0, "worst_tile": 6.0, "mean": 0.1}}
    found = separations(Grade("local_damage", 24), [Seeded("a", "0", Grade("local_damage", 24), 0, hit)], noise, SCALES)
    chosen = best(found, 1.25)
    assert chosen is not None
    assert chosen.key == ("delta_e_2000", "worst_tile")


def test_without_noise_a_defect_must_still_show_in_a_digit_that_is_printed() -> None:
    noise = floors(runs(*[0.0] * 6), SCALES)
    assert propose([Wish("cast", (2.0,), True)], noise, seeded("cast", 2.0, 0.011), SCALES).refused
    (limit,) = propose([Wish("cast", (2.0,), True)], noise, seeded("cast", 2.0, 1.0), SCALES).limits
    assert limit.fail == 0.5


@given(st.floats(0, 1e6), st.floats(1e-9, 1e6))
def test_a_round_number_lies_in_the_middle_half(low: float, gap: float) -> None:
    high = low + gap
    if high <= low:
        return
    found = between(low, high)
    assert low < found < high or (high - low) < 1e-9 * high


@given(st.lists(st.floats(0.01, 2), min_size=2, max_size=12), st.floats(0.1, 50), st.sampled_from(sorted(SCALES)))
def test_a_proposal_always_passes_the_noise_and_fails_the_defect(values, factor_of, metric) -> None:
    scale = SCALES[metric]
    turned = [scale.value(v if metric == "delta_e_2000" else v / 4) for v in values]
    noise = floors(runs(*turned, metric=metric), SCALES)
    hit = scale.value(min(max(scale.badness(v) for v in turned) * factor_of, 1.9))
    proposal = propose([Wish("cast", (2,), True)], noise, seeded("cast", 2, hit, metric=metric), SCALES)
    for limit in proposal.limits:
        assert not any(scale.spec.direction.exceeds(value, limit.fail) for value in turned)
        assert scale.spec.direction.exceeds(hit, limit.fail)
    assert bool(proposal.limits) != bool(proposal.refused)


def test_a_weaker_level_is_no_gain_if_one_pixel_decides_it() -> None:
    values = {"delta_e_2000": {"max": 5.0, "worst_tile": 1.0}}
    noise = floors([Run("a", str(i), values) for i in range(6)], SCALES)
    measured = [
        Seeded("a", "0", Grade("local_damage", strength), 0, {"delta_e_2000": {"max": 90.0, "worst_tile": tile}})
        for strength, tile in ((8.0, 1.0), (16.0, 1.1), (24.0, 3.0))
    ]
    free = propose([Wish("local_damage", (8.0, 16.0, 24.0), False)], noise, measured, SCALES)
    assert free.grades == (Grade("local_damage", 24.0),)
    assert free.limits[0].key == ("delta_e_2000", "worst_tile")
    asked = propose([Wish("local_damage", (8.0,), True)], noise, measured, SCALES)
    assert asked.limits[0].key == ("delta_e_2000", "max")


def test_the_noisiest_picture_is_named_with_its_own_numbers() -> None:
    quiet, noisy = (0.1, 0.101, 0.102), (2.60, 2.65, 2.63)
    (floor,) = floors(runs(*quiet, picture="quiet") + runs(*noisy, picture="noisy"), SCALES).values()
    one = floor.noisiest
    assert (one.picture, one.worst) == ("noisy", 2.65)
    assert one.mean == pytest.approx(statistics.fmean(noisy))
    assert one.deviation == pytest.approx(statistics.stdev(noisy))
    # Not from the mean over all pictures, which no picture has.
    assert floor.away(3.0) == pytest.approx((3.0 - statistics.fmean(noisy)) / statistics.stdev(noisy))
    (steady,) = floors(runs(*quiet, picture="quiet") + runs(5.0, 5.0, 5.0, picture="steady"), SCALES).values()
    assert (steady.noisiest.picture, steady.bound, steady.away(6.0)) == ("steady", 5.0, None)
