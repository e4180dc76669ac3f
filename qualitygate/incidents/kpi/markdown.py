"""The KPIs as Markdown tables, for a page or a comment. The review of a quarter is in `review`."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.incidents.kpi.numbers import numbers
from qualitygate.incidents.kpi.report import KpiReport
from qualitygate.incidents.kpi.review import table
from qualitygate.incidents.kpi.wording import plural
from qualitygate.incidents.text import escape


def render(report: KpiReport) -> str:
    """A column for the whole and one for each group, ending in a line end."""
    out = report.left_out
    return (
        "\n".join(
            (
                "# Incident KPIs",
                "",
                f"As of {report.at}. Not counted: {plural(out.drill, 'drill')},"
                f" {plural(out.false_positive, 'false positive')}, {out.merged:,} merged into others.",
                "",
                *_columns(report),
            )
        )
        + "\n"
    )


def _columns(report: KpiReport) -> Iterator[str]:
    head = ("Measure", "All", *(escape(group.name) for group in report.groups))
    yield from table(head, numbers([report.overall, *(group.kpis for group in report.groups)]))
