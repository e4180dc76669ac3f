"""What one threshold file states about each limit, rule and budget, before files that extend each other are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import is_incident_id
from qualitygate.core.threshold import Severity
from qualitygate.core.transparency import OPAQUE
from qualitygate.policy.model import ALPHA, RuleKind
from qualitygate.policy.shipped import shipped_directory
from qualitygate.policy.table import Table

FORMATS = ("jpeg", "png", "webp", "avif", "tiff", "gif", "bmp", "heic", "jxl")
SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0", "4:4:0", "4:1:1", "lossless")
RULES = get_args(RuleKind)
BUDGETS = ("mean_kb", "max_kb", "total_kb")
MEMORY = ("severity", "born_of", "why", "runbook")
"""Keys by which a limit says how serious it is and what it remembers."""


@dataclass(frozen=True)
class Entry:
    """One limit, rule or budget.

    Attributes:
        values: What is stated; what is absent is left to the file that is extended. A limit given as `false` is None.
        where: `file.toml:LINE`.
        dropped: Whether the entry takes away what the extended file states.
    """

    values: Mapping[str, Any]
    where: str
    dropped: bool = False


Entries = dict[tuple[str, ...], Entry]
"""`("limits", metric, statistic)`, `("rules", kind)` or `("budget", key)` to what is stated; `("limits", metric)`
stands only for a metric whose limits are all dropped."""


# What stands among the limits of a metric and is none: how its numbers are made. They belong to the profile.
OPTIONS = (("lpips", "net"), ("lpips", "dtype"))


def read_limits(limits: Table) -> Entries:
    """Read `[limits.METRIC]` tables, without the options in them, which are no limits."""
    found: Entries = {}
    for metric, value in limits.data.items():
        if value is False:
            found["limits", metric] = Entry({}, limits.document.where((*limits.path, metric)), dropped=True)
            continue
        table = limits.table(metric)
        for statistic in table.data:
            if (metric, statistic) not in OPTIONS:
                found["limits", metric, statistic] = read_limit(table, statistic)
    return found


def read_rules(rules: Table) -> Entries:
    """Read `[rules]`."""
    rules.only(*RULES)
    return {("rules", kind): _rule(rules, kind) for kind in rules.data}


def read_budget(budget: Table) -> Entries:
    """Read `[budget]`. Limits are in KB of 1,000 bytes."""
    budget.only(*BUDGETS)
    found: Entries = {("budget", key): read_limit(budget, key) for key in budget.data}
    for key, entry in found.items():
        for name in ("fail", "warn"):
            limit = entry.values.get(name)
            if limit is not None and limit <= 0:
                raise budget.wrong(key[1], f"{name} must be above 0 KB")
    return found


def merged(parent: Entries, child: Entries) -> Entries:
    """What holds when `child` extends `parent`: keys override one by one, so that a limit keeps the memory (`born_of`,
    `why`) which it does not restate, and `false` drops. A `fail` of its own drops an inherited `warn`, which was chosen
    for another limit and may lie beyond the new one; a `why` of its own drops an inherited `born_of`, whose reason was
    another.

    Raises:
        ConfigError: QG-1405 at a `false` that drops nothing.
    """
    result = dict(parent)
    for key, entry in child.items():
        if not entry.dropped:
            inherited = dict(result[key].values) if key in result else {}
            if entry.values.get("fail") is not None:
                inherited.pop("warn", None)
            if entry.values.get("why", inherited.get("why")) != inherited.get("why"):
                for origin in ("born_of", "ships"):
                    inherited.pop(origin, None)
            result[key] = Entry({**inherited, **entry.values}, entry.where)
            continue
        below = [other for other in result if other[: len(key)] == key]
        if not below:
            raise ConfigError(
                f"{'.'.join(key)}: false drops nothing, no extended file states it", code="QG-1405", where=entry.where
            )
        for other in below:
            del result[other]
    return result


def read_limit(table: Table, key: str) -> Entry:
    """One limit: a number, a table with `fail`, `warn` and what it remembers, or `false`."""
    where = table.document.where((*table.path, key))
    value = table.data[key]
    if value is False:
        return Entry({}, where, dropped=True)
    if not isinstance(value, dict):
        return Entry({"fail": table.number(key)}, where)
    entry = table.table(key)
    entry.only("fail", "warn", *MEMORY)
    values = _remembered(entry)
    for name in ("fail", "warn"):
        if entry.has(name):
            values[name] = None if entry.data[name] is False else entry.number(name)
    return Entry(values, where)


def _rule(rules: Table, kind: str) -> Entry:
    where = rules.document.where((*rules.path, kind))
    value = rules.data[kind]
    if value is False:
        return Entry({}, where, dropped=True)
    if not isinstance(value, dict):
        return Entry({"allow": _allowed(rules, kind, kind)}, where)
    entry = rules.table(kind)
    entry.only("allow", *(("tolerance",) if kind == "alpha" else ()), *MEMORY)
    values = _remembered(entry)
    if entry.has("allow"):
        values["allow"] = _allowed(entry, "allow", kind)
    if entry.has("tolerance"):
        values["tolerance"] = tolerance = entry.number("tolerance") or 0.0
        if not 0 <= tolerance < OPAQUE:
            raise entry.wrong("tolerance", f"{tolerance:g} lies outside of 0 to below {OPAQUE}, the levels of alpha",
                              'write `allow = "any"` where no difference matters')  # fmt: skip
    return Entry(values, where)


def _allowed(table: Table, key: str, kind: str) -> tuple[str, ...]:
    if kind == "alpha":
        return (table.choice(key, ALPHA) or "",)
    known = {"formats": FORMATS, "chroma_subsampling": SUBSAMPLINGS}.get(kind)
    allowed = table.texts(key) if known is None else table.choices(key, known)
    if not allowed:
        raise table.wrong(key, "allows nothing", "name at least one value, or `false` to drop the rule")
    return allowed


def _remembered(entry: Table) -> dict[str, Any]:
    """What `read_memory` gives, and whether the incident is one of a file that ships with the package."""
    values = read_memory(entry)
    if "born_of" in values:
        values["ships"] = entry.document.path.parent == shipped_directory()
    return values


def read_memory(entry: Table) -> dict[str, Any]:
    """Severity, incident, reason and runbook, those that are stated, by the names of the fields of `Threshold`.

    Raises:
        ConfigError: QG-1405.
    """
    values: dict[str, Any] = {key: entry.prose(key) for key in MEMORY if entry.has(key)}
    if "severity" in values:
        values["severity"] = Severity(entry.choice("severity", [severity.value for severity in Severity]) or "")
    born_of = values.get("born_of")
    if born_of is not None and not is_incident_id(born_of):
        raise entry.wrong("born_of", f"{born_of!r} is no incident id", "write PM-YYYY-MM-DD-NN")
    return values
