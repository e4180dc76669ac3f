"""The KPIs of a group of incidents. The structs below are the shape of the JSON, documented in `docs/kpi.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from qualitygate.incidents.kpi.measured import Deadline, Gap, Measured
from qualitygate.incidents.kpi.quantile import Quantiles, quantiles
from qualitygate.incidents.kpi.recurrence import Repeat


class Duration(Struct, frozen=True, kw_only=True):
    """How long something took, in seconds.

    Attributes:
        n: Incidents it is known of; the only ones in median and p90.
        open: Incidents in which it has not ended yet; counted as open, never as zero.
        unknown: Incidents of which nobody can say: no start is recorded, or the clocks ran backwards.
    """

    n: int
    open: int
    unknown: int
    median_seconds: float | None
    p90_seconds: float | None


class Sla(Struct, frozen=True, kw_only=True):
    """How often a deadline held.

    Attributes:
        n: `met + missed`, what the rate is of.
        missed: Too late, or still open after the deadline.
        pending: Still open before the deadline.
        unknown: The clocks ran backwards.
        rate: `met / n`, 0 to 1; None where n is 0.
    """

    n: int
    met: int
    missed: int
    pending: int
    unknown: int
    rate: float | None


class Share(Struct, frozen=True, kw_only=True):
    """`count` of `n`; `rate` is `count / n`, 0 to 1, None where n is 0."""

    n: int
    count: int
    rate: float | None


class Recurrence(Struct, frozen=True, kw_only=True):
    """Incidents that came back within 90 days: `count` of `n`, `escaped` of them past the gate."""

    n: int
    count: int
    escaped: int
    rate: float | None


class Remediations(Struct, frozen=True, kw_only=True):
    """Corrective actions.

    Attributes:
        done: Those that are done.
        open: Those that are still to be done.
        overdue: Open ones past their due date.
        undated: Open ones without a due date that exists.
        age_days: Of the open ones: whole days since their incident was detected.
        overdue_days: Of the overdue ones: days since they were due.
    """

    done: int
    open: int
    overdue: int
    undated: int
    age_days: Quantiles
    overdue_days: Quantiles


class Kpis(Struct, frozen=True, kw_only=True):
    """All KPIs of a group.

    Attributes:
        incidents: How many there are: real ones and near misses.
        open: Those that are not closed.
        gate_catch: Near misses, of all.
        proof_coverage: Incidents with a passed proof, of the published ones.
    """

    incidents: int
    open: int
    real: int
    near_miss: int
    time_to_detect: Duration
    time_to_mitigate: Duration
    time_to_resolve: Duration
    publication_lead: Duration
    mitigated_in_30_minutes: Sla
    published_in_48_hours: Sla
    remediations: Remediations
    recurrence: Recurrence
    gate_catch: Share
    proof_coverage: Share


def summarise(group: Sequence[Measured], came_back: Mapping[str, Repeat]) -> Kpis:
    """The KPIs of some incidents, in any order.

    Args:
        group: What was measured of them.
        came_back: The repeats among all incidents, see `repeats`.
    """
    near_misses = sum(one.caught for one in group)
    again = [one for one in group if one.record.id in came_back]
    published = [one for one in group if one.published]
    return Kpis(
        incidents=len(group),
        open=sum(one.is_open for one in group),
        real=len(group) - near_misses,
        near_miss=near_misses,
        time_to_detect=_duration(group, lambda one: one.detect),
        time_to_mitigate=_duration(group, lambda one: one.mitigate),
        time_to_resolve=_duration(group, lambda one: one.resolve),
        publication_lead=_duration(group, lambda one: one.publish),
        mitigated_in_30_minutes=_sla(one.mitigation for one in group),
        published_in_48_hours=_sla(one.publication for one in group),
        remediations=_remediations(group),
        recurrence=Recurrence(
            n=len(group),
            count=len(again),
            escaped=sum(not one.caught for one in again),
            rate=_rate(len(again), len(group)),
        ),
        gate_catch=_share(near_misses, len(group)),
        proof_coverage=_share(sum(one.proven for one in published), len(published)),
    )


def _duration(group: Sequence[Measured], of: Callable[[Measured], float | Gap]) -> Duration:
    spans = [of(one) for one in group]
    known = quantiles(span for span in spans if not isinstance(span, Gap))
    return Duration(
        n=known.n,
        open=spans.count(Gap.OPEN),
        unknown=spans.count(Gap.UNKNOWN),
        median_seconds=known.median,
        p90_seconds=known.p90,
    )


def _sla(deadlines: Iterable[Deadline]) -> Sla:
    of = Counter(deadlines)
    met, missed = of[Deadline.MET], of[Deadline.MISSED]
    return Sla(
        n=met + missed,
        met=met,
        missed=missed,
        pending=of[Deadline.PENDING],
        unknown=of[Deadline.UNKNOWN],
        rate=_rate(met, met + missed),
    )


def _remediations(group: Sequence[Measured]) -> Remediations:
    still_open = [action for one in group for action in one.open_actions]
    overdue = [action.overdue_days for action in still_open if action.overdue_days]
    return Remediations(
        done=sum(one.done_actions for one in group),
        open=len(still_open),
        overdue=len(overdue),
        undated=sum(not remediation.dated for remediation in still_open),
        age_days=quantiles(remediation.age_days for remediation in still_open),
        overdue_days=quantiles(overdue),
    )


def _share(count: int, n: int) -> Share:
    return Share(n=n, count=count, rate=_rate(count, n))


def _rate(count: int, n: int) -> float | None:
    return count / n if n else None
