"""One `[[sets]]` table of the configuration, with its ignored areas and regions."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import cast, get_args

from qualitygate.policy.entries import read_limits
from qualitygate.policy.model import Area, PairSet, Rectangle, Region, Resize
from qualitygate.policy.table import Table
from qualitygate.policy.thresholds import thresholds

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WHITE = (255, 255, 255)


def read_set(table: Table, root: Path) -> PairSet:
    """Read one set of pairs.

    Args:
        table: The `[[sets]]` table.
        root: Directory that relative paths are resolved against.

    Raises:
        ConfigError: Unknown key (QG-1404), wrong or missing value (QG-1405).
    """
    table.only("name", "reference", "candidate", "base", "profile", "pipeline", "include", "exclude", "metrics",
               "background", "resize", "ignore", "regions")  # fmt: skip
    candidate, base = _required(table, "candidate"), table.text("base")
    from_git = not table.has("reference")
    reference = candidate if from_git else _required(table, "reference")
    if base is not None and not from_git:
        raise table.wrong("base", "stands beside `reference`",
                          "leave out `base`, or `reference` to compare with git")  # fmt: skip
    metrics = table.texts("metrics")
    if metrics == ():
        raise table.wrong("metrics", "names no metric", "leave the key out to measure what the profile limits")
    return PairSet(
        name=table.text("name") or PurePath(root, candidate).name,
        reference=root / reference,
        candidate=root / candidate,
        reference_label=PurePath(reference).as_posix(),
        candidate_label=PurePath(candidate).as_posix(),
        profile=_required(table, "profile"),
        pipeline=table.text("pipeline") or f"{'git' if from_git else reference} vs {candidate}",
        include=table.texts("include") or ("**",),
        exclude=table.texts("exclude") or (),
        metrics=metrics,
        background=_background(table),
        resize=cast(Resize, table.choice("resize", get_args(Resize)) or "off"),
        ignore=tuple(_ignore(each, root) for each in table.tables("ignore")),
        regions=_regions(table, root),
        from_git=from_git,
        base=base,
        place=table.place,
    )


def _required(table: Table, key: str) -> str:
    value = table.text(key)
    if value is None:
        raise table.wrong(None, f"`{key}` is missing", f'write {key} = "…"')
    return value


def _background(table: Table) -> tuple[int, int, int]:
    text = table.text("background")
    if text is None:
        return _WHITE
    if not _COLOUR.fullmatch(text):
        raise table.wrong("background", f"{text!r} is no colour", 'write "#rrggbb", in sRGB')
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def _ignore(table: Table, root: Path) -> Area:
    table.only("pairs", "rectangles", "mask")
    return _area(table, root)


def _regions(table: Table, root: Path) -> tuple[Region, ...]:
    regions: list[Region] = []
    for each in table.tables("regions"):
        each.only("name", "pairs", "rectangles", "mask", "limits")
        name = _required(each, "name")
        if any(name == other.name for other in regions):
            raise each.wrong("name", f"the region name {name!r} is taken twice in this set")
        entries = read_limits(each.table("limits"))
        for key, entry in entries.items():
            if entry.dropped or key[-1] == "net":
                raise each.wrong("limits", f"{'.'.join(key[1:])}: a number or a table of limits is expected")
        found, lines = thresholds(entries, region=name)
        if not found:
            raise each.wrong("limits", "the region has no limits", "write [sets.regions.limits.delta_e_2000]")
        regions.append(Region(name=name, area=_area(each, root), thresholds=found, lines=lines))
    return tuple(regions)


def _area(table: Table, root: Path) -> Area:
    mask = table.text("mask")
    rectangles = _rectangles(table)
    if mask is None and not rectangles:
        raise table.wrong(None, "names no area", "give `rectangles` or a `mask`, or both")
    return Area(
        pairs=table.text("pairs") or "**",
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
