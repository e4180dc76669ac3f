"""Distributions of batches: exact where it can be told, silent about chance, stored without loss."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from palette_samples import image, noise
from scipy.stats import norm, wasserstein_distance
from scipy.stats import t as student

from qualitygate.core.lab_drift import AXES, STATISTICS
from qualitygate.palette import baseline
from qualitygate.palette.batch import Batch, drift, gather, granted
from qualitygate.palette.census import take
from qualitygate.palette.distribution import BOUNDS, WIDTH, Distribution, distribution


def smooth(seed: int, offset: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    base = rng.integers(60, 160, 3)
    return np.clip(base + rng.normal(0, 12, (60, 50, 3)) + offset, 0, 255).astype(np.uint8)


def values(picture: np.ndarray) -> np.ndarray:
    """L*, a*, b* and chroma of every pixel, the slow way."""
    found = take(image(picture))
    lab = np.repeat(found.lab, found.counts, axis=0)
    return np.column_stack((lab, np.hypot(lab[:, 1], lab[:, 2])))


def test_means_and_shares_of_a_picture() -> None:
    picture = smooth(1)
    found, truth = distribution(image(picture)), values(picture)
    assert found.means == pytest.approx(truth.mean(axis=0), abs=1e-3)
    for index in range(len(AXES)):
        assert found.shares[BOUNDS[index] : BOUNDS[index + 1]].sum() == pytest.approx(1.0, abs=1e-5)


def test_only_counted_pixels() -> None:
    picture = np.concatenate((smooth(1), smooth(2)))
    counted = np.arange(120)[:, None] < 60 + np.zeros((1, 50))
    found, alone = distribution(image(picture), counted), distribution(image(smooth(1)))
    assert found.means == pytest.approx(alone.means)
    assert np.allclose(found.shares, alone.shares)


@given(st.integers(0, 50), st.integers(51, 100), st.integers(-25, 25))
def test_distances_are_wasserstein_distances(seed: int, other: int, offset: int) -> None:
    ours, theirs = smooth(seed, offset), smooth(other)
    batch, base = gather([distribution(image(ours))]), gather([distribution(image(theirs))])
    assert batch is not None
    assert base is not None
    found, left, right = drift(batch, base), values(ours), values(theirs)
    for index, axis in enumerate(AXES):
        exact = wasserstein_distance(left[:, index], right[:, index])
        assert found[f"{axis}_distance"].total == pytest.approx(exact, abs=WIDTH)
        assert found[axis].value == pytest.approx(left[:, index].mean() - right[:, index].mean(), abs=2e-3)
        # A shift of the mean cannot cost less than moving everything by it.
        assert found[f"{axis}_distance"].seen >= found[axis].size - 2 * WIDTH


def test_gathering_is_mean_and_variance_between_pictures() -> None:
    many = [distribution(image(smooth(seed))) for seed in range(12)]
    batch = gather(iter(many))
    assert batch is not None
    assert batch.pictures == 12
    means = np.array([one.means for one in many])
    assert batch.means == pytest.approx(means.mean(axis=0))
    assert batch.variances == pytest.approx(means.var(axis=0, ddof=1))
    assert gather([]) is None


def batch_of(rng: np.random.Generator, count: int, shift: float = 0.0) -> Batch:
    """Pictures whose means differ as those of a kind do: normally, with a deviation of 4."""
    made = []
    for centre in rng.normal(20 + shift, 4.0, count):
        shares = np.zeros(BOUNDS[-1], np.float32)
        for index in range(len(AXES)):
            span = BOUNDS[index + 1] - BOUNDS[index]
            at = np.clip(np.floor((centre + rng.normal(0, 6, 200)) / WIDTH).astype(int) + span // 4, 0, span - 1)
            shares[BOUNDS[index] : BOUNDS[index + 1]] = np.bincount(at, minlength=span) / 200
        made.append(Distribution(np.full(len(AXES), centre), shares))
    found = gather(made)
    assert found is not None
    return found


@pytest.mark.parametrize("size", [4, 20])
def test_chance_raises_no_alarm_and_drift_does(size: int) -> None:
    rng = np.random.default_rng(11)
    base = batch_of(rng, 60)
    alarms = {"same": 0, "moved": 0}
    for _ in range(60):
        for name, shift in (("same", 0.0), ("moved", 12.0)):
            found = drift(batch_of(rng, size, shift), base)
            alarms[name] += any(found[statistic].proven > 0 for statistic in STATISTICS)
    assert alarms["same"] <= 2
    assert alarms["moved"] >= 55


@pytest.mark.parametrize("degrees", [6, 14, 40, 200])
@pytest.mark.parametrize(("errors", "tolerance"), [(3.0, 0.05), (4.5, 0.25)])
def test_few_pictures_are_granted_what_student_grants(degrees: int, errors: float, tolerance: float) -> None:
    exact = student.isf(norm.sf(errors), degrees)
    assert granted(errors, degrees) == pytest.approx(exact, rel=tolerance)


def test_what_all_pictures_share_tells_of_a_drift_that_motifs_would_hide() -> None:
    """Packshots: a ground, and things in every colour on it."""
    rng = np.random.default_rng(3)

    def batch(count: int, step: int) -> Batch:
        made = []
        for _ in range(count):
            picture = np.clip(230 + rng.normal(0, 2, (40, 40, 3)), 0, 255)
            picture[10:30, 10:30] = rng.integers(0, 256, 3)
            picture[..., 2] -= np.minimum(step, picture[..., 2])
            made.append(distribution(image(picture.astype(np.uint8))))
        found = gather(made)
        assert found is not None
        return found

    base = batch(40, 0)
    same, warmer = drift(batch(12, 0), base), drift(batch(12, 4), base)
    assert all(same[f"{axis}_distance"].proven == 0 for axis in AXES)
    assert warmer["b"].proven == 0, "motifs hide it in the mean"
    assert warmer["b_distance"].proven > 1.0
    assert warmer["b_distance"].proven <= warmer["b_distance"].seen


def test_two_single_pictures_tell_nothing() -> None:
    one, other = gather([distribution(image(smooth(1)))]), gather([distribution(image(noise()))])
    assert one is not None
    assert other is not None
    assert all(found.proven == 0 for found in drift(one, other).values())


def test_a_stored_baseline_judges_as_the_pictures_do() -> None:
    batch = gather(distribution(image(smooth(seed, 9))) for seed in range(100, 110))
    base = gather(distribution(image(smooth(seed))) for seed in range(20))
    assert batch is not None
    assert base is not None
    again = baseline.read(json.loads(json.dumps(baseline.document(base, "set", "0" * 64))))
    assert again.pictures == base.pictures
    for statistic, found in drift(batch, base).items():
        stored = drift(batch, again)[statistic]
        assert stored.value == pytest.approx(found.value, abs=1e-3)
        assert stored.noise == pytest.approx(found.noise, abs=1e-2)
        assert stored.seen == pytest.approx(found.seen, abs=1e-3)


def test_what_is_no_baseline() -> None:
    base = gather(distribution(image(smooth(seed))) for seed in range(3))
    assert base is not None
    good = baseline.document(base, "set", "0" * 64)

    def broken(**changes: object) -> dict[str, object]:
        return {**json.loads(json.dumps(good)), **changes}

    def with_axis(key: str, value: object) -> dict[str, object]:
        found = json.loads(json.dumps(good))
        found["axes"]["b"][key] = value
        return found

    for document, says in (
        ([], "the file: an object is expected"),
        (broken(schema="other/1"), "its schema is 'other/1'"),
        (broken(pictures=0), "pictures: 0"),
        (broken(pictures=True), "pictures: True"),
        (broken(bins={"width": 1}), "bins.width"),
        (broken(axes={}), "axes.lightness: an object"),
        (with_axis("mean", "many"), "axes.b.mean: numbers are expected"),
        (with_axis("mean", 1e9), "axes.b.mean: a number from -150 to 150"),
        (with_axis("mean", float("nan")), "axes.b.mean"),
        (with_axis("first_bin", 5000), "axes.b.first_bin: 5000 does not fit"),
        (with_axis("cumulative_shares", [0.5, 0.1]), "axes.b: cumulative shares rise"),
        (with_axis("deviations", [2.0]), "axes.b.deviations: a number from 0 to 1"),
    ):
        with pytest.raises(ValueError, match=re.escape(says)):
            baseline.read(document)
