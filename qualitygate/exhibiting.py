"""The Python porch for what there is to look at: pictures, heat maps and damage of the pairs of a run."""

from __future__ import annotations

from collections.abc import Mapping

from qualitygate.core.exhibit import Exhibit
from qualitygate.core.verdict import Report
from qualitygate.planning import Plan


def exhibits(report: Report, plan: Plan, *, workers: int | None = 1) -> Mapping[str, Exhibit]:
    """What there is to look at of every pair that can be compared, by subject id.

    Args:
        report: What `gate.run` returned.
        plan: What it was run with.
        workers: As `gate.run`.
    """
    return {}
