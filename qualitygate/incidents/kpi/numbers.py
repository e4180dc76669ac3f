"""KPIs side by side, each with its n: a quarter beside the last, or groups beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qualitygate.incidents.kpi.summary import Duration, Kpis, Share, Sla
from qualitygate.incidents.kpi.wording import DASH, days, percent, span

Row = tuple[str, ...]


def numbers(columns: Sequence[Kpis]) -> Iterator[Row]:
    """A row for each measure: its name, then its value in every column."""
    yield _row("Incidents", columns, lambda one: f"{one.incidents:,}")
    yield _row("Still open", columns, lambda one: f"{one.open:,}")
    for label, duration in _DURATIONS.items():
        yield f"{label}, median (p90)", *(_span(duration(one)) for one in columns)
    yield _row("Mitigated within 30 minutes", columns, lambda one: _sla(one.mitigated_in_30_minutes))
    yield _row("Published within 48 hours", columns, lambda one: _sla(one.published_in_48_hours))
    yield _row("Caught before the merge", columns, lambda one: _share(one.gate_catch))
    yield _row("Came back within 90 days", columns, _again)
    yield _row("Published with a passed proof", columns, lambda one: _share(one.proof_coverage))
    yield _row("Open actions (age, median)", columns, _open)
    yield _row("Overdue actions", columns, lambda one: f"{one.remediations.overdue:,}")


_DURATIONS: dict[str, Callable[[Kpis], Duration]] = {
    "Time to detect": lambda one: one.time_to_detect,
    "Time to mitigate": lambda one: one.time_to_mitigate,
    "Time to resolve": lambda one: one.time_to_resolve,
    "Publication lead": lambda one: one.publication_lead,
}


def _row(label: str, columns: Sequence[Kpis], say: Callable[[Kpis], str]) -> Row:
    return label, *map(say, columns)


def _span(duration: Duration) -> str:
    still = f", {duration.open:,} open" if duration.open else ""
    if not duration.n:
        return f"{DASH} (n=0{still})"
    return f"{span(duration.median_seconds)} ({span(duration.p90_seconds)}), n={duration.n:,}{still}"


def _sla(sla: Sla) -> str:
    pending = f", {sla.pending:,} pending" if sla.pending else ""
    return f"{percent(sla.rate)} ({sla.met:,} of {sla.n:,}){pending}"


def _share(share: Share) -> str:
    return f"{percent(share.rate)} ({share.count:,} of {share.n:,})"


def _again(one: Kpis) -> str:
    escaped = f", {one.recurrence.escaped:,} past the gate" if one.recurrence.count else ""
    return f"{percent(one.recurrence.rate)} ({one.recurrence.count:,} of {one.recurrence.n:,}){escaped}"


def _open(one: Kpis) -> str:
    found = one.remediations
    return f"{found.open:,} ({days(found.age_days.median)})" if found.open else "0"
