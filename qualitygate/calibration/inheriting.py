"""What becomes of the limits of the profile that a proposal builds on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qualitygate.calibration.badness import Key, Scale
from qualitygate.calibration.noise import Floor
from qualitygate.calibration.proposing import Limit
from qualitygate.core.threshold import Threshold


@dataclass(frozen=True, slots=True)
class Kept:
    """A limit of the profile that is built on, which stays since it is tighter than needed and noise keeps it."""

    key: Key
    fail: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """A limit of the profile that is built on which the unchanged pipeline breaks."""

    key: Key
    fail: float
    worst: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the limits of the profile that is built on.

    Attributes:
        extends: Name or path of that profile, None for none.
        remembered: Statistics whose limit has a reason already, which is kept.
        kept, dropped: Its limits that stay although something else was found, and those that cannot stay.
    """

    extends: str | None = None
    remembered: frozenset[Key] = frozenset()
    kept: tuple[Kept, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def changes(
    extends: str | None,
    thresholds: Iterable[Threshold],
    limits: Iterable[Limit],
    noise: Mapping[Key, Floor],
    scales: Mapping[str, Scale],
) -> Changes:
    """Hold inherited limits against the noise and against what is proposed.

    A limit that a run of the unchanged pipeline breaks is dropped, or replaced where there is a proposal. One that is
    tighter than the proposal, and yet leaves noise its room, stays: nothing is loosened without need.

    Args:
        extends: How the proposal names the profile.
        thresholds: Its limits.
        limits: The proposal.
        noise: By statistic.
        scales: By metric.
    """
    proposed = {limit.key: limit for limit in limits}
    kept: list[Kept] = []
    dropped: list[Dropped] = []
    remembered: set[Key] = set()
    for threshold in thresholds:
        key = threshold.metric, threshold.statistic
        if key not in noise or threshold.fail is None:
            continue
        if threshold.why is not None:
            remembered.add(key)
        scale = scales[key[0]]
        fail = scale.badness(threshold.fail)
        if key in proposed:
            if noise[key].bound <= fail <= scale.badness(proposed[key].fail):
                kept.append(Kept(key, threshold.fail))
        elif noise[key].worst > fail:
            dropped.append(Dropped(key, threshold.fail, scale.value(noise[key].worst)))
    return Changes(extends, frozenset(remembered), tuple(kept), tuple(dropped))


def tight(
    thresholds: Iterable[Threshold], noise: Mapping[Key, Floor], scales: Mapping[str, Scale]
) -> tuple[tuple[Threshold, Floor], ...]:
    """Limits that every run keeps, and that more than one in a hundred further runs may break."""
    found = []
    for threshold in thresholds:
        floor = noise.get((threshold.metric, threshold.statistic))
        if floor is None or threshold.fail is None:
            continue
        if floor.worst <= scales[threshold.metric].badness(threshold.fail) < floor.bound:
            found.append((threshold, floor))
    return tuple(found)
