"""The causal map as an SVG picture: no script, no font, nothing loaded; its own background, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from xml.sax.saxutils import escape as _escape

from qualitygate.incidents.cause_map.columns import (
    FONT_SIZE,
    LINE_HEIGHT,
    PADDING,
    Box,
    Layout,
    Point,
    Route,
    laid_out,
)
from qualitygate.incidents.cause_map.graph import Graph, graph_of
from qualitygate.incidents.cause_map.legend import Entry, legend_of
from qualitygate.incidents.cause_map.measure import width as text_width
from qualitygate.incidents.cause_map.palette import PAINT
from qualitygate.incidents.postmortem import Postmortem

_NO_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARGIN = 28.0
_HEADING = 44.0
_LEGEND_LINE = 26.0
_STYLE = (
    ".bg{fill:#ffffff}.ink{fill:#24292f}.line{stroke:#6a737d}.tip{fill:#6a737d}"
    f".loop{{stroke:{PAINT['cycle'].line}}}.loop-tip{{fill:{PAINT['cycle'].line}}}"
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK JP',sans-serif;"
    f"font-size:{FONT_SIZE:g}px}}"
    "@media (prefers-color-scheme:dark){.bg{fill:#0d1117}.ink{fill:#e6edf3}.line{stroke:#9198a1}.tip{fill:#9198a1}"
    ".loop{stroke:#ff6aae}.loop-tip{fill:#ff6aae}}"
)


def svg(record: Postmortem) -> str:
    """The map with causes on the left, the incident on the right, legend and whys beneath.

    Returns:
        A whole document in UTF-8 with `<title>` and `<desc>`, the same for the same record.
    """
    graph = graph_of(record)
    layout = laid_out(graph)
    entries = legend_of(graph)
    longest = max((text_width(entry.label) for entry in entries), default=0.0) * FONT_SIZE + 60
    width = max(layout.width, longest, text_width(graph.title) * 20) + 2 * _MARGIN
    legend_top = _MARGIN + _HEADING + layout.height + 34
    height = legend_top + _LEGEND_LINE * len(entries) + _MARGIN
    return "\n".join(_document(graph, layout, entries, width, height, legend_top)) + "\n"


def escape(text: str) -> str:
    """Text as XML content or attribute value. Characters that XML 1.0 does not have become U+FFFD."""
    legal = _NO_XML.sub("\ufffd", text)
    return _escape(legal, {'"': "&quot;", "'": "&#39;"})


def description(graph: Graph) -> str:
    """What the picture shows, for those who do not see it: every cause, and what leads to what."""
    heads = {node.key: node.head for node in graph.nodes}
    told = [f"{node.head}: {node.text}" for node in (*graph.nodes, *graph.whys)]
    numbered = {key: f"{number + 1}. {head}" for number, (key, head) in enumerate(heads.items())}
    told += [
        f"{numbered[arrow.start]} → {numbered[arrow.end]}{f' ({graph.words.cycle})' if arrow.closes_cycle else ''}"
        for arrow in graph.arrows
    ]
    return "\n".join(told)


def _document(
    graph: Graph, layout: Layout, entries: tuple[Entry, ...], width: float, height: float, legend_top: float
) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{escape(graph.title)}</title>'
    yield f'<desc id="desc">{escape(description(graph))}</desc>'
    yield f"<style>{_STYLE}</style>"
    yield f'<rect class="bg" width="{width:g}" height="{height:g}"/>'
    yield (
        f'<text class="ink" x="{_MARGIN:g}" y="{_MARGIN + 16:g}" style="font-size:20px;font-weight:600">'
        f"{escape(graph.title)}</text>"
    )
    yield f'<g transform="translate({_MARGIN:g} {_MARGIN + _HEADING:g})">'
    if len(layout.boxes) == 1:
        box = layout.boxes[0]
        yield f'<text class="ink" x="0" y="{box.height + 26:g}">{escape(graph.words.empty)}</text>'
    for route in layout.routes:
        yield from _arrow(route, graph.words.cycle)
    for before, after in pairwise(layout.whys):
        start, end = (40.0, before.y + before.height), (40.0, after.y)
        yield f'<path class="line" fill="none" stroke-width="1.6" d="M{_at(start)}L{_at(end)}"/>'
        yield _tip(end, (0.0, 1.0), 'class="tip"')
    if layout.whys:
        heading = layout.whys[0].y - 12
        yield f'<text class="ink" x="0" y="{heading:g}" style="font-weight:600">{escape(graph.words.whys)}</text>'
    for box in (*layout.boxes, *layout.whys):
        yield from _box(box)
    yield "</g>"
    for number, entry in enumerate(entries):
        yield from _entry(entry, legend_top + number * _LEGEND_LINE)
    yield "</svg>"


def _box(box: Box) -> Iterator[str]:
    paint = PAINT[box.node.kind]
    dashes = ' stroke-dasharray="6 4"' if box.node.open else ""
    style = f'fill="{paint.fill}" stroke="{paint.line}" stroke-width="1.8"{dashes}'
    yield f"<g>{_outline(box.node.domain, box.x, box.y, box.width, box.height, style)}"
    y = box.y + PADDING + FONT_SIZE - 1
    for line in box.head:
        yield _line(line, box.x + PADDING, y, paint.text, bold=True)
        y += LINE_HEIGHT
    for line in box.lines:
        yield _line(line, box.x + PADDING, y, paint.text)
        y += LINE_HEIGHT
    yield "</g>"


def _line(text: str, x: float, y: float, colour: str, *, bold: bool = False) -> str:
    weight = ' style="font-weight:600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{weight}>{escape(text)}</text>'


def _outline(domain: str | None, x: float, y: float, width: float, height: float, style: str) -> str:
    """The shape of a domain: pointed sides for model, a cylinder for data, round ends for operations."""
    right, bottom, middle = x + width, y + height, y + height / 2
    if domain == "model":
        points = ((x + 11, y), (right - 11, y), (right, middle), (right - 11, bottom), (x + 11, bottom), (x, middle))
        return f'<path {style} d="M{"L".join(_at(point) for point in points)}Z"/>'
    if domain == "data":
        arc = f"{width / 2:g} {7 if height > 40 else 3} 0 0"
        return (
            f'<path {style} d="M{_at((x, y))}A{arc} 1 {_at((right, y))}V{bottom:g}A{arc} 1 {_at((x, bottom))}Z"/>'
            f'<path {style} fill-opacity="0" d="M{_at((x, y))}A{arc} 0 {_at((right, y))}"/>'
        )
    radius = min(height / 2, 24) if domain == "operations" else 3
    return f'<rect {style} x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'


def _arrow(route: Route, cycle: str) -> Iterator[str]:
    arrow, points = route.arrow, route.points
    path = f"M{_at(points[0])}"
    for before, after in pairwise(points):
        middle = (before[0] + after[0]) / 2
        path += f"C{_at((middle, before[1]))} {_at((middle, after[1]))} {_at(after)}"
    toward = 1.0 if points[-1][0] >= points[-2][0] else -1.0
    if not arrow.closes_cycle:
        dashes = ' stroke-dasharray="3 5"' if arrow.implied else ""
        yield f'<path class="line" fill="none" stroke-width="1.6"{dashes} d="{path}"/>'
        yield _tip(points[-1], (toward, 0.0), 'class="tip"')
        return
    yield f'<path class="loop" fill="none" stroke-width="2.4" stroke-dasharray="8 4" d="{path}"/>'
    yield _tip(points[-1], (toward, 0.0), 'class="loop-tip"')
    x, y = points[0]
    label = f'x="{x:g}" y="{y - 16:g}" text-anchor="{"start" if arrow.start == arrow.end else "end"}"'
    yield f'<text {label} class="loop-tip" style="font-weight:600">↺ {escape(cycle)}</text>'


def _tip(end: Point, direction: Point, style: str) -> str:
    (x, y), (dx, dy) = end, direction
    wings = [(x - 9 * dx + side * 5 * dy, y - 9 * dy + side * 5 * dx) for side in (1, -1)]
    return f'<path {style} d="M{_at(end)}L{_at(wings[0])}L{_at(wings[1])}Z"/>'


def _entry(entry: Entry, y: float) -> Iterator[str]:
    x = _MARGIN
    if entry.line is not None:
        kind = "loop" if entry.line == "cycle" else "line"
        yield f'<path class="{kind}" stroke-width="2" stroke-dasharray="3 5" d="M{_at((x, y + 9))}h34"/>'
    elif entry.kind is not None or entry.domain is not None:
        paint = PAINT[entry.kind or "why"]
        style = f'fill="{paint.fill}" stroke="{paint.line}" stroke-width="1.4"'
        yield _outline(entry.domain, x, y, 34, 18, style)
    yield f'<text class="ink" x="{x + 46:g}" y="{y + 14:g}">{escape(entry.label)}</text>'


def _at(point: Point) -> str:
    return f"{round(point[0], 1):g} {round(point[1], 1):g}"
