"""`thresholds/lut.toml`: limits on drift and quality, the palette, and which path is what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

from qualitygate.core.errors import ConfigError
from qualitygate.core.glob import WILDCARDS, matches_any
from qualitygate.core.lut_use import EncodingName, LutProfile, LutUse, QualityLimits, Swatch
from qualitygate.core.threshold import Threshold
from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.policy.document import Document, read, shown
from qualitygate.policy.entries import Entries, merged, read_limits
from qualitygate.policy.shipped import FOLDER, SCHEMA, shipped_directory
from qualitygate.policy.table import Table

NAME = "lut"
METRIC = "lut_drift"
POPULATIONS = ("grid", "colorchecker", "skin", "brand", "natural")
STATISTICS = ("mean", "p95", "max")

_TECHNICAL = ("neutral_chroma", "black_white", "fold_share")
_LOOK = ("neutral_change", "black_white_change", "fold_change", "roughness_ratio")
Content = Callable[[Path], "bytes | None"]
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KEYS = ("schema", "description", "extends", "drift", "quality", "palette", "assign")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the files that match some globs are.

    Attributes:
        files: Globs relative to the root, with `/` and `**`.
        use: What holds for them.
        where: `file.toml:LINE` it was read from.
    """

    files: tuple[str, ...]
    use: LutUse
    where: str


@dataclass(frozen=True, slots=True)
class LutPolicy:
    """Everything a threshold file says of LUTs.

    Attributes:
        root: Directory that the globs are relative to.
        default: For paths that no assignment matches.
        assignments: In file order; the first that matches holds.
        file: Where the limits are changed; None where nobody looked it up.
    """

    root: Path
    default: LutUse
    assignments: tuple[Assignment, ...] = ()
    file: ThresholdFile | None = None

    def use_of(self, path: str) -> LutUse:
        """What holds for a path relative to the root, with `/`."""
        return next((one.use for one in self.assignments if matches_any(one.files, path)), self.default)

    def assigned(self, path: str) -> bool:
        """Whether an assignment matches a path."""
        return any(matches_any(one.files, path) for one in self.assignments)

    def named(self) -> tuple[tuple[str, str], ...]:
        """Files that are named without a wildcard, each with `file.toml:LINE`."""
        return tuple((name, one.where) for one in self.assignments for name in one.files if not WILDCARDS & set(name))


def load_lut_policy(root: Path, name: str = NAME, content: Content | None = None) -> LutPolicy:
    """Load the threshold file for LUTs: `thresholds/lut.toml` under `root`, else the shipped one.

    Args:
        root: Directory that holds the local `thresholds/` and that globs are relative to.
        name: `lut`, another name under `thresholds/`, or a path ending in `.toml`, looked up from `root`.
        content: Gives files other than the shipped ones, None for one that is not there, in place of the file system.

    Raises:
        ConfigError: Missing file (QG-1401), malformed TOML (QG-1403), unknown key (QG-1404), wrong value, or no limit
            on drift at all (QG-1405), `extends` that leads in a circle (QG-1410).
    """
    local = root / (name if name.endswith(".toml") else f"{FOLDER}/{name}.toml")
    there = local.exists() if content is None else content(local) is not None
    ours = shipped_directory() / f"{NAME}.toml"
    path = local if there or name != NAME else ours
    found = _load(path, root, content)
    ships = path != local
    hides = name == NAME and not ships and _hides(path, ours, content)
    return replace(found, file=ThresholdFile(NAME, shown(local), ships, hides))


def _hides(path: Path, ours: Path, content: Content | None) -> bool:
    """Whether a local file takes nothing of the shipped one in; a copy word for word loses nothing."""
    document = _document(path, content)
    parent = _parent(Table(document, (), document.data), path, content)
    if parent is not None:
        return parent != ours and "extends" not in _document(parent, content).data
    return path.resolve() != ours.resolve() and document.text != ours.read_text(encoding="utf-8")


def _load(path: Path, root: Path, content: Content | None) -> LutPolicy:
    document = _document(path, content)
    table = Table(document, (), document.data)
    table.only(*_KEYS)
    schema = table.positive_integer("schema")
    if schema not in (None, SCHEMA):
        raise table.wrong("schema", f"{schema} is not known to this version", f"write schema = {SCHEMA}")
    parent = _parent(table, path, content)
    inherited, entries = (LutUse(), Entries()) if parent is None else _stated(parent, content)
    use, entries = _use(table, document.label, inherited, entries)
    if not use.thresholds:
        raise table.wrong(None, "states no limit on drift, so any change would pass", 'write extends = "lut"')
    assignments = tuple(_assignment(each, use, entries) for each in table.tables("assign"))
    return LutPolicy(root, use, assignments)


def _parent(table: Table, path: Path, content: Content | None) -> Path | None:
    parent = table.text("extends")
    if parent is None:
        return None
    if parent != NAME and not parent.endswith(".toml"):
        raise table.wrong("extends", f"{parent!r} is no threshold file for LUTs", 'write extends = "lut"')
    found = path.parent / parent if parent.endswith(".toml") else shipped_directory() / f"{NAME}.toml"
    if found.resolve() == path.resolve():
        raise table.wrong("extends", "the file extends itself", "break the circle", code="QG-1410")
    there = found.exists() if content is None or parent == NAME else content(found) is not None
    if not there:
        raise table.wrong("extends", f"no such file: {parent}", code="QG-1401")
    return found


def _document(path: Path, content: Content | None) -> Document:
    if content is None or path.parent == shipped_directory():
        return read(path)
    return read(path, content(path))


def _stated(path: Path, content: Content | None) -> tuple[LutUse, Entries]:
    """What an extended file states, without its assignments; it may extend the shipped file, but no further one."""
    document = _document(path, content)
    table = Table(document, (), document.data)
    table.only(*_KEYS)
    shipped = shipped_directory() / f"{NAME}.toml"
    base = (LutUse(), Entries())
    if table.text("extends") is not None:
        if table.text("extends") != NAME or path.resolve() == shipped.resolve():
            raise table.wrong("extends", "an extended file may extend the shipped `lut` only", code="QG-1410")
        base = _stated(shipped, content)
    return _use(table, document.label, *base)


def _use(table: Table, origin: str, inherited: LutUse, entries: Entries) -> tuple[LutUse, Entries]:
    entries = merged(entries, _drift(table.table("drift")))
    quality = table.table("quality")
    quality.only("technical", "look")
    limits = _limits(quality.table("technical"), _TECHNICAL, inherited.limits)
    limits = _limits(quality.table("look"), _LOOK, limits)
    palette = _palette(table.table("palette")) if table.has("palette") else inherited.palette
    made = replace(inherited, origin=origin, palette=palette, limits=limits, thresholds=_thresholds(entries))
    return made, entries


def _assignment(table: Table, use: LutUse, entries: Entries) -> Assignment:
    table.only("files", "profile", "input", "output", "drift", "palette")
    files = table.texts("files")
    if not files:
        raise table.wrong(None, "`files` is missing", 'write files = ["luts/**"]')
    for index, name in enumerate(files):
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            where = Table(table.document, (*table.path, "files"), {})
            raise where.wrong(index, f"{name!r} is no path relative to the root", "write it with `/`, without `..`")
    own = merged(entries, _drift(table.table("drift"))) if table.has("drift") else entries
    palette = _palette(table.table("palette")) if table.has("palette") else use.palette
    made = replace(
        use,
        profile=cast(LutProfile, table.choice("profile", get_args(LutProfile)) or use.profile),
        input=cast("EncodingName | None", table.choice("input", get_args(EncodingName))),
        output=cast("EncodingName | None", table.choice("output", get_args(EncodingName))),
        palette=palette,
        thresholds=_thresholds(own),
    )
    return Assignment(tuple(files), made, table.document.where(table.path))


def _drift(table: Table) -> Entries:
    """`[drift.POPULATION]` tables, by population and statistic."""
    table.only(*POPULATIONS)
    for population in table.data:
        if isinstance(table.data[population], dict):
            table.table(population).only(*STATISTICS)
    found = read_limits(table)
    for key, entry in found.items():
        fail, warn = entry.values.get("fail"), entry.values.get("warn")
        for name, limit in (("fail", fail), ("warn", warn)):
            if limit is not None and limit < 0:
                raise table.wrong(key[1], f"{name} {limit} is below zero, as no DeltaE00 is")
        if fail is not None and warn is not None and warn > fail:
            raise table.wrong(key[1], f"warn {warn} lies beyond fail {fail}, so it could never be given")
    return found


def _thresholds(entries: Entries) -> tuple[Threshold, ...]:
    """The limits as those of one metric, whose statistics are named `POPULATION_STATISTIC`."""
    found = []
    for key, entry in entries.items():
        if entry.values.get("fail") is None and entry.values.get("warn") is None:
            raise ConfigError(
                f"drift.{key[1]}.{key[2]}: states neither fail nor warn",
                code="QG-1405",
                where=entry.where,
                hint="give a limit, or write `false` in place of the table to drop an inherited one",
            )
        found.append(Threshold(METRIC, f"{key[1]}_{key[2]}", **entry.values))
    return tuple(found)


def _limits(table: Table, known: Iterable[str], limits: QualityLimits) -> QualityLimits:
    table.only(*known)
    values: dict[str, float] = {}
    for key in table.data:
        number = table.number(key)
        if number is not None and number < 0:
            raise table.wrong(key, "a limit of at least 0 is expected")
        values[key] = number or 0.0
    return replace(limits, **values)


def _palette(table: Table) -> tuple[Swatch, ...]:
    found = []
    colours: Mapping[str, object] = table.data
    for name in colours:
        text = table.text(name)
        found.append(Swatch(name, _srgb(table, name, text or "")))
    return tuple(found)


def _srgb(table: Table, name: str, text: str) -> tuple[int, int, int]:
    if _COLOUR.fullmatch(text):
        red, green, blue = bytes.fromhex(text[1:])
        return red, green, blue
    from qualitygate.core.colour.css import srgb_of  # most palettes are hexadecimal, and hooks load little

    try:
        return srgb_of(text)
    except ValueError as error:
        raise table.wrong(name, str(error), 'write "#rrggbb", in sRGB') from None
