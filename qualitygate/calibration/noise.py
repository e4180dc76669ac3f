"""The noise floor: how far the unchanged pipeline strays, and how far it will."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from qualitygate.calibration.badness import Key, Scale
from qualitygate.calibration.samples import Run
from qualitygate.calibration.tolerance import FEW, factor


@dataclass(frozen=True, slots=True)
class Noisiest:
    """The picture that decides how far noise reaches.

    Attributes:
        picture: Its name.
        mean, deviation, worst: Of its own runs, as badness; the deviation of a single run is 0.
    """

    picture: str
    mean: float
    deviation: float
    worst: float


@dataclass(frozen=True, slots=True)
class Floor:
    """The noise of one statistic, as badness: 0 is best, more is worse.

    Attributes:
        key: Metric and statistic.
        values: Of every run of every picture, in order.
        runs: Runs of the picture that has fewest.
        pictures: Number of pictures.
        mean: Over all values.
        deviation: Standard deviation between runs of one picture, the largest of any picture; 0 for a single run.
        worst: The worst value seen.
        bound: What 99 % of further runs stay within, with a confidence of 95 %: the worst over the pictures of
            `mean + k * deviation`, with `tolerance.factor` for the number of its runs, and never less than `worst`.
            For a single run there is no spread to go by, and it is `worst`.
        noisiest: The picture that the bound is of.
    """

    key: Key
    values: tuple[float, ...]
    runs: int
    pictures: int
    mean: float
    deviation: float
    worst: float
    bound: float
    noisiest: Noisiest

    @property
    def few(self) -> bool:
        """Whether there are too few runs for the bound to say much."""
        return self.runs < FEW

    def away(self, badness: float) -> float | None:
        """How many standard deviations beyond the mean of the noisiest picture a value lies; None where its runs are
        all equal. Means of several pictures have nothing to do with the spread of one."""
        one = self.noisiest
        return (badness - one.mean) / one.deviation if one.deviation > 0 else None


def floors(runs: Sequence[Run], scales: Mapping[str, Scale]) -> dict[Key, Floor]:
    """The noise floor of every statistic that all runs have.

    Args:
        runs: At least one.
        scales: Metric name to its scale.
    """
    keys = [
        (metric, statistic)
        for metric, values in runs[0].values.items()
        for statistic in values
        if all(statistic in run.values.get(metric, {}) for run in runs)
    ]
    return {key: _floor(key, runs, scales[key[0]]) for key in keys}


def _floor(key: Key, runs: Sequence[Run], scale: Scale) -> Floor:
    groups: dict[str, list[float]] = {}
    for run in runs:
        groups.setdefault(run.picture, []).append(scale.badness(run.values[key[0]][key[1]]))
    values = [value for group in groups.values() for value in group]
    deviations = [_deviation(group) for group in groups.values()]
    means = [sum(group) / len(group) for group in groups.values()]
    bounds = [
        max(mean + (factor(len(group)) * deviation if deviation > 0 else 0.0), *group)
        for group, mean, deviation in zip(groups.values(), means, deviations, strict=True)
    ]
    last = bounds.index(max(bounds))
    name, group = list(groups.items())[last]
    return Floor(
        key=key,
        values=tuple(values),
        runs=min(len(group) for group in groups.values()),
        pictures=len(groups),
        mean=sum(values) / len(values),
        deviation=max(deviations),
        worst=max(values),
        bound=bounds[last],
        noisiest=Noisiest(name, means[last], deviations[last], max(group)),
    )


def _deviation(values: Sequence[float]) -> float:
    """The sample standard deviation; that of equal values is exactly 0, whatever the rounding of their mean."""
    if len(values) < 2 or min(values) == max(values):
        return 0.0
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
