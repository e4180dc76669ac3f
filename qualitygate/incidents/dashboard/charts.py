"""Small charts as SVG: axes, labels, a text for those who cannot see them. Colours are in the style sheet.

Shapes tell the series apart as well as colours do: filled and hatched bars, circles on solid lines and squares on
dashed ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from qualitygate.incidents.kpi.wording import span

WIDTH, HEIGHT = 440, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 20, 30


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers; None where there is none.

    Attributes:
        look: `a` or `b`: how it is drawn.
    """

    name: str
    values: Sequence[float | None]
    look: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows, apart from how.

    Attributes:
        key: Makes its ids unique on a page.
        title: A few words.
        summary: What there is to see, in a sentence.
        labels: Of the horizontal axis.
    """

    key: str
    title: str
    summary: str
    labels: Sequence[str]
    series: Sequence[Series]


def stacked_bars(chart: Chart) -> Markup:
    """Bars of counts, the series on top of each other."""
    totals = [sum(series.values[i] or 0 for series in chart.series) for i in range(len(chart.labels))]
    ticks = _counts(max(totals, default=0))
    return _document(chart, [*_axis([(tick, f"{tick:,.0f}") for tick in ticks], ticks[-1]), *_bars(chart, ticks[-1])])


def rates(chart: Chart) -> Markup:
    """Lines of rates, 0 to 1; where there is no rate the line is broken."""
    ticks = [(value / 4, f"{value * 25} %") for value in range(5)]
    return _document(chart, [*_axis(ticks, 1.0), *_lines(chart)])


def spans(chart: Chart, limit: float, limit_label: str) -> Markup:
    """Durations in seconds on a logarithmic axis, a line from the first series up to the second, and a limit."""
    known = [value for series in chart.series for value in series.values if value is not None]
    low, high = _decades(known, limit)

    def place(value: float) -> float:
        return (math.log10(max(value, low)) - math.log10(low)) / (math.log10(high) - math.log10(low))

    ticks = [(place(seconds), label) for seconds, label in _TIMES if low <= seconds <= high]
    y = _y(place(limit))
    line = (
        f'<line class="limit" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text class="limit-label" x="{WIDTH - _RIGHT}" y="{_n(y - 5)}" text-anchor="end">{escape(limit_label)}</text>'
    )
    return _document(chart, [*_axis(ticks, 1.0), line, *_ranges(chart, place)])


_TIMES = (
    (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (6 * 3600, "6 h"), (86_400, "1 d"),
    (7 * 86_400, "1 w"), (28 * 86_400, "4 w"), (365 * 86_400, "1 y"), (3650 * 86_400, "10 y"),
)  # fmt: skip


def _decades(known: Sequence[float], limit: float) -> tuple[float, float]:
    """The ticks that lie around all values and the limit."""
    values = [*(max(value, 1.0) for value in known), limit]
    low = max((seconds for seconds, _ in _TIMES if seconds < min(values)), default=1)
    high = min((seconds for seconds, _ in _TIMES if seconds > max(values)), default=3650 * 86_400)
    return float(low), float(high)


def _counts(most: float) -> list[float]:
    """Zero and at most five more whole, round ticks, the last of them not below the highest bar."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 10**6):
        if most <= 4 * step:
            return [float(step * i) for i in range(math.ceil(max(most, 1) / step) + 1)]
    return [0.0, most]


def _document(chart: Chart, parts: Sequence[str]) -> Markup:
    labels = (
        f'<text class="tick" x="{_n(_x(chart, i))}" y="{HEIGHT - 10}" text-anchor="middle">{escape(label)}</text>'
        for i, label in enumerate(chart.labels)
    )
    head = (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-labelledby="{chart.key}-title {chart.key}-desc">'
        f'<title id="{chart.key}-title">{escape(chart.title)}</title>'
        f'<desc id="{chart.key}-desc">{escape(chart.summary)}</desc>'
        f'<defs><pattern id="{chart.key}-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/>'
        '<rect class="hatch-line" width="2.5" height="6"/></pattern></defs>'
    )
    # Every text in it was escaped above.
    return Markup(head + "".join(parts) + "".join(labels) + "</svg>")


def _axis(ticks: Sequence[tuple[float, str]], top: float) -> Iterator[str]:
    for value, label in ticks:
        y = _y(value / top)
        name = "base" if value == 0 else "grid"
        yield f'<line class="{name}" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="tick" x="{_LEFT - 8}" y="{_n(y + 4)}" text-anchor="end">{escape(label)}</text>'


def _bars(chart: Chart, top: float) -> Iterator[str]:
    width = min(34.0, _step(chart) * 0.6)
    for i in range(len(chart.labels)):
        stacked = 0.0
        for series in chart.series:
            value = series.values[i] or 0
            if not value:
                continue
            y, height = _y((stacked + value) / top), _n(value / top * _plot())
            fill = f' fill="url(#{chart.key}-hatch)"' if series.look == "b" else ""
            yield (
                f'<rect class="bar {series.look}" x="{_n(_x(chart, i) - width / 2)}" y="{y}" width="{_n(width)}"'
                f' height="{height}" rx="2"{fill}><title>{escape(chart.labels[i])}, {escape(series.name)}:'
                f" {value:,.0f}</title></rect>"
            )
            stacked += value
        if stacked:
            y = _n(_y(stacked / top) - 5)
            yield f'<text class="value" x="{_n(_x(chart, i))}" y="{y}" text-anchor="middle">{stacked:,.0f}</text>'


def _lines(chart: Chart) -> Iterator[str]:
    for series in chart.series:
        points = [None if v is None else (_n(_x(chart, i)), _y(v)) for i, v in enumerate(series.values)]
        for run in _runs(points):
            if len(run) > 1:
                yield f'<polyline class="line {series.look}" points="{" ".join(f"{x},{y}" for x, y in run)}"/>'
        for i, point in enumerate(points):
            if point is not None:
                said = f"{chart.labels[i]}, {series.name}: {(series.values[i] or 0) * 100:.0f} %"
                yield _mark(series.look, *point, said)


def _runs(points: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []


def _ranges(chart: Chart, place: Callable[[float], float]) -> Iterator[str]:
    first, last = chart.series
    for i, (low, high) in enumerate(zip(first.values, last.values, strict=True)):
        if low is None or high is None:
            continue
        x, bottom, top = _n(_x(chart, i)), _y(place(low)), _y(place(high))
        yield f'<line class="range" x1="{x}" x2="{x}" y1="{bottom}" y2="{top}"/>'
        for series, y, seconds in ((last, top, high), (first, bottom, low)):
            yield _mark(series.look, x, y, f"{chart.labels[i]}, {series.name}: {span(seconds)}")


def _mark(look: str, x: float, y: float, said: str) -> str:
    inside = f"<title>{escape(said)}</title>"
    if look == "a":
        return f'<circle class="mark a" cx="{x}" cy="{y}" r="4.5">{inside}</circle>'
    return f'<rect class="mark b" x="{_n(x - 4)}" y="{_n(y - 4)}" width="8" height="8">{inside}</rect>'


def _step(chart: Chart) -> float:
    return (WIDTH - _LEFT - _RIGHT) / max(1, len(chart.labels))


def _x(chart: Chart, index: int) -> float:
    return _LEFT + _step(chart) * (index + 0.5)


def _plot() -> float:
    return HEIGHT - _TOP - _BOTTOM


def _y(share: float) -> float:
    return _n(HEIGHT - _BOTTOM - share * _plot())


def _n(number: float) -> float:
    """One decimal: less than a pixel, and the same on every machine."""
    return round(number, 1)
