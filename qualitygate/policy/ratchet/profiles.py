"""Two states of a profile: limits, byte budgets and allow-lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from qualitygate.core.measurement import MetricSpec
from qualitygate.policy.model import Profile, Rule
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind, listed
from qualitygate.policy.ratchet.limits import Stated, loosened
from qualitygate.policy.ratchet.scale import BYTES, scale_of

Specs = Mapping[str, MetricSpec]


def stated(profile: Profile, specs: Specs, metrics: Collection[str] | None = None) -> dict[str, Stated]:
    """Every limit and budget of a profile, by the name people call it.

    Args:
        profile: The profile, as loaded: with everything that it extends.
        specs: What is known of the metrics.
        metrics: The metrics that are judged; None for all.
    """
    found: dict[str, Stated] = {}
    for one in profile.thresholds:
        if metrics is None or one.metric in metrics:
            name = f"{one.metric}.{one.statistic}"
            found[name] = Stated(name, one, scale_of(one.metric, specs), profile.lines.get(name, profile.origin))
    for budget in profile.budgets:
        name = f"budget.{budget.statistic}_kb"
        found[name] = Stated(name, budget, BYTES, profile.lines.get(name, profile.origin))
    return found


def compare_profiles(
    subject: str, before: Profile, after: Profile, specs: Specs, metrics: Collection[str] | None = None
) -> list[Entry]:
    """What a profile lets pass that it did not.

    Args:
        subject: What the entries are named after, such as `profile brand`.
        before, after: The two states, as loaded.
        specs: What is known of the metrics.
        metrics: The metrics that are judged; None for all.
    """
    old, new = stated(before, specs, metrics), stated(after, specs, metrics)
    found = [entry for name, one in old.items() for entry in loosened(subject, one, new.get(name), after.origin)]
    rules = {rule.kind: rule for rule in after.rules}
    for rule in before.rules:
        found += _rule(subject, rule, rules.get(rule.kind), after)
    if any(name.startswith("lpips.") for name in (old.keys() & new.keys())):
        for option, was, now, detail in (
            ("net", before.lpips_net, after.lpips_net, "the numbers of the two networks cannot be compared"),
            ("dtype", before.lpips_dtype, after.lpips_dtype, "the limits were chosen from numbers of the other type"),
        ):
            if was != now:
                where = after.lines.get(f"lpips.{option}", after.origin)
                found.append(Entry(Kind.LIMIT, f"{subject}: lpips.{option}", was, now, now, where, details=(detail,)))
    return found


def present(subject: str, profile: Profile, specs: Specs) -> dict[str, str]:
    """What waivers of a profile's changes are bound to, as things stand: the name of a change to its value."""
    found = {f"{subject}: {name}": one.text for name, one in stated(profile, specs).items()}
    for name, one in stated(profile, specs).items():
        if one.limit.fail is not None:
            found[f"{subject}: {name} severity"] = one.limit.severity.value
    for rule in profile.rules:
        found[f"{subject}: {rule.kind}"] = _text(rule)
        found[f"{subject}: {rule.kind} severity"] = rule.severity.value
    if "lpips" in profile.metrics:
        found[f"{subject}: lpips.net"] = profile.lpips_net
        found[f"{subject}: lpips.dtype"] = profile.lpips_dtype
    return found


def _rule(subject: str, before: Rule, after: Rule | None, profile: Profile) -> list[Entry]:
    change, was = f"{subject}: {before.kind}", _text(before)
    gone = Entry(
        Kind.RULE,
        change,
        was,
        NONE,
        NONE,
        profile.lines.get(f"rules.{before.kind}", profile.origin),
        severity=before.severity,
        born_of=before.born_of,
    )
    if after is None:
        return [gone] if before.kind != "alpha" or before.limits_alpha else []
    found = []
    looser = _looser_alpha(before, after) if before.kind == "alpha" else _more(before, after)
    if looser:
        now = _text(after)
        found.append(replace(gone, after=now, to=now, details=(looser,)))
    if after.severity.rank > before.severity.rank:
        old, new = before.severity.value, after.severity.value
        found.append(replace(gone, kind=Kind.SEVERITY, change=f"{change} severity", before=old, after=new, to=new))
    return found


def _text(rule: Rule) -> str:
    return rule.text if rule.kind == "alpha" else listed(list(rule.allowed))


def _more(before: Rule, after: Rule) -> str:
    """What a list allows that it did not, in words; empty for nothing."""
    allowed = {value.casefold() for value in before.allowed}
    more = [value for value in after.allowed if value.casefold() not in allowed]
    return f"also allows {listed(more)}" if more else ""


def _looser_alpha(before: Rule, after: Rule) -> str:
    """What passes that did not, in words. `same` and `opaque` each allow what the other does not."""
    if not before.limits_alpha:
        return ""
    if not after.limits_alpha:
        return "any transparency passes"
    if before.allowed != after.allowed:
        what = "lost the transparency of" if after.allowed == ("opaque",) else "is transparent like"
        return f"a candidate that {what} its reference passes"
    more = after.tolerance - before.tolerance
    return f"alpha may be off by {more:g}/255 more" if more > 0 else ""
