"""Where the boxes of a map stand: columns from the causes on the left to the incident on the right (after Sugiyama).

Arrows that pass over a column get a place in it, so that they run between boxes and not behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from qualitygate.incidents.cause_map.graph import Arrow, Graph, Node
from qualitygate.incidents.cause_map.measure import wrap

FONT_SIZE = 14.0
LINE_HEIGHT = 19.0
PADDING = 14.0
COLUMN_GAP = 76.0
ROW_GAP = 22.0
BOX_WIDTH = 250.0
WHY_WIDTH = 520.0
_LANE = 10.0
_SWEEPS = 6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its lines of text, in pixels from the top left."""

    node: Node
    head: tuple[str, ...]
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> Point:
        """Middle of the left side."""
        return self.x, self.y + self.height / 2

    @property
    def right(self) -> Point:
        """Middle of the right side."""
        return self.x + self.width, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow with the points that it passes, from its start to its end."""

    arrow: Arrow
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes and arrows from (0, 0) to (`width`, `height`); the whys stand beneath the rest."""

    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    whys: tuple[Box, ...]
    width: float
    height: float


def laid_out(graph: Graph) -> Layout:
    """Places for everything a graph shows; the same for the same graph."""
    column = _columns(graph)
    slots, chains = _slots(graph, column)
    _untangle(slots, chains)
    measured = {node.key: box_of(node, BOX_WIDTH) for node in graph.nodes}
    place = _places(slots, measured)
    boxes = {key: replace(box, x=place[key][0], y=place[key][1]) for key, box in measured.items()}
    routes = tuple(_route(arrow, chains.get(arrow, ()), boxes, place) for arrow in graph.arrows)
    width = max(box.x + box.width for box in boxes.values())
    bottom = max(y + (boxes[key].height if key in boxes else _LANE) for key, (_, y) in place.items())
    whys = []
    y = bottom + 3 * ROW_GAP
    for node in graph.whys:
        box = replace(box_of(node, WHY_WIDTH), x=0.0, y=y)
        whys.append(box)
        y += box.height + ROW_GAP
    return Layout(
        boxes=tuple(boxes.values()),
        routes=routes,
        whys=tuple(whys),
        width=max(width, *(box.width for box in whys)) if whys else width,
        height=y - ROW_GAP if whys else bottom,
    )


def box_of(node: Node, width: float) -> Box:
    """A box at (0, 0) that is as high as its text needs."""
    limit = (width - 2 * PADDING) / FONT_SIZE * 0.96
    head, lines = wrap(node.head, limit * 0.92), wrap(node.text, limit)
    height = 2 * PADDING + LINE_HEIGHT * (len(head) + len(lines))
    return Box(node, tuple(head), tuple(lines), 0.0, 0.0, width, height)


def _columns(graph: Graph) -> dict[str, int]:
    """Column of each node, counted from the right: one more than the furthest of those it leads to."""
    after: dict[str, list[str]] = {node.key: [] for node in graph.nodes}
    before: dict[str, list[str]] = {node.key: [] for node in graph.nodes}
    for arrow in graph.arrows:
        if not arrow.closes_cycle:
            after[arrow.start].append(arrow.end)
            before[arrow.end].append(arrow.start)
    column = dict.fromkeys(after, 0)
    left = {key: len(ends) for key, ends in after.items()}
    ready = [key for key, count in left.items() if count == 0]
    for key in ready:
        for earlier in before[key]:
            column[earlier] = max(column[earlier], column[key] + 1)
            left[earlier] -= 1
            if left[earlier] == 0:
                ready.append(earlier)
    return column


def _slots(graph: Graph, column: Mapping[str, int]) -> tuple[list[list[str]], dict[Arrow, tuple[str, ...]]]:
    """What stands in each column, and for each arrow what it passes from its left end to its right end, both in it."""
    slots: list[list[str]] = [[] for _ in range(max(column.values()) + 1)]
    for node in graph.nodes:
        slots[column[node.key]].append(node.key)
    chains: dict[Arrow, tuple[str, ...]] = {}
    for number, arrow in enumerate(graph.arrows):
        if arrow.start == arrow.end:
            continue
        left, right = (arrow.end, arrow.start) if arrow.closes_cycle else (arrow.start, arrow.end)
        lanes = []
        for between in range(column[left] - 1, column[right], -1):
            lane = f"lane{number}.{between}"
            slots[between].append(lane)
            lanes.append(lane)
        chains[arrow] = (left, *lanes, right)
    return slots, chains


def _untangle(slots: list[list[str]], chains: Mapping[Arrow, tuple[str, ...]]) -> None:
    """Order each column by the mean place of its neighbours, back and forth, so that fewer arrows cross."""
    left_of: dict[str, list[str]] = {}
    right_of: dict[str, list[str]] = {}
    for chain in chains.values():
        for left, right in pairwise(chain):
            left_of.setdefault(right, []).append(left)
            right_of.setdefault(left, []).append(right)
    for sweep in range(_SWEEPS):
        rightmost_first = sweep % 2 == 0
        neighbours = right_of if rightmost_first else left_of
        order = slots if rightmost_first else slots[::-1]
        for fixed, moving in pairwise(order):
            rank = {key: place / max(len(fixed) - 1, 1) for place, key in enumerate(fixed)}
            own = {key: place / max(len(moving) - 1, 1) for place, key in enumerate(moving)}
            mean = {key: _mean([rank[other] for other in neighbours.get(key, ()) if other in rank]) for key in moving}
            moving.sort(key=lambda key: own[key] if (m := mean[key]) is None else m)


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _places(slots: list[list[str]], boxes: Mapping[str, Box]) -> dict[str, Point]:
    """Top left corner of everything in the columns, each column centred."""

    def height(key: str) -> float:
        return boxes[key].height if key in boxes else _LANE

    heights = [sum(map(height, keys)) + ROW_GAP * (len(keys) - 1) for keys in slots]
    place: dict[str, Point] = {}
    for number, keys in enumerate(slots):
        x = (len(slots) - 1 - number) * (BOX_WIDTH + COLUMN_GAP)
        y = (max(heights) - heights[number]) / 2
        for key in keys:
            place[key] = (x, round(y, 1))
            y += height(key) + ROW_GAP
    return place


def _route(arrow: Arrow, chain: tuple[str, ...], boxes: Mapping[str, Box], place: Mapping[str, Point]) -> Route:
    if arrow.start == arrow.end:
        box = boxes[arrow.start]
        x, y = box.x + box.width, box.y + box.height / 2
        return Route(arrow, ((x, y - 12), (x + 34, y - 12), (x + 34, y + 12), (x, y + 12)))
    points: list[Point] = [boxes[chain[0]].right]
    for lane in chain[1:-1]:
        x, y = place[lane]
        points += [(x, y + _LANE / 2), (x + BOX_WIDTH, y + _LANE / 2)]
    points.append(boxes[chain[-1]].left)
    if arrow.closes_cycle:
        # A little lower, since an arrow of the other direction may run between the same boxes.
        return Route(arrow, tuple((x, y + 12) for x, y in reversed(points)))
    return Route(arrow, tuple(points))
