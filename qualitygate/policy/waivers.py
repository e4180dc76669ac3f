"""Reading `thresholds/waivers.toml`, strictly: waivers of cases, and waivers of changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from qualitygate.core.incident import is_incident_id
from qualitygate.core.waiver import LONGEST, ChangeWaiver, Waiver
from qualitygate.policy.document import read
from qualitygate.policy.shipped import FOLDER
from qualitygate.policy.table import Table

FILE = f"{FOLDER}/waivers.toml"
_CASE, _CHANGE = ("incident", "check"), ("change", "to")
_GRANT = ("reason", "owner", "approved_by")


@dataclass(frozen=True, slots=True)
class Waivers:
    """What the file holds, each kind in file order.

    Attributes:
        cases: Of cases that may fail, for `qualitygate prove --all`.
        changes: Of changes that loosen something, for `qualitygate audit`.
    """

    cases: tuple[Waiver, ...] = ()
    changes: tuple[ChangeWaiver, ...] = ()


def read_waivers(root: Path) -> Waivers:
    """The waivers of a repository; none where the file is not there.

    Args:
        root: Directory that holds `thresholds/`.

    Raises:
        ConfigError: It is not valid TOML (QG-1403), or a key is unknown (QG-1404), missing, empty or wrong (QG-1405).
    """
    path = root / FILE
    if not path.exists():
        return Waivers()
    document = read(path)
    table = Table(document, (), document.data)
    table.only("schema", "waiver")
    cases: list[Waiver] = []
    changes: list[ChangeWaiver] = []
    for each in table.tables("waiver"):
        if any(each.has(key) for key in _CHANGE):
            changes.append(ChangeWaiver(**_said(each, _CHANGE)))
        else:
            cases.append(_case(each))
    return Waivers(tuple(cases), tuple(changes))


def _case(table: Table) -> Waiver:
    said = _said(table, _CASE)
    if not is_incident_id(said["incident"]):
        raise table.wrong("incident", f"{said['incident']!r} is no incident id", "write PM-YYYY-MM-DD-NN")
    return Waiver(**said)


def _said(table: Table, of: tuple[str, ...]) -> dict[str, Any]:
    """Every key of a waiver; one that was pasted and not filled in is told whole."""
    keys = (*of, *_GRANT)
    table.only(*keys, "expires")
    empty = [key for key in (*keys, "expires") if table.data.get(key) == ""]
    if len(empty) > 1:
        raise table.wrong(None, f"{_listed(empty)} are empty", "fill them in: a waiver is granted by two people")
    said: dict[str, Any] = {"where": table.document.where(table.path)}
    for key in keys:
        value = table.prose(key) if key == "reason" else table.text(key)
        if value is None:
            raise table.wrong(None, f"`{key}` is missing", f'write {key} = "…"')
        said[key] = value
    return {**said, "expires": _day(table)}


def _listed(keys: list[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys[:-1]) + f" and `{keys[-1]}`"


def _day(table: Table) -> date:
    value = table.data.get("expires")
    if isinstance(value, datetime):
        value = value.date()
    elif isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date):
        key = "expires" if table.has("expires") else None
        hint = f"write expires = YYYY-MM-DD, the last day it holds, at most {LONGEST.days} days from today"
        raise table.wrong(key, "`expires` is a day", hint)
    return value
