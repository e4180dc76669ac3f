"""The cases of `thresholds/tests/*.toml`, read strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import is_incident_id
from qualitygate.core.threshold import Severity
from qualitygate.core.transparency import OPAQUE
from qualitygate.defects import DEFECTS
from qualitygate.policy.document import read, shown, suggestion
from qualitygate.policy.place import NOWHERE, Place
from qualitygate.policy.shipped import FOLDER, SCHEMA
from qualitygate.policy.table import Table
from qualitygate.rehearsing.encoding import COLOUR_SPACES, FORMATS, SUBSAMPLINGS, TRANSPARENT, Encode

TESTS = "tests"
"""Directory below `thresholds/` that holds files with cases."""
_KEYS = ("name", "profile", "reference", "size", "defect", "lut", "encode", "files", "seed", "expect", "by", "only",
         "severity", "incident")  # fmt: skip
_LARGEST = 4_096
_MOST_FILES = 100_000

Expected = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Case:
    """One synthetic case.

    Attributes:
        name: What it is about; unique within its file.
        profile: Name or path of the profile.
        reference: `synthetic:NAME`, `demo:NAME`, or the path of a picture relative to the file.
        size: Longer side in pixels, None for the reference's own.
        defects: Names and strengths, in the order they happen.
        lut: LUT that `wrong_lut` grades by, None for the bundled look.
        encode: How the candidate is stored.
        files: How many such files the set holds, for budgets.
        seed: For what is arbitrary about defects and synthetic references.
        expect: Whether the gate passes it, warns, or fails.
        by: Limits and rules that must fire: `delta_e_2000.p50`, `rules.formats`, `budget.mean_kb`.
        only: Whether no other may.
        severity: The most serious severity that must result, None for any.
        incident: Incident that one of the limits that fire must be born of, None for any.
        file: The file it stands in.
        place: Where in it.
    """

    name: str
    profile: str
    reference: str
    size: int | None
    defects: tuple[tuple[str, float], ...]
    lut: Path | None
    encode: Encode
    files: int
    seed: int
    expect: Expected
    by: tuple[str, ...]
    only: bool
    severity: Severity | None
    incident: str | None
    file: Path
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def line(self) -> int:
        """Line of its table, counted from 1."""
        return int((self.place.line or ":1").rpartition(":")[2])

    @property
    def label(self) -> str:
        """Path of its file as messages show it."""
        return (self.place.line or ":1").rpartition(":")[0]


def find_tests(root: Path) -> tuple[Path, ...]:
    """The files with cases below `thresholds/tests` of a directory, sorted."""
    return tuple(sorted((root / FOLDER / TESTS).glob("*.toml")))


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a file of cases.

    Raises:
        ConfigError: As `policy.document.read`; an unknown key (QG-1404), a wrong or missing value or a name that is
            taken (QG-1405), an unknown defect or a strength it cannot have (QG-1820); always with the line.
    """
    if path.exists() and not path.is_file() and not path.is_dir():  # reading a pipe might never end
        raise ConfigError("is no regular file", code="QG-1401", where=shown(path), hint="name a TOML file")
    document = read(path)
    table = Table(document, (), document.data)
    table.only("schema", "case")
    schema = table.positive_integer("schema")
    if schema not in (None, SCHEMA):
        raise table.wrong("schema", f"{schema} is not known to this version", f"write schema = {SCHEMA}")
    found: list[Case] = []
    for each in table.tables("case"):
        case = _case(each, path)
        if any(case.name == other.name for other in found):
            raise each.wrong("name", f"the name {case.name!r} is taken twice in this file")
        found.append(case)
    if not found:
        raise ConfigError("holds no case", code="QG-1405", where=document.label, hint="write [[case]]")
    return tuple(found)


def _case(table: Table, path: Path) -> Case:
    table.only(*_KEYS)
    expect = table.choice("expect", ("pass", "warn", "fail"))
    if expect is None:
        raise table.wrong(None, "`expect` is missing", 'write expect = "fail", "warn" or "pass"')
    by = table.texts("by") or ()
    if by and expect == "pass":
        raise table.wrong("by", "a case that passes fires nothing")
    size, lut = table.positive_integer("size"), table.text("lut")
    if size is not None and size > _LARGEST:
        raise table.wrong("size", f"{size} is more than {_LARGEST}")
    severity, incident = table.choice("severity", [one.value for one in Severity]), table.text("incident")
    if incident is not None and not is_incident_id(incident):
        raise table.wrong("incident", f"{incident!r} is no incident id", "write PM-YYYY-MM-DD-NN")
    for key, value in (("severity", severity), ("incident", incident), ("only", table.data.get("only"))):
        if value is not None and expect != "fail" and not (key == "only" and expect == "warn"):
            raise table.wrong(key, f'goes with expect = "fail", not "{expect}"')
    defects = _defects(table)
    if lut is not None and not any(name == "wrong_lut" for name, _ in defects):
        raise table.wrong("lut", "is used by the defect wrong_lut only", "write defect = { wrong_lut = 1.0 }")
    return Case(
        name=table.required_text("name"),
        profile=table.required_text("profile"),
        reference=table.required_text("reference"),
        size=size,
        defects=defects,
        lut=None if lut is None else path.parent / lut,
        encode=_encode(table),
        files=_files(table),
        seed=_seed(table),
        expect="pass" if expect == "pass" else "warn" if expect == "warn" else "fail",
        by=tuple(dict.fromkeys(by)),
        only=_flag(table, "only"),
        severity=None if severity is None else Severity(severity),
        incident=incident,
        file=path,
        place=table.place,
    )


def _defects(table: Table) -> tuple[tuple[str, float], ...]:
    defects = table.table("defect")
    found: list[tuple[str, float]] = []
    for name in defects.data:
        if name not in DEFECTS:
            hint = suggestion(name, DEFECTS)
            raise defects.wrong(name, f"there is no defect {name!r}", hint, code="QG-1820")
        strength = defects.number(name)
        try:
            DEFECTS[name].check(strength if strength is not None else 0.0)
        except ValueError as error:
            raise defects.wrong(name, str(error), code="QG-1820") from None
        found.append((name, strength or 0.0))
    return tuple(found)


def _encode(table: Table) -> Encode:
    """`"png"`, or `{ webp = 90, … }`: one format with its quality, and how."""
    if not table.has("encode"):
        return Encode("png")
    if isinstance(table.data["encode"], str):
        return Encode(table.choice("encode", FORMATS) or "png")
    encode = table.table("encode")
    encode.only(*FORMATS, "subsampling", "colour_space", "opacity")
    named = [name for name in FORMATS if encode.has(name)]
    if len(named) != 1:
        raise table.wrong("encode", "names no format, or several", "write one, such as { webp = 90 }")
    (form,) = named
    quality: int | None = None
    if encode.data[form] is not True:
        quality = encode.positive_integer(form)
        if not FORMATS[form]:
            raise encode.wrong(form, f"{form} has no quality", f"write {form} = true")
        if quality is not None and quality > 100:
            raise encode.wrong(form, f"a quality is at most 100, not {quality}")
    subsampling = encode.choice("subsampling", SUBSAMPLINGS)
    if subsampling is not None and (form not in ("jpeg", "avif") or quality is None):
        raise encode.wrong("subsampling", "goes with a quality of jpeg or avif")
    colour_space = encode.choice("colour_space", COLOUR_SPACES) or "sRGB"
    return Encode(form, quality, subsampling, colour_space, _opacity(encode, form))


def _opacity(encode: Table, form: str) -> int:
    if not encode.has("opacity"):
        return OPAQUE
    if form not in TRANSPARENT:
        raise encode.wrong("opacity", f"{form} keeps no alpha", f"use {', '.join(TRANSPARENT)}")
    value = encode.data["opacity"]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= OPAQUE:
        raise encode.wrong("opacity", f"an integer from 0 to {OPAQUE} is expected")
    return value


def _files(table: Table) -> int:
    files = table.positive_integer("files") or 1
    if files > _MOST_FILES:
        raise table.wrong("files", f"{files} is more than {_MOST_FILES}")
    return files


def _seed(table: Table) -> int:
    value = table.data.get("seed", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise table.wrong("seed", "an integer of at least 0 is expected")
    return value


def _flag(table: Table, key: str) -> bool:
    value = table.data.get(key, False)
    if not isinstance(value, bool):
        raise table.wrong(key, "true or false is expected")
    return value
