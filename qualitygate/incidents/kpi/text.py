"""The KPIs as text in a terminal: `n` beside every number."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from qualitygate.incidents.kpi.report import KpiReport
from qualitygate.incidents.kpi.summary import Duration, Kpis, Share, Sla
from qualitygate.incidents.kpi.wording import DASH, days, of, percent, plural, span
from qualitygate.incidents.text import one_line

Row = tuple[str, ...]


def render(report: KpiReport) -> str:
    """The whole, and a line for each group, ending in a line end."""
    whole = report.overall
    lines = [f"KPIs at {report.at}{f', incidents of {report.quarter}' if report.quarter else ''}"]
    kinds = f"{whole.real:,} real, {plural(whole.near_miss, 'near miss', 'near misses')}; {whole.open:,} open"
    lines.append(f"{plural(whole.incidents, 'incident')}: {kinds}")
    out = report.left_out
    if out.drill or out.false_positive or out.merged:
        lines.append(
            f"not counted: {plural(out.drill, 'drill')}, {plural(out.false_positive, 'false positive')}, "
            f"{out.merged:,} merged into others"
        )
    for table in (_times(whole), _deadlines(whole), _rates(whole), _actions(whole)):
        lines += ["", *_aligned(table)]
    if report.by:
        lines += ["", *_aligned(_grouped(report))]
        if report.by == "pipeline":
            lines += ["", "An incident of several pipelines is in several rows."]
    return "\n".join(lines) + "\n"


def _times(whole: Kpis) -> Iterator[Row]:
    yield "", "n", "median", "p90", "open", "unknown"
    for label, duration in (
        ("time to detect", whole.time_to_detect),
        ("time to mitigate", whole.time_to_mitigate),
        ("time to resolve", whole.time_to_resolve),
        ("publication lead", whole.publication_lead),
    ):
        middle, late = span(duration.median_seconds), span(duration.p90_seconds)
        yield label, f"{duration.n:,}", middle, late, f"{duration.open:,}", f"{duration.unknown:,}"


def _deadlines(whole: Kpis) -> Iterator[Row]:
    yield "", "n", "held", "missed", "pending", "rate"
    for label, sla in (
        ("mitigated in 30 min", whole.mitigated_in_30_minutes),
        ("published in 48 h", whole.published_in_48_hours),
    ):
        yield label, f"{sla.n:,}", f"{sla.met:,}", f"{sla.missed:,}", f"{sla.pending:,}", percent(sla.rate)


def _rates(whole: Kpis) -> Iterator[Row]:
    again = whole.recurrence
    yield "", "n", "count", "rate"
    yield "caught by the gate", *_share(whole.gate_catch)
    yield "proven, of published", *_share(whole.proof_coverage)
    yield "came back in 90 days", f"{again.n:,}", f"{again.count:,}", percent(again.rate)


def _actions(whole: Kpis) -> Iterator[Row]:
    found = whole.remediations
    age, late = found.age_days, found.overdue_days
    yield "remediations", "n", "median", "p90"
    yield "open, by age", f"{found.open:,}", days(age.median), days(age.p90)
    yield "overdue, by delay", f"{found.overdue:,}", days(late.median), days(late.p90)
    yield "open without a date", f"{found.undated:,}", "", ""
    yield "done", f"{found.done:,}", "", ""


def _grouped(report: KpiReport) -> Iterator[Row]:
    yield (
        report.by or "", "n", "open", "mitigate (p90)", "resolve (p90)", "in 30 min", "in 48 h", "overdue", "again",
        "caught", "proven",
    )  # fmt: skip
    for group in report.groups:
        one = group.kpis
        yield (
            one_line(group.name) or DASH,
            f"{one.incidents:,}",
            f"{one.open:,}",
            _pair(one.time_to_mitigate),
            _pair(one.time_to_resolve),
            _held(one.mitigated_in_30_minutes),
            _held(one.published_in_48_hours),
            of(one.remediations.overdue, one.remediations.open) if one.remediations.open else DASH,
            of(one.recurrence.count, one.recurrence.n) if one.recurrence.n else DASH,
            of(one.gate_catch.count, one.gate_catch.n) if one.gate_catch.n else DASH,
            of(one.proof_coverage.count, one.proof_coverage.n) if one.proof_coverage.n else DASH,
        )


def _share(share: Share) -> Row:
    return f"{share.n:,}", f"{share.count:,}", percent(share.rate)


def _pair(duration: Duration) -> str:
    if not duration.n:
        return DASH
    return f"{span(duration.median_seconds)} ({span(duration.p90_seconds)}), n={duration.n:,}"


def _held(sla: Sla) -> str:
    return of(sla.met, sla.n) if sla.n else DASH


def _aligned(rows: Iterable[Row]) -> Iterator[str]:
    """Columns: the first to the left, the others to the right; wide characters take two cells."""
    table: Sequence[Row] = list(rows)
    widths = [max(_cells(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        first = row[0] + " " * (widths[0] - _cells(row[0]))
        rest = (" " * (width - _cells(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join((first, *rest)).rstrip()


def _cells(text: str) -> int:
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
