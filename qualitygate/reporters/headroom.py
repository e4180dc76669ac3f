"""How near a subject came to its limits."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.number_text import limit_text, value_text
from qualitygate.core.threshold import Threshold
from qualitygate.core.usage import used
from qualitygate.core.verdict import SubjectResult
from qualitygate.reporters.base import View


@dataclass(frozen=True, slots=True)
class Nearest:
    """The limit that a subject came nearest to.

    Attributes:
        spec: The metric.
        threshold: The limit, one that fails.
        value: What was measured.
        share: How much of the limit is used up, 1 at the limit.
    """

    spec: MetricSpec
    threshold: Threshold
    value: float
    share: float

    @property
    def text(self) -> str:
        """`DeltaE00 p95 1.93 of 2.45 (79%)`."""
        limit = self.threshold.fail or 0.0
        value = value_text(self.value, limit, self.spec.decimals)
        return f"{self.spec.label} {self.threshold.statistic} {value} of {limit_text(limit)} ({self.share:.0%})"


def nearest(result: SubjectResult, view: View) -> Nearest | None:
    """The limit on the whole subject that is used up most; None where nothing says how near it is."""
    found: list[Nearest] = []
    for threshold in view.thresholds.get(result.subject.set_name, ()):
        outcome, spec = result.measurements.get(threshold.metric), view.specs.get(threshold.metric)
        if threshold.region or threshold.fail is None or spec is None or not isinstance(outcome, Measurement):
            continue
        value = outcome.values.get(threshold.statistic)
        share = None if value is None else used(value, threshold.fail, spec)
        if value is not None and share is not None:
            found.append(Nearest(spec, threshold, value, share))
    return max(found, key=lambda one: one.share, default=None)
