"""Which subject stands above which: the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualitygate.core.measurement import Measurement
from qualitygate.core.threshold import Threshold
from qualitygate.core.usage import used
from qualitygate.core.verdict import Level, Report, SubjectResult, seriousness, status_of
from qualitygate.reporters.base import View

_STATUSES = ("failed", "unmeasurable", "passed", "skipped")


def worst_first(report: Report, view: View) -> tuple[SubjectResult, ...]:
    """The most serious failure first, then what could not be measured, then what passed with warnings, then what came
    closest to a limit; equals by their id.
    """
    return tuple(sorted(report.results, key=lambda result: (_rank(result, view), result.subject.id)))


def limits_of(result: SubjectResult, view: View) -> tuple[Threshold, ...]:
    """Limits that fail a subject, those of regions last."""
    if result.profile is None:
        return ()
    return tuple(t for t in view.thresholds.get(result.subject.set_name, ()) if t.fail is not None)


def shares(result: SubjectResult, limits: Iterable[Threshold], view: View) -> Iterator[float]:
    """How much of each limit on the whole subject is used up."""
    for threshold in limits:
        outcome, spec = result.measurements.get(threshold.metric), view.specs.get(threshold.metric)
        if threshold.region or threshold.fail is None or spec is None or not isinstance(outcome, Measurement):
            continue
        value = outcome.values.get(threshold.statistic)
        share = None if value is None else used(value, threshold.fail, spec)
        if share is not None:
            yield share


def _rank(result: SubjectResult, view: View) -> tuple[float, ...]:
    status = _STATUSES.index(status_of(result.verdict))
    errors = [seriousness(finding) for finding in result.findings if finding.level is Level.ERROR]
    if errors:
        return (status, *min(errors))
    warned = any(finding.level is Level.WARNING for finding in result.findings)
    return (status, 0.0 if warned else 1.0, -max(shares(result, limits_of(result, view), view), default=0.0))
