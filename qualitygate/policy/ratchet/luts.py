"""Threshold files of LUTs, and sets of LUTs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace

from qualitygate.core.glob import matches_any
from qualitygate.core.lut_use import LutUse, QualityLimits
from qualitygate.policy.lut_policy import LutPolicy
from qualitygate.policy.model import LutSet
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind, listed, number
from qualitygate.policy.ratchet.limits import Stated, limit_text, loosened
from qualitygate.policy.ratchet.scale import Scale
from qualitygate.policy.ratchet.sets import DELETED, globs_text, shown
from qualitygate.policy.ratchet.state import State, Taken

DRIFT = Scale(unit="ΔE00")
_QUALITY = tuple(one.name for one in fields(QualityLimits))
_LOWEST = ("lowest",)  # the lower it is, the more is in range


def compare_policies(name: str, before: LutPolicy, after: LutPolicy, files: Iterable[str]) -> list[Entry]:
    """What a threshold file of LUTs lets pass that it did not: for any path, then for the LUTs that exist.

    Args:
        name: Its name, such as `lut`.
        before, after: The two states.
        files: LUTs that exist, relative to the root, with `/`.
    """
    subject = f"luts {name}"
    found = compare_uses(subject, before.default, after.default)
    known = {(one.before, one.after, one.change.removeprefix(subject)) for one in found}
    of_files: dict[str, Entry] = {}
    counts: dict[str, int] = {}
    for file in files:
        prefix = f"{subject} {file}"
        for one in compare_uses(prefix, before.use_of(file), after.use_of(file)):
            rest = one.change.removeprefix(prefix)
            if (one.before, one.after, rest) in known:
                continue
            same = f"{rest} {one.before} {one.after}"
            where = next((each.where for each in after.assignments if matches_any(each.files, file)), one.where)
            of_files.setdefault(same, replace(one, where=where))
            counts[same] = counts.get(same, 0) + 1
    for same, one in of_files.items():
        more = counts[same] - 1
        details = (f"and {more} more LUT{'s' if more > 1 else ''}",) if more else ()
        found.append(replace(one, details=(*one.details, *details)))
    return found


def compare_uses(subject: str, before: LutUse, after: LutUse) -> list[Entry]:
    """What one LUT may do that it might not."""
    found: list[Entry] = []
    limits = {one.statistic: one for one in after.thresholds}
    for one in before.thresholds:
        name, there = _drift(one.statistic), limits.get(one.statistic)
        stated = Stated(name, there, DRIFT, after.origin) if there is not None else None
        found += loosened(subject, Stated(name, one, DRIFT), stated, after.origin)
    for name in _QUALITY:
        was, now = getattr(before.limits, name), getattr(after.limits, name)
        if (now < was) if name in _LOWEST else (now > was):
            percent = 100.0 * (now - was) / was if was and name not in _LOWEST else None
            found.append(Entry(Kind.LIMIT, f"{subject}: quality.{name}", number(was), number(now), number(now),
                               after.origin, amount=abs(now - was), percent=percent))  # fmt: skip
    if before.profile == "technical" and after.profile == "look":
        detail = "a look is judged against its previous version only"
        found.append(Entry(Kind.LIMIT, f"{subject}: profile", before.profile, after.profile, after.profile,
                           after.origin, details=(detail,)))  # fmt: skip
    found += _palette(subject, before, after)
    for key in ("input", "output"):
        was, now = getattr(before, key), getattr(after, key)
        if was is not None and was != now:
            found.append(Entry(Kind.LIMIT, f"{subject}: {key}", was, now or NONE, now or NONE, after.origin,
                               details=("what its code values mean decides how its drift is measured",)))  # fmt: skip
    return found


def _palette(subject: str, before: LutUse, after: LutUse) -> list[Entry]:
    """Brand colours whose drift is no longer measured."""
    colours = {swatch.srgb for swatch in after.palette}
    gone = [swatch.name for swatch in before.palette if swatch.srgb not in colours]
    if not gone or not any(one.statistic.startswith("brand_") for one in before.thresholds):
        return []
    return [
        Entry(
            Kind.LIMIT,
            f"{subject}: palette",
            f"{len(before.palette)} colours",
            f"{len(after.palette)} colours",
            listed([swatch.name for swatch in after.palette]),
            after.origin,
            amount=float(len(gone)),
            unit=f"colour{'' if len(gone) == 1 else 's'} less",
            details=(f"no longer held: {listed(gone)}",),
        )
    ]


def present_use(subject: str, use: LutUse) -> dict[str, str]:
    """What waivers of a threshold file's changes are bound to, as things stand."""
    found = {f"{subject}: {_drift(one.statistic)}": limit_text(one, DRIFT) for one in use.thresholds}
    found |= {f"{subject}: {_drift(one.statistic)} severity": one.severity.value for one in use.thresholds}
    found |= {f"{subject}: quality.{name}": number(getattr(use.limits, name)) for name in _QUALITY}
    found |= {f"{subject}: profile": use.profile, f"{subject}: palette": listed([one.name for one in use.palette])}
    return found | {f"{subject}: input": use.input or NONE, f"{subject}: output": use.output or NONE}


def compare_lut_sets(before: State, after: State, taken: Taken, now: Taken) -> list[Entry]:
    """Sets of LUTs that are gone, take less, or compare with something else.

    Args:
        before, after: The two states.
        taken: What each set of before would take of the LUTs that exist now.
        now: What each set of after takes.
    """
    found: list[Entry] = []
    names = {one.name: one for one in after.lut_sets}
    for old in before.lut_sets:
        luts, new = taken.get(old.name, {}), names.get(old.name)
        left = [file for file in luts if not _judged(before, after, old, file, now)]
        if new is None:
            if left or not luts:
                count = f"{len(luts):,} LUT{'' if len(luts) == 1 else 's'}" if luts else "set"
                found.append(Entry(Kind.PICTURES, f"lut set {old.name}", count, DELETED, DELETED, after.file,
                                   sets=(old.name,), details=shown(left)))  # fmt: skip
            continue
        found += _other(old, new, luts, left)
    return found


def _judged(before: State, after: State, old: LutSet, file: str, now: Taken) -> bool:
    """Whether a set still takes a LUT: that of the same name, or another whose limits are no looser."""
    policy = before.luts.get(old.thresholds)
    for one in after.lut_sets:
        if file not in now.get(one.name, {}):
            continue
        theirs = after.luts.get(one.thresholds)
        if one.name == old.name or policy is None or theirs is None:
            return True
        if not compare_uses("", policy.use_of(file), theirs.use_of(file)):
            return True
    return False


def _other(old: LutSet, new: LutSet, luts: Collection[str], left: Collection[str]) -> list[Entry]:
    found, subject, where = [], f"lut set {new.name}", new.where
    if left:
        unit = f"LUT{'' if len(left) == 1 else 's'} no longer judged"
        found.append(Entry(Kind.PICTURES, f"{subject}: files", f"{len(luts):,} judged",
                           f"{len(luts) - len(left):,} judged", globs_text(new), where, amount=float(len(left)),
                           unit=unit, percent=100.0 * len(left) / len(luts), sets=(new.name,),
                           details=shown(left)))  # fmt: skip
    if old.base != new.base:
        was, now = base_text(old), base_text(new)
        found.append(Entry(Kind.PICTURES, f"{subject}: base", was, now, now, where, sets=(new.name,),
                           details=("drift is measured from another version",)))  # fmt: skip
    return found


def base_text(one: LutSet) -> str:
    """What the LUTs of a set are compared with."""
    return one.base or "the run's base"


def _drift(statistic: str) -> str:
    """`drift.grid.p95` of `grid_p95`."""
    population, _, name = statistic.rpartition("_")
    return f"drift.{population}.{name}"
