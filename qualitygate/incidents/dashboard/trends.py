"""The charts of the index: the last eight quarters, each chart with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from qualitygate.incidents.checklist import MITIGATION
from qualitygate.incidents.dashboard.charts import Chart, Series, rates, spans, stacked_bars
from qualitygate.incidents.dashboard.rows import ActionRow
from qualitygate.incidents.kpi.quarter import Quarter, quarter_of
from qualitygate.incidents.kpi.report import Population
from qualitygate.incidents.kpi.summary import Kpis, Sla, summarise
from qualitygate.incidents.kpi.wording import DASH, percent, plural, span

QUARTERS = 8
_AGES = ((30, "≤ 30 d"), (90, "31–90 d"), (180, "91–180 d"), (10**9, "> 180 d"))


@dataclass(frozen=True, slots=True)
class Trend:
    """A chart with its legend and its table.

    Attributes:
        legend: Look and name of each series.
        head: Headings of the table.
        rows: Its cells.
    """

    title: str
    summary: str
    svg: Markup
    legend: Sequence[tuple[str, str]]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def trends(everything: Population, actions: Sequence[ActionRow]) -> list[Trend]:
    """Incidents, times to mitigate and deadlines by quarter, and open actions by age."""
    quarters = [quarter_of(everything.now)]
    while len(quarters) < QUARTERS and quarters[0].year > 1:
        quarters.insert(0, quarters[0].previous)
    of = {quarter: summarise(everything.within(quarter), everything.came_back) for quarter in quarters}
    return [_incidents(of), _mitigation(of), _deadlines(of), _ages(actions)]


def _labels(of: dict[Quarter, Kpis]) -> list[str]:
    return [f"{quarter.year % 100:02d} Q{quarter.number}" for quarter in of]


def _incidents(of: dict[Quarter, Kpis]) -> Trend:
    real, caught = [one.real for one in of.values()], [one.near_miss for one in of.values()]
    summary = f"{plural(sum(real), 'real incident')} and {plural(sum(caught), 'near miss', 'near misses')}."
    chart = Chart(
        "chart-incidents",
        "Incidents by quarter",
        summary,
        _labels(of),
        (Series("real", real, "a"), Series("caught by the gate", caught, "b")),
    )
    rows = [(str(q), f"{one.real:,}", f"{one.near_miss:,}", f"{one.incidents:,}") for q, one in of.items()]
    return _trend(chart, stacked_bars(chart), "bar", ("Quarter", "Real", "Caught by the gate", "All"), rows)


def _mitigation(of: dict[Quarter, Kpis]) -> Trend:
    times = [one.time_to_mitigate for one in of.values()]
    n = sum(one.n for one in times)
    chart = Chart(
        "chart-mitigation",
        "Time to mitigate",
        f"Median and p90 of {plural(n, 'real incident')}, logarithmic.",
        _labels(of),
        (
            Series("median", [one.median_seconds for one in times], "a"),
            Series("p90", [one.p90_seconds for one in times], "b"),
        ),
    )
    rows = [
        (str(q), f"{one.n:,}", span(one.median_seconds), span(one.p90_seconds), f"{one.open:,}")
        for q, one in zip(of, times, strict=True)
    ]
    svg = spans(chart, MITIGATION.total_seconds(), "30 min")
    return _trend(chart, svg, "mark", ("Quarter", "n", "Median", "p90", "Open"), rows)


def _deadlines(of: dict[Quarter, Kpis]) -> Trend:
    mitigated = [one.mitigated_in_30_minutes for one in of.values()]
    published = [one.published_in_48_hours for one in of.values()]
    chart = Chart(
        "chart-deadlines",
        "Deadlines held",
        f"Mitigated in 30 minutes: {_all(mitigated)}. Published in 48 hours: {_all(published)}.",
        _labels(of),
        (
            Series("mitigated in 30 min", [one.rate for one in mitigated], "a"),
            Series("published in 48 h", [one.rate for one in published], "b"),
        ),
    )
    rows = [(str(q), _held(one), _held(two)) for q, one, two in zip(of, mitigated, published, strict=True)]
    return _trend(chart, rates(chart), "mark", ("Quarter", "Mitigated in 30 min", "Published in 48 h"), rows)


def _ages(actions: Sequence[ActionRow]) -> Trend:
    late, on_time = [0] * len(_AGES), [0] * len(_AGES)
    for action in actions:
        place = next(i for i, (days, _) in enumerate(_AGES) if action.age_days <= days)
        (late if action.overdue_days else on_time)[place] += 1
    labels = [label for _, label in _AGES]
    chart = Chart(
        "chart-ages",
        "Open actions by age",
        f"{sum(late):,} of {plural(len(actions), 'open action')} overdue; age since detection.",
        labels,
        (Series("overdue", late, "a"), Series("in time", on_time, "b")),
    )
    rows = [(label, f"{a:,}", f"{b:,}") for label, a, b in zip(labels, late, on_time, strict=True)]
    return _trend(chart, stacked_bars(chart), "bar", ("Age", "Overdue", "In time"), rows)


def _trend(chart: Chart, svg: Markup, shape: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Trend:
    legend = [(f"{shape} {series.look}", series.name) for series in chart.series]
    return Trend(chart.title, chart.summary, svg, legend, head, rows)


def _held(sla: Sla) -> str:
    return f"{percent(sla.rate)} ({sla.met:,} of {sla.n:,})" if sla.n else DASH


def _all(slas: Sequence[Sla]) -> str:
    met, n = sum(one.met for one in slas), sum(one.n for one in slas)
    return f"{met:,} of {n:,}" if n else "none was due"
