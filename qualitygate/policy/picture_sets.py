"""What sets of pictures share: globs, the background, areas."""

from __future__ import annotations

import re
from pathlib import Path

from qualitygate.policy.model import Area, Rectangle
from qualitygate.policy.table import Table

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
WHITE = (255, 255, 255)


def read_globs(table: Table, key: str, example: str) -> tuple[str, ...]:
    """An array of globs relative to the configuration, which is required.

    Raises:
        ConfigError: QG-1405, the key is missing, or a glob leads out of the directory of the configuration.
    """
    found = table.texts(key)
    if not found:
        raise table.wrong(key if table.has(key) else None, f"`{key}` is missing", f'write {key} = ["{example}"]')
    where = Table(table.document, (*table.path, key), {})
    for index, name in enumerate(found):
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise where.wrong(index, f"{name!r} is no path relative to the configuration", "write it with `/`")
    return found


def read_background(table: Table) -> tuple[int, int, int]:
    """`background`, an sRGB colour; white where the key is absent.

    Raises:
        ConfigError: QG-1405.
    """
    text = table.text("background")
    if text is None:
        return WHITE
    if not _COLOUR.fullmatch(text):
        raise table.wrong("background", f"{text!r} is no colour", 'write "#rrggbb", in sRGB')
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def read_area(table: Table, root: Path, key: str = "pairs") -> Area:
    """An area: rectangles, a mask, or both.

    Args:
        table: The table; whether it has further keys is for the caller to say.
        root: Directory that the mask is resolved against.
        key: Key of the glob over what it applies to.

    Raises:
        ConfigError: QG-1405, no area, or a rectangle that is none.
    """
    mask = table.text("mask")
    rectangles = _rectangles(table)
    if mask is None and not rectangles:
        raise table.wrong(None, "names no area", "give `rectangles` or a `mask`, or both")
    return Area(
        pairs=table.text(key) or "**",
        rectangles=rectangles,
        mask=None if mask is None else root / mask,
        place=table.place,
    )


def _rectangles(table: Table) -> tuple[Rectangle, ...]:
    value = table.data.get("rectangles", [])
    if not isinstance(value, list):
        raise table.wrong("rectangles", "an array of [x, y, width, height] is expected")
    return tuple(_rectangle(table, index, each) for index, each in enumerate(value))


def _rectangle(table: Table, index: int, value: object) -> Rectangle:
    where = Table(table.document, (*table.path, "rectangles"), {})
    if not isinstance(value, list) or len(value) != 4 or any(type(number) is not int for number in value):
        raise where.wrong(index, "four integers are expected", "write [x, y, width, height] in pixels")
    x, y, width, height = value
    if x < 0 or y < 0 or width < 1 or height < 1:
        raise where.wrong(index, f"{value} is no area", "x and y are at least 0, width and height at least 1")
    return x, y, width, height
