"""Elements of an Excalidraw file (version 2), with every field that Excalidraw itself writes.

Source: https://docs.excalidraw.com/docs/codebase/json-schema and the type `ExcalidrawElement` of its repository.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from qualitygate.incidents.cause_map.columns import FONT_SIZE, Point
from qualitygate.incidents.cause_map.measure import width as text_width

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LINE_HEIGHT = 1.25
_HELVETICA = 2
_GAP = 4.0


def shape(name: str, x: float, y: float, width: float, height: float, fill: str, line: str) -> dict[str, Any]:
    """A rectangle."""
    return _element("rectangle", name, x, y, width, height, line) | {"backgroundColor": fill, "fillStyle": "solid"}


def bound_text(name: str, text: str, original: str, container: dict[str, Any], colour: str) -> dict[str, Any]:
    """Text within a shape or on an arrow; `text` has the line breaks that `original` gets in the container."""
    width, height = _extent(text, FONT_SIZE)
    across, along = container["x"] + container["width"] / 2, container["y"] + container["height"] / 2
    if container["type"] == "arrow":
        points = container["points"]
        (x0, y0), (x1, y1) = points[(len(points) - 1) // 2], points[len(points) // 2]
        across, along = container["x"] + (x0 + x1) / 2, container["y"] + (y0 + y1) / 2
    element = _text(name, text, across - width / 2, along - height / 2, width, height, FONT_SIZE, colour)
    return element | {
        "originalText": original,
        "containerId": container["id"],
        "textAlign": "center",
        "verticalAlign": "middle",
    }


def free_text(name: str, text: str, x: float, y: float, size: float = 16.0) -> dict[str, Any]:
    """Text that stands alone."""
    return _text(name, text, x, y, *_extent(text, size), size, "#1e1e1e")


def arrow(name: str, points: Sequence[Point], start: str | None, end: str | None, colour: str) -> dict[str, Any]:
    """An arrow through points of the drawing, bound to the shapes of these names."""
    x0, y0 = points[0]
    relative = [[_round(x - x0), _round(y - y0)] for x, y in points]
    across, along = [point[0] for point in relative], [point[1] for point in relative]
    element = _element("arrow", name, x0, y0, max(across) - min(across), max(along) - min(along), colour)
    return element | {
        "roundness": {"type": 2},
        "points": relative,
        "lastCommittedPoint": None,
        "startBinding": _binding(start),
        "endBinding": _binding(end),
        "startArrowhead": None,
        "endArrowhead": "arrow",
        "elbowed": False,
    }


def tie(elements: Sequence[dict[str, Any]]) -> None:
    """Tell each shape of the text and the arrows that are bound to it, and give all their place in the stack."""
    by_id = {element["id"]: element for element in elements}
    for position, element in enumerate(elements):
        element["index"] = fractional_index(position)
        for other in _bound_to(element):
            by_id[other]["boundElements"].append({"id": element["id"], "type": element["type"]})


def fractional_index(position: int) -> str:
    """Key of a position in the order of Excalidraw's fractional indices: `a0`, …, `az`, `b00`, …, `bzz`, `c000`, …"""
    length, first = 1, 0
    while position - first >= 62**length:
        first += 62**length
        length += 1
    rest, digits = position - first, ""
    for _ in range(length):
        rest, digit = divmod(rest, 62)
        digits = _DIGITS[digit] + digits
    return f"{chr(ord('a') + length - 1)}{digits}"


def _bound_to(element: dict[str, Any]) -> Iterable[str]:
    if element.get("containerId"):
        yield element["containerId"]
    # An arrow from a box to itself is bound to it once.
    ends = [element[side]["elementId"] for side in ("startBinding", "endBinding") if element.get(side)]
    yield from dict.fromkeys(ends)


def _binding(name: str | None) -> dict[str, Any] | None:
    return None if name is None else {"elementId": _id("rectangle", name), "focus": 0, "gap": _GAP}


def _extent(text: str, size: float) -> tuple[float, float]:
    lines = text.split("\n")
    return max(map(text_width, lines)) * size, len(lines) * size * _LINE_HEIGHT


def _text(
    name: str, text: str, x: float, y: float, width: float, height: float, size: float, colour: str
) -> dict[str, Any]:
    return _element("text", name, x, y, width, height, colour) | {
        "text": text,
        "originalText": text,
        "fontSize": size,
        "fontFamily": _HELVETICA,
        "textAlign": "left",
        "verticalAlign": "top",
        "containerId": None,
        "autoResize": True,
        "lineHeight": _LINE_HEIGHT,
    }


def _element(kind: str, name: str, x: float, y: float, width: float, height: float, line: str) -> dict[str, Any]:
    identity = _id(kind, name)
    return {
        "id": identity,
        "type": kind,
        "x": _round(x),
        "y": _round(y),
        "width": _round(width),
        "height": _round(height),
        "angle": 0,
        "strokeColor": line,
        "backgroundColor": "transparent",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 0,
        "opacity": 100,
        "groupIds": [],
        "frameId": None,
        "index": None,
        "roundness": None,
        "seed": _number(identity, "seed"),
        "version": 1,
        "versionNonce": _number(identity, "nonce"),
        "isDeleted": False,
        "boundElements": [],
        "updated": 1,
        "link": None,
        "locked": False,
    }


def _id(kind: str, name: str) -> str:
    return hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()[:20]


def _number(identity: str, use: str) -> int:
    """A positive 31-bit integer."""
    return int.from_bytes(hashlib.sha256(f"{identity}/{use}".encode()).digest()[:4]) % (2**31 - 1) + 1


def _round(value: float) -> float:
    return round(value, 1)
