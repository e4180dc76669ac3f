"""Naming the threshold that stopped catching an incident."""

from __future__ import annotations

from dataclasses import replace

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.policy.message import limit_text
from qualitygate.proofs.case import FILE, FOLDER, Case, Check
from qualitygate.proofs.cells import Outcome
from qualitygate.proving.before import Before
from qualitygate.proving.born import Limit, limit_of
from qualitygate.proving.rules import Rules


def blamed(case: Case, outcome: Outcome, rules: Rules, past: Before | None) -> Finding:
    """The finding for a part of a case that did not come out as it must.

    Args:
        case: The case.
        outcome: A part of it that does not hold.
        rules: The thresholds of the working tree.
        past: How they stood at the merge base, where that is known.
    """
    if not outcome.cell.fails:
        what = "its control does not hold" if case.control is not None else "its fixed file does not pass"
        message = f"{case.incident}: {what}: {outcome.why}"
        return _finding("QG-1764", message, case, f"{FOLDER}/{case.incident}/{FILE}", None)
    judge = next((run.judge for run in outcome.runs if run.judge is not None), None)
    if judge is not None:
        return by_set(case, judge, outcome.why, rules, past)
    if case.check is None or case.check.metric is None:
        return _finding("QG-1764", _said(case, outcome, ""), case, f"{FOLDER}/{case.incident}/{FILE}", None)
    now, then = _limit(case, rules), _limit(case, past.rules_of(case)) if past is not None else None
    name = "/".join(part for part in (case.check.metric, case.check.statistic, case.check.region) if part)
    change = _change(name, now, then, past)
    place = now if now is not None else Limit(None, rules.label)
    file, _, line = place.where.rpartition(":")
    if not line.isdecimal():
        file, line = place.where, ""
    return _finding("QG-1764", _said(case, outcome, change), case, file, int(line) if line else None)


def by_set(case: Case, name: str, why: str, rules: Rules, past: Before | None) -> Finding:
    """The finding for a bad file that the set which takes it does not catch.

    Args:
        case: The case, whose own check catches it.
        name: The set.
        why: What was seen.
        rules, past: As `blamed`.
    """
    assert case.check is not None
    profile, place, check = _judging(case.check, name, rules)
    was = _judging(case.check, name, past.rules_of(case))[0] if past is not None else None
    before = f", by {was!r} at {past.commit.revision}" if past is not None and was not in (None, profile) else ""
    limit = _limit(replace(case, check=check), rules)
    metric = "/".join(part for part in (check.metric, check.statistic, check.region) if part)
    told = "" if limit is None or not metric else _change(metric, limit, None, None)
    message = (
        f"no longer caught: {case.incident}, {place}: set {name!r} judges it by profile {profile!r}{before}; {told}"
        f"and its bad file {why}; it must fail with {case.check_id}"
    )
    file, _, line = place.rpartition(":")
    return _finding("QG-1764", message, case, file, int(line) if line.isdecimal() else None)


def _judging(check: Check, name: str, rules: Rules) -> tuple[str | None, str, Check]:
    """The profile of a set, where that is said, and the check as the set asks it."""
    try:
        for one in rules.config.pair_sets:
            if one.name == name:
                lines, measured = one.place.lines, one.metrics is None or check.metric in (None, *one.metrics)
                where = lines.get("profile" if measured else "metrics") or one.place.line or ""
                return one.profile, rules.shown(where), replace(check, profile=None, set=name)
        for each in rules.config.lut_sets:
            if each.name == name:
                return each.thresholds, rules.shown(each.where), replace(check, profile=each.thresholds)
    except ConfigError:
        pass
    return None, rules.label, check


def _change(name: str, now: Limit | None, then: Limit | None, past: Before | None) -> str:
    """What became of the limit, as far as it is known."""
    at = f" at {past.commit.revision}" if past is not None else ""
    if now is None:
        return f"the limit on {name} cannot be read, "
    if now.fail is None:
        was = (
            f", it was {limit_text(then.fail)} in {then.where}{at}"
            if then is not None and then.fail is not None
            else ""
        )
        return f"{now.where}: there is no limit on {name} any more{was}, "
    if then is not None and then.fail is not None and then.fail != now.fail:
        return f"{now.where}: the limit on {name} is {limit_text(now.fail)}, it was {limit_text(then.fail)}{at}, "
    return f"{now.where}: the limit on {name} is {limit_text(now.fail)}, "


def _said(case: Case, outcome: Outcome, change: str) -> str:
    return (
        f"no longer caught: {case.incident}, {change}and its bad file {outcome.why}; it must fail with {case.check_id}"
    )


def _limit(case: Case, rules: Rules) -> Limit | None:
    assert case.check is not None
    try:
        return limit_of(case.check, rules)
    except (ConfigError, OSError):
        return None


def _finding(code: str, message: str, case: Case, path: str, line: int | None) -> Finding:
    check = case.check
    return Finding(
        code,
        Level.ERROR,
        message,
        metric=check.metric if check is not None else None,
        statistic=check.statistic if check is not None else None,
        born_of=case.incident,
        path=path,
        line=line,
    )
