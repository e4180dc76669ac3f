"""The picture that an incident keeps of a batch whose colours drifted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qualitygate.core.lab_drift import AXES, SYMBOLS
from qualitygate.core.verdict import Level, SubjectResult
from qualitygate.corridor.batch import PictureTask, PlannedBatch, gathered
from qualitygate.executors.serial import Serial
from qualitygate.imaging.batch_sheet import Axis, batch_sheet
from qualitygate.palette.batch import Array, Batch, drift
from qualitygate.palette.distribution import BOUNDS, RANGES, WIDTH

MOST = 40
"""Pictures of each side that are looked at again: the shape shows, whatever the size of the batch."""
_MARGIN = 2.0


def batch_panel(planned: PlannedBatch, result: SubjectResult) -> bytes | None:
    """A PNG of the distributions of both sides; None where there is nothing to draw."""
    now = _some(planned.candidate)
    before = planned.baseline if isinstance(planned.baseline, Batch) else _some(planned.baseline)
    if now is None or before is None:
        return None
    failures = [finding for finding in result.findings if finding.level is Level.ERROR]
    broken = {(finding.statistic or "").removesuffix("_distance") for finding in failures}
    headline = f": {failures[0].message.partition(': ')[0]}" if failures else ""
    moved = drift(now, before)
    axes = []
    for index, axis in enumerate(AXES):
        found, part = moved[axis], slice(BOUNDS[index], BOUNDS[index + 1])
        shares = [np.diff(batch.shares[part], prepend=0.0) for batch in (before, now)]
        means = (float(before.means[index]), float(now.means[index]))
        caption = (
            f"{SYMBOLS[axis]}: mean {means[0]:.1f} to {means[1]:.1f} ({found.value:+.1f}), distance "
            f"{moved[f'{axis}_distance'].seen:.1f}"
        )
        first, last = _occupied(shares, RANGES[axis])
        low = RANGES[axis][0]
        window = slice(round((first - low) / WIDTH), round((last - low) / WIDTH))
        axes.append(Axis(caption, shares[0][window], shares[1][window], (first, last), means, axis in broken))
    foot = f"shown: {now.pictures} of {len(planned.candidate):,} pictures, against {_of(planned, before)}"
    return batch_sheet(f"{result.subject.id}{headline}", axes, foot)


def _some(tasks: Sequence[PictureTask]) -> Batch | None:
    """A batch of evenly chosen pictures."""
    step = max(1, -(-len(tasks) // MOST))
    return gathered(tasks[::step], Serial(), lambda: None)[0]


def _of(planned: PlannedBatch, before: Batch) -> str:
    if isinstance(planned.baseline, Batch):
        return f"{before.pictures:,} in the stored baseline"
    return f"{before.pictures} of {len(planned.baseline):,} approved"


def _occupied(shares: Sequence[Array], limits: tuple[float, float]) -> tuple[float, float]:
    """The part of an axis where there is anything, in steps of 10 units."""
    seen = np.flatnonzero(sum(shares) > 1e-5)
    low, high = limits
    if seen.size == 0:
        return limits
    first = max(low, 10 * np.floor((low + seen[0] * WIDTH - _MARGIN) / 10))
    last = min(high, 10 * np.ceil((low + seen[-1] * WIDTH + _MARGIN) / 10))
    return float(first), float(last)
