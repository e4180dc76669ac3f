"""The causal map as an Excalidraw file, to go on thinking with it: excalidraw.com → Open."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from qualitygate.incidents.cause_map import excalidraw_elements as elements
from qualitygate.incidents.cause_map.columns import Box, Layout, laid_out
from qualitygate.incidents.cause_map.graph import Arrow, graph_of
from qualitygate.incidents.cause_map.legend import Entry, legend_of
from qualitygate.incidents.cause_map.palette import PAINT
from qualitygate.incidents.postmortem import Postmortem

_LINE = "#1e1e1e"  # Excalidraw turns its own black white in dark mode
_LEGEND_LINE = 34.0


def excalidraw(record: Postmortem) -> str:
    """A drawing of version 2: boxes with bound text, arrows bound to the boxes at both ends.

    Returns:
        JSON with a line end at its end; ids and seeds are made from what an element is, so that the same record gives
        the same file.
    """
    graph = graph_of(record)
    layout = laid_out(graph)
    drawn = [elements.free_text("title", graph.title, 0.0, -64.0, 24.0)]
    if len(layout.boxes) == 1:
        drawn.append(elements.free_text("empty", graph.words.empty, 0.0, layout.boxes[0].height + 16))
    for box in (*layout.boxes, *layout.whys):
        drawn += _box(box)
    if layout.whys:
        drawn.append(elements.free_text("whys", graph.words.whys, 0.0, layout.whys[0].y - 30))
    drawn += _arrows(layout, graph.words.cycle)
    for number, entry in enumerate(legend_of(graph)):
        drawn += _entry(number, entry, layout.height + 40 + number * _LEGEND_LINE)
    elements.tie(drawn)
    file = {
        "type": "excalidraw",
        "version": 2,
        "source": "qualitygate",
        "elements": drawn,
        "appState": {"gridSize": None, "viewBackgroundColor": "#ffffff"},
        "files": {},
    }
    return json.dumps(file, ensure_ascii=False, indent=2) + "\n"


def _box(box: Box) -> list[dict[str, Any]]:
    paint, node = PAINT[box.node.kind], box.node
    shape = elements.shape(node.key, box.x, box.y, box.width, box.height, paint.fill, paint.line)
    shape["strokeStyle"] = "dashed" if node.open else "solid"
    return [
        shape,
        elements.bound_text(
            node.key, "\n".join((*box.head, *box.lines)), f"{node.head}\n{node.text}", shape, paint.text
        ),
    ]


def _arrows(layout: Layout, cycle: str) -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = []
    for route in layout.routes:
        arrow = route.arrow
        name, colour = f"{arrow.start}-{arrow.end}", PAINT["cycle"].line if arrow.closes_cycle else _LINE
        one = elements.arrow(name, route.points, arrow.start, arrow.end, colour)
        one["strokeStyle"] = _stroke(arrow)
        drawn.append(one)
        if arrow.closes_cycle:
            drawn.append(elements.bound_text(name, f"↺ {cycle}", f"↺ {cycle}", one, colour))
    for before, after in pairwise(layout.whys):
        start, end = before.node.key, after.node.key
        ends = ((40.0, before.y + before.height), (40.0, after.y))
        drawn.append(elements.arrow(f"{start}-{end}", ends, start, end, _LINE))
    return drawn


def _stroke(arrow: Arrow) -> str:
    return "dashed" if arrow.closes_cycle else "dotted" if arrow.implied else "solid"


def _entry(number: int, entry: Entry, y: float) -> list[dict[str, Any]]:
    name = f"legend{number}"
    drawn: list[dict[str, Any]] = []
    if entry.line is not None:
        colour = PAINT["cycle"].line if entry.line == "cycle" else _LINE
        line = elements.arrow(name, ((0.0, y + 12), (40.0, y + 12)), None, None, colour)
        line["strokeStyle"] = "dashed" if entry.line == "cycle" else "dotted"
        drawn.append(line)
    elif entry.kind is not None:
        paint = PAINT[entry.kind]
        drawn.append(elements.shape(name, 0.0, y, 40.0, 24.0, paint.fill, paint.line))
    elif entry.domain is not None:
        return []  # the three shapes of other formats do not exist here; the box says its domain in words
    return [*drawn, elements.free_text(name, entry.label, 54.0, y + 2)]
