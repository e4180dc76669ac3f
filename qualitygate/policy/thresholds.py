"""From merged entries to the frozen types that are judged against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Threshold
from qualitygate.policy.entries import BUDGETS, Entries, Entry
from qualitygate.policy.model import Budget, Rule, RuleKind

KB = 1_000  # bytes


def thresholds(entries: Entries, region: str | None = None) -> tuple[tuple[Threshold, ...], Mapping[str, str]]:
    """The limits on metrics, in order, and the line of each under `metric.statistic`.

    Raises:
        ConfigError: QG-1405, a limit that states neither `fail` nor `warn`.
    """
    found: list[Threshold] = []
    lines: dict[str, str] = {}
    for key, entry in entries.items():
        if key[0] != "limits":
            continue
        _require_limit(key, entry)
        _, metric, statistic = key
        found.append(Threshold(metric=metric, statistic=statistic, region=region, **entry.values))
        lines[f"{metric}.{statistic}"] = entry.where
    return tuple(found), lines


def rules(entries: Entries) -> tuple[Rule, ...]:
    """What is allowed beside the limits, in order.

    Raises:
        ConfigError: QG-1405, a rule without `allow`.
    """
    found: list[Rule] = []
    for key, entry in entries.items():
        if key[0] == "rules":
            values = dict(entry.values)
            if "allow" not in values:
                raise ConfigError(f"{'.'.join(key)}: states no `allow`", code="QG-1405", where=entry.where)
            kind = cast(RuleKind, key[1])
            found.append(Rule(kind=kind, allowed=values.pop("allow"), **values))
    return tuple(found)


def budgets(entries: Entries) -> tuple[Budget, ...]:
    """The limits on file sizes, in bytes, mean before max before total.

    Raises:
        ConfigError: QG-1405, a budget without a limit, or one whose `warn` lies beyond its `fail`.
    """
    found: list[Budget] = []
    for name in BUDGETS:
        key = ("budget", name)
        if key not in entries:
            continue
        entry = entries[key]
        _require_limit(key, entry)
        values: dict[str, Any] = dict(entry.values)
        fail, warn = values.get("fail"), values.get("warn")
        if fail is not None and warn is not None and warn > fail:
            raise ConfigError(
                f"{'.'.join(key)}: warn {warn} lies beyond fail {fail}, so it could never be given",
                code="QG-1405",
                where=entry.where,
                hint=f"choose a warn below {fail}, or `warn = false`",
            )
        values.update({side: values[side] * KB for side in ("fail", "warn") if values.get(side) is not None})
        statistic = cast(Literal["mean", "max", "total"], name.removesuffix("_kb"))
        found.append(Budget(statistic=statistic, **values))
    return tuple(found)


def _require_limit(key: tuple[str, ...], entry: Entry) -> None:
    if entry.values.get("fail") is None and entry.values.get("warn") is None:
        raise ConfigError(
            f"{'.'.join(key)}: states neither fail nor warn",
            code="QG-1405",
            where=entry.where,
            hint="give a limit, or write `false` in place of the table to drop an inherited one",
        )
