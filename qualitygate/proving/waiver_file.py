"""Reading `thresholds/waivers.toml`, strictly."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from qualitygate.core.incident import is_incident_id
from qualitygate.policy.document import read
from qualitygate.policy.shipped import FOLDER
from qualitygate.policy.table import Table
from qualitygate.proofs.waivers import Waiver

FILE = f"{FOLDER}/waivers.toml"
_TEXTS = ("incident", "check", "reason", "owner", "approved_by")


def read_waivers(root: Path) -> tuple[Waiver, ...]:
    """The waivers of a repository, in file order; none where the file is not there.

    Raises:
        ConfigError: It is not valid TOML (QG-1403), or a key is unknown (QG-1404), missing or wrong (QG-1405).
    """
    path = root / FILE
    if not path.exists():
        return ()
    document = read(path)
    table = Table(document, (), document.data)
    table.only("schema", "waiver")
    return tuple(_waiver(each) for each in table.tables("waiver"))


def _waiver(table: Table) -> Waiver:
    table.only(*_TEXTS, "expires")
    texts = {}
    for key in _TEXTS:
        value = table.prose(key) if key == "reason" else table.text(key)
        if value is None:
            raise table.wrong(None, f"`{key}` is missing", f'write {key} = "…"')
        texts[key] = value
    if not is_incident_id(texts["incident"]):
        raise table.wrong("incident", f"{texts['incident']!r} is no incident id", "write PM-YYYY-MM-DD-NN")
    return Waiver(**texts, expires=_day(table), where=table.document.where(table.path))


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
        raise table.wrong(key, "`expires` is a day", "write expires = 2025-12-31")
    return value
