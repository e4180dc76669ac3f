"""Holding the names in a case against what the gate and the thresholds know: one that nothing has catches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qualitygate.core.codes import CODES
from qualitygate.core.errors import ConfigError
from qualitygate.luts.drift import SPEC as DRIFT
from qualitygate.planning.metrics import all_specs
from qualitygate.policy.document import suggestion as close_one
from qualitygate.policy.table import Table
from qualitygate.proofs.case import Case, Check
from qualitygate.proving.rules import Rules

_FAMILIES = ("QG-10", "QG-11", "QG-16")  # of pictures, of their pairs, of LUTs
# What is never an error cannot fail a merge.
_REMARKS = {
    "QG-1002": "QG-1001",
    "QG-1005": "QG-1001",
    "QG-1681": "QG-1680",
    "QG-1106": "QG-1104",
    "QG-1107": "QG-1104",
}
_ALIKE = str.maketrans("oOlIi-", "00111_")
_LIMITS = ("QG-1001", "QG-1003", "QG-1680")
_BUDGET = "QG-1010"
LUT_QUALITY = (
    "assignment", "black_white", "black_white_change", "clipping", "decimation", "descent", "descent_change",
    "fold_change", "fold_share", "integer_codes", "interpolation", "neutral_change", "neutral_chroma", "previous",
    "roughness_ratio", "round_trip", "value_range",
)  # fmt: skip
"""Statistics of the findings on the quality of a LUT."""


def check_names(table: Table, check: Check) -> None:
    """Refuse a check that no finding can have.

    Args:
        table: `[check]`, for the line.
        check: What it says.

    Raises:
        ConfigError: A code that there is not (QG-1417), a metric (QG-1408), a statistic of it, or a combination that
            the gate never reports (QG-1405).
    """
    _code(table, check)
    statistics = _statistics(check)
    if check.metric is None and check.code in (*_LIMITS, _BUDGET):
        raise table.wrong("code", f"{check.code} is about a metric, and `metric` is missing",
                          f"write metric = {next(iter(statistics))!r}".replace("'", '"'))  # fmt: skip
    if check.metric is not None and not statistics:
        raise table.wrong("metric", f"{check.code} is about no metric", "leave it out")
    if check.metric is not None and check.metric not in statistics:
        raise table.wrong("metric", f"no metric {check.metric!r}", _meant(check.metric, statistics), "QG-1408")
    if check.metric is not None and check.statistic is None:
        raise table.wrong("metric", "its `statistic` is missing", f"one of {', '.join(statistics[check.metric])}")
    if check.metric is not None and check.statistic not in statistics[check.metric]:
        raise table.wrong("statistic", f"{check.metric} has no statistic {check.statistic!r}",
                          _meant(check.statistic or "", statistics[check.metric]))  # fmt: skip
    for name in check.metrics or ():
        if name not in all_specs():
            raise table.wrong("metrics", f"no metric {name!r}", _meant(name, all_specs()), "QG-1408")
    _region(table, check)


def check_places(case: Case, rules: Rules) -> None:
    """Refuse a case whose profile, set or region the thresholds that must catch it do not have.

    Raises:
        ConfigError: QG-1402, no such profile; QG-1760, no such set or region; the configuration is wrong.
    """
    check = case.check
    if check is None:
        return
    if check.profile is not None and not rules.has(check.profile, of_luts=check.of_luts):
        known = ("lut",) if check.of_luts else rules.profiles
        raise _absent(case, rules, "profile", check.profile, known, "QG-1402")
    if check.set is None or check.of_luts:
        return
    sets = {one.name: one for one in rules.config.pair_sets}
    if check.set not in sets:
        raise _absent(case, rules, "set", check.set, tuple(sets), "QG-1760")
    regions = tuple(one.name for one in sets[check.set].regions)
    if check.region is not None and check.region not in regions:
        raise _absent(case, rules, "region", check.region, regions, "QG-1760")


def _absent(case: Case, rules: Rules, key: str, name: str, known: Sequence[str], code: str) -> ConfigError:
    hint = _meant(name, known) if known else f"{rules.label} has none"
    where = case.lines.get(f"check.{key}", case.where)
    return ConfigError(f"check.{key}: no {key} {name!r} in {rules.label}", code=code, where=where, hint=hint)


def _meant(name: str, known: Iterable[str]) -> str:
    """What may be meant: that which looks the same goes before what is close, as `p5O` is `p50` and not `p95`."""
    alike = [one for one in known if one.translate(_ALIKE) == name.translate(_ALIKE)]
    return f"did you mean {alike[0]!r}?" if alike else close_one(name, known)


def _code(table: Table, check: Check) -> None:
    judged = [code for code in CODES if len(code) == 7 and code.startswith(_FAMILIES) and code not in _REMARKS]
    if check.code in _REMARKS:
        raise table.wrong("code", f"{check.code} never fails a merge", f"write {_REMARKS[check.code]!r}")
    if check.code not in CODES:
        hint = _meant(check.code, judged)
        hint = (
            hint if hint.startswith("did you") else '"QG-1001" for a limit on a picture, "QG-1680" for drift of a LUT'
        )
        raise table.wrong("code", f"no finding has the code {check.code!r}", hint, "QG-1417")
    if check.code not in judged:
        raise table.wrong("code", f"{check.code} ({CODES[check.code].title}) is no judgement of the gate",
                          '"QG-1001" for a limit on a picture, "QG-1680" for drift of a LUT')  # fmt: skip


def _statistics(check: Check) -> Mapping[str, tuple[str, ...]]:
    """Metric to its statistics, of those that the findings of the code can have."""
    if check.code == "QG-1680":
        return {DRIFT.name: DRIFT.statistics}
    if check.code.startswith("QG-16"):
        return {"lut_quality": LUT_QUALITY}
    if check.code == _BUDGET:
        return {"file_size": ("mean", "max", "total")}
    return {name: spec.statistics for name, spec in all_specs().items()} if check.code in _LIMITS else {}


def _region(table: Table, check: Check) -> None:
    if check.code == "QG-1003" and check.region is None:
        raise table.wrong("code", "QG-1003 is a limit in a region, and `region` is missing", "name the region")
    if check.region is not None and check.code != "QG-1003":
        raise table.wrong("region", f"{check.code} is about no region", 'write code = "QG-1003"')
    if check.region is not None and check.set is None:
        raise table.wrong("region", "regions belong to a set, and `set` is missing", "name the set of the region")
