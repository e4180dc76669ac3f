"""The picture of a calibration: both distributions of every limit."""

from __future__ import annotations

from math import ceil, floor, log10

from qualitygate.calibrating.session import Calibration
from qualitygate.calibrating.telling import name, seeded_values
from qualitygate.calibration.badness import Key, Scale
from qualitygate.calibration.proposing import Limit, Overlap
from qualitygate.calibration.samples import Grade
from qualitygate.imaging.distributions import Lane, Row, distributions


def drawn(known: Calibration) -> bytes:
    """PNG with a row for every proposed limit, and for every defect that cannot be told from noise."""
    rows = [_limit_row(known, limit) for limit in known.proposal.limits]
    rows += [_overlap_row(known, overlap) for overlap in known.proposal.overlaps]
    names = list(dict.fromkeys(run.picture for run in known.runs))
    what = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    return distributions(f"Noise and defects: {what}", f"{known.described()}, one dot each; better is left", rows)


def _limit_row(known: Calibration, limit: Limit) -> Row:
    relied = [one.grade for one in limit.relies]
    further = [
        Grade(grade.defect, strength)
        for grade in relied
        for strength in known.strengths(grade.defect)
        if strength != grade.strength
    ]
    caption = f"{name(limit.key, known.question.scales)}   fail = {limit.fail:g}"
    scale = known.question.scales[limit.key[0]]
    return _row(known, limit.key, caption, f"margin {limit.ratio:.3g}x", relied, further, scale.badness(limit.fail))


def _overlap_row(known: Calibration, overlap: Overlap) -> Row:
    key, defect = overlap.nearest.key, overlap.grade.defect
    further = [Grade(defect, each) for each in known.strengths(defect) if each != overlap.grade.strength]
    caption = f"{name(key, known.question.scales)}   no limit: {defect} {overlap.grade.strength:g} overlaps with noise"
    margin = f"{overlap.nearest.ratio:.3g}x"
    return _row(known, key, caption, margin, [overlap.grade], further, None)


def _row(
    known: Calibration, key: Key, caption: str, margin: str, relied: list[Grade], further: list[Grade],
    limit: float | None,
) -> Row:  # fmt: skip
    scale, noise = known.question.scales[key[0]], (known.noise or {})[key]
    lanes = [Lane("noise", noise.values, defect=False)]
    grades = sorted([*relied, *further], key=lambda one: (one.defect, min(seeded_values(known, one, key), default=0.0)))
    for grade in grades:
        values = tuple(seeded_values(known, grade, key))
        lanes.append(Lane(f"{grade.defect} {grade.strength:g}", values, defect=True, relied=grade in relied))
    weakest = [min(seeded_values(known, one, key), default=noise.bound) for one in relied]
    first = 0.0 if scale.anchored else min(noise.values)
    # Gross defects are gathered at the right edge: what matters is what lies around the limit.
    last = first + max(2.5 * (max(weakest) - first), 1.3 * (noise.bound - first), scale.unit)
    return Row(caption, margin, tuple(lanes), noise.bound, limit, (first, last), _ticks(first, last, scale))


def _ticks(first: float, last: float, scale: Scale) -> tuple[tuple[float, str], ...]:
    """Round values along an axis of badness, at most eight."""
    rough = (last - first) / 7
    magnitude = 10.0 ** floor(log10(rough))
    step = next(size * magnitude for size in (1, 2, 5, 10) if size * magnitude >= rough)
    start = ceil(first / step)
    decimals = max(0, -floor(log10(step) + 1e-9))
    places = [number * step for number in range(start, floor(last / step) + 1)]
    return tuple((place, f"{scale.value(place):.{decimals}f}") for place in places)
