"""The colours of a batch of pictures, and how far they lie from those of another batch.

Every picture has the same weight, whatever its size. Distances are Wasserstein-1 per axis: how far the pixels would
have to be moved on average, in units of L*a*b*, for one distribution to become the other. Over bins it is the sum of
the differences of the cumulative shares times the width of a bin (Vallender, 1974, doi 10.1137/1118101).

Pictures differ among themselves, so two batches of one kind do, too. What chance explains follows from how much the
pictures of both batches differ. A difference of means is beyond chance where it exceeds three standard errors. Of a
distance only that part counts where the cumulative shares differ by 4.5 standard errors and by 5 % of the pixels: more
errors, since the largest of many differences is looked for. That is why the ground that all packshots share tells of a
drift which their motifs, in every colour, would hide. For few pictures both numbers are what Student's t makes of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.lab_drift import AXES, Drift
from qualitygate.palette.distribution import BOUNDS, WIDTH, Distribution

Array = NDArray[np.float64]
ERRORS = 3.0
"""Standard errors that chance is granted in a difference of means: it goes beyond in one batch of 370."""
SHARE_ERRORS = 4.5
"""The same of a cumulative share."""
LEAST_SHARE = 0.05
"""Differences of fewer pixels are not relied on: their standard errors are those of a handful of pictures."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Colours of a batch.

    Attributes:
        pictures: How many there are, at least 1.
        means: Means over the pictures of their means, float64 `(4,)`.
        variances: Variances of the latter between pictures, float64 `(4,)`; 0 for a single picture.
        shares: Mean cumulative shares of each axis, float64 `(3600,)`.
        share_variances: Variances of the latter between pictures, float64 `(3600,)`.
    """

    pictures: int
    means: Array
    variances: Array
    shares: Array
    share_variances: Array


def gather(distributions: Iterable[Distribution]) -> Batch | None:
    """The batch of some pictures, None for none. Takes them one by one, so that no number of them fills the memory."""
    count = 0
    mean, squares = np.zeros(len(AXES) + BOUNDS[-1]), np.zeros(len(AXES) + BOUNDS[-1])
    for one in distributions:
        count += 1
        values = np.concatenate((one.means, _cumulated(one.shares)))
        # B. P. Welford (1962), doi 10.1080/00401706.1962.10490022: no difference of large sums.
        before = values - mean
        mean += before / count
        squares += before * (values - mean)
    if count == 0:
        return None
    variance = squares / max(count - 1, 1)
    split = len(AXES)
    return Batch(count, mean[:split], variance[:split], mean[split:], variance[split:])


def drift(batch: Batch, baseline: Batch) -> Mapping[str, Drift]:
    """Every statistic of `core.lab_drift.STATISTICS`, in its order."""
    degrees = batch.pictures + baseline.pictures - 2
    spread = math.sqrt(1 / batch.pictures + 1 / baseline.pictures)
    found: dict[str, Drift] = {}
    errors = np.sqrt(_pooled(batch, baseline, batch.variances, baseline.variances)) * spread
    for index, axis in enumerate(AXES):
        ours, theirs = float(batch.means[index]), float(baseline.means[index])
        found[axis] = Drift(ours - theirs, granted(ERRORS, degrees) * float(errors[index]), ours, theirs)
    errors = np.sqrt(_pooled(batch, baseline, batch.share_variances, baseline.share_variances)) * spread
    differences = np.abs(batch.shares - baseline.shares)
    beyond = (differences > granted(SHARE_ERRORS, degrees) * errors) & (differences > LEAST_SHARE)
    for index, axis in enumerate(AXES):
        part = slice(BOUNDS[index], BOUNDS[index + 1])
        proven, total = (WIDTH * float(each[part].sum()) for each in (differences * beyond, differences))
        found[f"{axis}_distance"] = Drift(proven, 0.0, total=total)
    return found


def _cumulated(shares: NDArray[np.float32]) -> Array:
    parts = [shares[start:stop].cumsum(dtype=np.float64) for start, stop in pairwise(BOUNDS)]
    return np.concatenate(parts)


def _pooled(batch: Batch, baseline: Batch, ours: Array, theirs: Array) -> Array:
    """Variance between pictures, from both batches; infinite where two single pictures tell nothing of it."""
    degrees = batch.pictures + baseline.pictures - 2
    if degrees == 0:
        return np.full_like(ours, np.inf)
    pooled: Array = ((batch.pictures - 1) * ours + (baseline.pictures - 1) * theirs) / degrees
    return pooled


def granted(errors: float, degrees: int) -> float:
    """Student's t where the normal distribution has `errors`, to second order (Abramowitz & Stegun 26.7.5)."""
    if degrees == 0:
        return errors
    first, second = (errors**3 + errors) / 4, (5 * errors**5 + 16 * errors**3 + 3 * errors) / 96
    return errors + first / degrees + second / degrees**2
