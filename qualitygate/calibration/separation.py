"""Whether a statistic tells a defect from noise, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qualitygate.calibration.badness import Key, Scale
from qualitygate.calibration.noise import Floor
from qualitygate.calibration.samples import Grade, Seeded

# Which statistics a defect is made for: what moves first, and what it means that it moved. Others are a last resort.
PREFERRED: Mapping[str, tuple[Key, ...]] = {
    "cast": (("delta_e_2000", "p50"), ("delta_e_2000", "mean")),
    "gamma": (("delta_e_2000", "p50"), ("delta_e_2000", "mean")),
    "blur": (("ssim", "mean"), ("ssim", "worst_tile"), ("lpips", "value"), ("delta_e_2000", "p95")),
    "blocks": (("ssim", "mean"), ("ssim", "worst_tile"), ("lpips", "value"), ("delta_e_2000", "mean")),
    "local_damage": (("delta_e_2000", "worst_tile"), ("ssim", "worst_tile"), ("lpips", "worst_tile")),
    "hue_rotation": (("delta_e_2000", "mean"), ("delta_e_2000", "p95"), ("delta_e_2000", "p50")),
    "wrong_lut": (("delta_e_2000", "p50"), ("delta_e_2000", "mean"), ("delta_e_2000", "p95")),
}
# One pixel decides these: they separate many defects in a laboratory, and fail on the first edge outside of it.
_FRAGILE = frozenset({"max", "p99"})
_NEARLY = 0.7


@dataclass(frozen=True, slots=True)
class Separation:
    """Noise against one grade of a defect in one statistic, as badness.

    Attributes:
        key: Metric and statistic.
        grade: The defect.
        bound: What noise stays within; without noise, the last decimal that is shown, since a limit closer to nothing
            than that would judge the rounding of libraries.
        weakest: The least value that a seeded candidate has.
        ratio: `weakest / bound`: how many times as far as noise reaches. For a metric without a best value both count
            from the mean of the noise.
    """

    key: Key
    grade: Grade
    bound: float
    weakest: float
    ratio: float


def separations(
    grade: Grade, seeded: Iterable[Seeded], noise: Mapping[Key, Floor], scales: Mapping[str, Scale]
) -> tuple[Separation, ...]:
    """How well every statistic tells one grade from noise, in the order of the statistics."""
    mine = [one for one in seeded if one.grade == grade]
    return tuple(_separation(key, floor, grade, mine, scales[key[0]]) for key, floor in noise.items())


def best(found: Sequence[Separation], margin: float) -> Separation | None:
    """The statistic to catch a defect by: the first of those made for it that is about as telling as any of them, else
    the most telling of all others.

    Args:
        found: All of one grade.
        margin: Least ratio that counts as told apart.

    Returns:
        None where no statistic does.
    """
    return next((chosen for tier in TIERS if (chosen := tier(found, margin)) is not None), None)


def made_for(found: Sequence[Separation], margin: float) -> Separation | None:
    """The first of the statistics made for a defect that is about as telling as any of them."""
    apart = {one.key: one for one in found if one.ratio >= margin}
    preferred = [apart[key] for key in PREFERRED.get(found[0].grade.defect, ()) if key in apart] if found else []
    enough = _NEARLY * max((one.ratio for one in preferred), default=0.0)
    return next((one for one in preferred if one.ratio >= enough), None)


def robust(found: Sequence[Separation], margin: float) -> Separation | None:
    """The most telling statistic that more than a pixel decides."""
    return _most(one for one in found if one.ratio >= margin and one.key[1] not in _FRAGILE)


def any_at_all(found: Sequence[Separation], margin: float) -> Separation | None:
    """The most telling statistic."""
    return _most(one for one in found if one.ratio >= margin)


TIERS = (made_for, robust, any_at_all)
"""Ways to choose a statistic, the best first."""


def _most(apart: Iterable[Separation]) -> Separation | None:
    return max(apart, key=lambda one: one.ratio, default=None)


def closest(found: Sequence[Separation]) -> Separation:
    """The statistic, of those made for a defect where they were measured, that comes nearest to telling it apart."""
    preferred = [one for one in found if one.key in PREFERRED.get(one.grade.defect, ())]
    return max(preferred or found, key=lambda one: one.ratio)


def _separation(key: Key, floor: Floor, grade: Grade, mine: Sequence[Seeded], scale: Scale) -> Separation:
    metric, statistic = key
    zero = 0.0 if scale.anchored else floor.mean
    values = [one.values.get(metric, {}).get(statistic) for one in mine]
    # A statistic that a seeded picture does not have catches nothing.
    weakest = min((zero if value is None else scale.badness(value) for value in values), default=zero)
    bound = zero + max(floor.bound - zero, scale.unit)
    ratio = (weakest - zero) / (bound - zero)
    return Separation(key, grade, bound, weakest, ratio)
