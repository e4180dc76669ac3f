"""One `[[palettes]]` table of the configuration, and the palette file that it may name."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from qualitygate.core.colour.css import lab_of
from qualitygate.core.palette import BrandColour
from qualitygate.policy.document import read
from qualitygate.policy.entries import MEMORY, read_memory
from qualitygate.policy.model import Area
from qualitygate.policy.palette_model import Ink, PaletteRules, PaletteSet
from qualitygate.policy.picture_sets import read_area, read_background, read_globs
from qualitygate.policy.shipped import SCHEMA
from qualitygate.policy.table import Table

_RULES = ("colours", "flat", "min_area")
_COLOUR = ("name", "value", "cmyk", "profile", "tolerance", "capture", "min_coverage", "max_outside", *MEMORY)
_UNRESOLVED = (math.nan, math.nan, math.nan)
MOST = 64
"""Colours of a palette: far more than any brand has."""


def read_palette_set(table: Table, root: Path) -> PaletteSet:
    """Read one set.

    Args:
        table: The `[[palettes]]` table.
        root: Directory that relative paths are resolved against.

    Raises:
        ConfigError: Unknown key (QG-1404), wrong or missing value (QG-1405), or the palette file it names is wrong
            (QG-1401, QG-1403, QG-1407 too).
    """
    table.only("name", "files", "exclude", "pipeline", "background", "palette", *_RULES, "ignore", "regions")
    name = table.text("name") or "palette"
    named = table.text("palette")
    if named is None:
        rules = _rules(table, root)
    elif stated := [key for key in _RULES if table.has(key)]:
        raise table.wrong(stated[0], f"stands beside `palette`, and {named} says it", "leave out one of the two")
    else:
        rules = _file(table, root, named)
    return PaletteSet(
        name=name,
        files=read_globs(table, "files", "build/**"),
        rules=rules,
        exclude=table.texts("exclude") or (),
        pipeline=table.text("pipeline") or name,
        background=read_background(table),
        ignore=tuple(_area(each, root) for each in table.tables("ignore")),
        regions=tuple(_area(each, root) for each in table.tables("regions")),
        place=table.place,
    )


def load_palette(path: Path) -> PaletteRules:
    """Read a palette file, such as `thresholds/brand.toml`. Profiles of inks are relative to it.

    Raises:
        ConfigError: As `read_palette_set`.
    """
    document = read(path)
    table = Table(document, (), document.data)
    table.only("schema", "description", *_RULES)
    schema = table.positive_integer("schema")
    if schema not in (None, SCHEMA):
        raise table.wrong("schema", f"{schema} is not known to this version", f"write schema = {SCHEMA}")
    table.prose("description")
    return _rules(table, path.parent)


def _file(table: Table, root: Path, named: str) -> PaletteRules:
    if not named.endswith(".toml"):
        raise table.wrong("palette", f"{named!r} is no palette file", 'write palette = "thresholds/brand.toml"')
    if not (root / named).exists():
        raise table.wrong("palette", f"no such file: {named}", code="QG-1401")
    return load_palette(root / named)


def _rules(table: Table, root: Path) -> PaletteRules:
    tables = table.tables("colours")
    if not tables:
        raise table.wrong(None, "names no colour", 'write [[colours]] tables, or palette = "thresholds/brand.toml"')
    if len(tables) > MOST:
        raise table.wrong("colours", f"{len(tables):,} colours are more than the {MOST} of a palette")
    colours: list[BrandColour] = []
    inks: dict[str, Ink] = {}
    lines: dict[str, str] = {}
    for each in tables:
        made, ink = _colour(each, root)
        if made.name in lines:
            raise each.wrong("name", f"the colour {made.name!r} is stated twice", f"see {lines[made.name]}")
        colours.append(made)
        lines[made.name] = table.document.where(each.path)
        inks |= {made.name: ink} if ink is not None else {}
    origin = table.document.label
    flat = _boolean(table, "flat", True)
    if not flat and table.has("min_area"):
        raise table.wrong("min_area", "is about areas of one colour, and flat = false counts every pixel")
    area = table.number("min_area")
    if area is not None and not 0 <= area < 1:
        raise table.wrong("min_area", f"{area} is no share", "write a share of the picture, such as 0.001")
    made_rules = PaletteRules(origin, tuple(colours), inks, flat, lines=lines)
    return made_rules if area is None else replace(made_rules, min_area=area)


def _colour(table: Table, root: Path) -> tuple[BrandColour, Ink | None]:
    table.only(*_COLOUR)
    name = table.text("name")
    if name is None:
        raise table.wrong(None, "`name` is missing", 'write name = "brand red"')
    ink = _ink(table, root) if table.has("cmyk") else None
    value = table.text("value")
    if ink is not None:
        if value is not None:
            raise table.wrong("value", "stands beside `cmyk`", "say the colour once")
        value = "cmyk({:g} {:g} {:g} {:g})".format(*ink.percent)
    elif table.has("profile"):
        raise table.wrong("profile", "belongs to `cmyk`, which is not there")
    if value is None:
        raise table.wrong(
            None, "`value` is missing", 'write value = "#d0021b", or cmyk = [0, 100, 80, 5] and a profile'
        )
    lab = _UNRESOLVED
    if ink is None:
        try:
            lab = lab_of(value)
        except ValueError as error:
            raise table.wrong("value", str(error)) from None
    limits = _limits(table)
    return BrandColour(name, value, lab, **limits, **read_memory(table)), ink


def _limits(table: Table) -> dict[str, Any]:
    given = {key: table.number(key) for key in ("tolerance", "capture", "min_coverage", "max_outside")}
    found: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    usual = BrandColour("", "", _UNRESOLVED)
    tolerance, capture = found.get("tolerance", usual.tolerance), found.get("capture", usual.capture)
    for key, value in (("tolerance", tolerance), ("capture", capture)):
        if not 0 < value <= 100:
            raise table.wrong(key, f"{value:g} is no DeltaE00 to judge by", "write a number above 0, such as 2.0")
    if capture <= tolerance:
        what = f"the capture radius {capture:g} lies within the tolerance {tolerance:g}, so nothing could ever fail"
        key = "capture" if table.has("capture") else "tolerance"
        raise table.wrong(key, what, "write a larger `capture`; twice to four times the tolerance is usual")
    for key in ("min_coverage", "max_outside"):
        if key in found and not 0 <= found[key] <= 1:
            raise table.wrong(key, f"{found[key]:g} is no share", "write 0 to 1, such as 0.05 for 5 %")
    if found.get("max_outside") == 1:
        raise table.wrong("max_outside", "lets every pixel lie outside, so nothing could ever fail")
    if found.get("min_coverage") == 0:
        raise table.wrong("min_coverage", "asks for nothing", "leave it out, or write a share such as 0.01")
    return found


def _ink(table: Table, root: Path) -> Ink:
    value = table.data["cmyk"]
    numbers = isinstance(value, list) and len(value) == 4 and all(type(one) in (int, float) for one in value)
    if not numbers or not all(0 <= one <= 100 for one in value):
        raise table.wrong("cmyk", "four amounts of ink in per cent are expected", "write cmyk = [0, 100, 80, 5]")
    profile = table.text("profile")
    if profile is None:
        hint = 'write profile = "path.icc"'
        raise table.wrong("cmyk", "amounts of ink have a colour only on a paper, and no `profile` is named", hint)
    cyan, magenta, yellow, black = (float(one) for one in value)
    return Ink((cyan, magenta, yellow, black), root / profile, table.place)


def _area(table: Table, root: Path) -> Area:
    table.only("files", "rectangles", "mask")
    return read_area(table, root, "files")


def _boolean(table: Table, key: str, default: bool) -> bool:
    value = table.data.get(key, default)
    if not isinstance(value, bool):
        raise table.wrong(key, "true or false is expected")
    return value
