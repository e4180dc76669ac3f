"""Two states of everything, compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from qualitygate.core.finding_level import Level
from qualitygate.policy.lut_policy import LutPolicy
from qualitygate.policy.model import PairSet, Profile
from qualitygate.policy.ratchet.areas import area_digest
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind, listed
from qualitygate.policy.ratchet.limits import limit_text
from qualitygate.policy.ratchet.luts import base_text, compare_lut_sets, compare_policies, present_use
from qualitygate.policy.ratchet.palettes import compare_palettes, present_palettes
from qualitygate.policy.ratchet.profiles import Specs, compare_profiles, present
from qualitygate.policy.ratchet.scale import scale_of
from qualitygate.policy.ratchet.set_options import gravest, source_of
from qualitygate.policy.ratchet.sets import DELETED, compare_sets, globs_text
from qualitygate.policy.ratchet.settings import compare_settings, present_settings
from qualitygate.policy.ratchet.state import State, Taken, partners


@dataclass(frozen=True)
class There:
    """What exists now to be judged.

    Attributes:
        taken, now: What the sets of pairs of before would take of it, and what those of after take.
        luts_taken, luts_now: The same of sets of LUTs.
        free_taken, free_now: The same of palettes and batches.
        same: Names of sets whose references lie elsewhere and are the same.
        luts: LUT files, relative to the root of the configuration.
    """

    taken: Taken = field(default_factory=dict)
    now: Taken = field(default_factory=dict)
    luts_taken: Taken = field(default_factory=dict)
    luts_now: Taken = field(default_factory=dict)
    free_taken: Taken = field(default_factory=dict)
    free_now: Taken = field(default_factory=dict)
    same: Collection[str] = ()
    luts: tuple[str, ...] = ()


def compare(before: State, after: State, there: There, specs: Specs) -> tuple[Entry, ...]:
    """Everything that the configuration and its threshold files let pass that they did not.

    Args:
        before, after: The two states.
        there: What exists now to be judged.
        specs: What is known of the metrics.
    """
    found = [_unreadable(name, why, after) for name, why in before.unreadable.items()]
    if before.config is not None and after.config is None:
        found.append(_all_gone(before))
    elif before.config is not None and after.config is not None:
        found += compare_sets(before, after, there.taken, there.now, specs, there.same)
        found += compare_lut_sets(before, after, there.luts_taken, there.luts_now)
        found += compare_palettes(before, after, there.free_taken, there.free_now)
        found += compare_settings(before.config, after.config, after.file)
    found += _profiles(before, after, specs)
    found += _lut_files(before, after, there)
    unique: dict[tuple[str, str], Entry] = {}
    for entry in found:
        unique.setdefault((entry.change, entry.to), entry)
    return tuple(unique.values())


def present_values(after: State, specs: Specs, luts: Iterable[str] = ()) -> Mapping[str, str]:
    """The name of every change that can be undone to what a waiver of it is bound to, as things stand.

    A name that is not in it stands for something that is not there: `none` or `deleted`.

    Args:
        after: The state.
        specs: What is known of the metrics.
        luts: LUT files, relative to the root of the configuration.
    """
    found: dict[str, str] = {}
    for name, profile in after.profiles.items():
        found |= present(f"profile {name}", profile, specs)
    for one in after.sets:
        found |= _of_set(after, one, specs)
    for name, policy in after.luts.items():
        found |= _of_policy(f"luts {name}", policy, luts)
    for lut_set in after.lut_sets:
        subject = f"lut set {lut_set.name}"
        found |= {subject: "there", f"{subject}: files": globs_text(lut_set), f"{subject}: base": base_text(lut_set)}
        if lut_set.thresholds in after.luts:
            found |= _of_policy(subject, after.luts[lut_set.thresholds], luts)
    if after.config is not None:
        found |= present_palettes(after) | present_settings(after.config)
    return found


def _of_policy(subject: str, policy: LutPolicy, luts: Iterable[str]) -> dict[str, str]:
    found = present_use(subject, policy.default)
    for file in luts:
        if policy.assigned(file):
            found |= present_use(f"{subject} {file}", policy.use_of(file))
    return found


def _of_set(after: State, one: PairSet, specs: Specs) -> dict[str, str]:
    subject = f"set {one.name}"
    found = {subject: "there", f"{subject}: resize": one.resize, f"{subject}: ignore": area_digest(after, one.ignore)}
    found |= {f"{subject}: {key}": source_of(after, one, key) for key in ("candidate", "reference")}
    found[f"{subject}: pictures"] = globs_text(one)
    if one.metrics is not None:
        found[f"{subject}: metrics"] = listed(list(one.metrics))
    if one.profile in after.profiles:
        found |= present(subject, after.profiles[one.profile], specs)
    for region in one.regions:
        found[f"{subject}: region {region.name}"] = area_digest(after, (region.area,))
        for limit in region.thresholds:
            name = f"{subject}: region {region.name}: {limit.metric}.{limit.statistic}"
            found[name] = limit_text(limit, scale_of(limit.metric, specs))
            found[f"{name} severity"] = limit.severity.value
    return found


def _profiles(before: State, after: State, specs: Specs) -> list[Entry]:
    """Every profile by its name. What a set was judged by is compared with what it is judged by now; another one that
    is gone is loosened unless its limits stand in one that is there."""
    found: list[Entry] = []
    compared = {one.profile for one in before.sets if partners(before, after)[one.name] is not None}
    for name, old in before.profiles.items():
        new, users = after.profiles.get(name), _users(after, name)
        if new is not None:
            entries = compare_profiles(f"profile {name}", old, new, specs)
            found += [replace(entry, sets=users) for entry in entries]
        elif name in before.own - compared and old.thresholds and not _lives_on(old, after.profiles.values(), specs):
            memory = gravest(old)
            found.append(Entry(Kind.LIMIT, f"profile {name}", f"{len(old.thresholds)} limits", DELETED, DELETED,
                               after.file, severity=memory.severity, born_of=memory.born_of))  # fmt: skip
    return found


def _lives_on(old: Profile, others: Collection[Profile], specs: Specs) -> bool:
    return any(not compare_profiles("", old, other, specs) for other in others)


def _users(state: State, profile: str) -> tuple[str, ...]:
    return tuple(one.name for one in state.sets if one.profile == profile)


def _lut_files(before: State, after: State, there: There) -> list[Entry]:
    found: list[Entry] = []
    for name, old in before.luts.items():
        new = after.luts.get(name)
        if new is not None:
            found += compare_policies(name, old, new, there.luts)
    used = {one.name: one.thresholds for one in after.lut_sets}
    for one in before.lut_sets:
        name = used.get(one.name, one.thresholds)
        if name == one.thresholds or one.thresholds not in before.luts or name not in after.luts:
            continue
        entries = compare_policies(one.name, before.luts[one.thresholds], after.luts[name], there.luts)
        detail = f"judged by {name}, was {one.thresholds}"
        for entry in entries:
            change = f"lut set {entry.change.removeprefix('luts ')}"
            found.append(replace(entry, change=change, sets=(one.name,), details=(*entry.details, detail)))
    return found


def _all_gone(before: State) -> Entry:
    groups = (before.sets, before.lut_sets, before.palettes, before.batches)
    names = tuple(one.name for group in groups for one in group)
    count = len(names)
    profiles = [before.profiles[one.profile] for one in before.sets if one.profile in before.profiles]
    worst = [gravest(profile) for profile in profiles if profile.thresholds]
    memory = min(worst, key=lambda one: (one.born_of is None, one.severity.rank)) if worst else None
    return Entry(Kind.PICTURES, f"configuration {before.file}", f"{count} set{'' if count == 1 else 's'}", DELETED,
                 DELETED, before.file, severity=memory.severity if memory else None,
                 born_of=memory.born_of if memory else None, sets=names)  # fmt: skip


def _unreadable(name: str, why: str, after: State) -> Entry:
    detail = "what it said cannot be compared with what is said now: somebody has to look at both"
    return Entry(Kind.UNREADABLE, f"unreadable {name}", f"cannot be read: {why}", "not compared", NONE,
                 after.file or name, details=(detail,), level=Level.ERROR)  # fmt: skip
