"""Sets of pairs: what they no longer judge, or judge by looser limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from qualitygate.core.finding_level import Level
from qualitygate.policy.model import LutSet, PairSet
from qualitygate.policy.ratchet.areas import compare_ignored, compare_regions
from qualitygate.policy.ratchet.entry import Entry, Kind, listed
from qualitygate.policy.ratchet.profiles import Specs, compare_profiles
from qualitygate.policy.ratchet.set_options import compare_limits, compare_options, compare_sources, gravest
from qualitygate.policy.ratchet.state import State, Taken, partners, same_place

DELETED = "deleted"
_SHOWN = 5


def compare_sets(
    before: State, after: State, taken: Taken, now: Taken, specs: Specs, same: Collection[str] = ()
) -> list[Entry]:
    """What sets no longer judge, or judge by looser limits.

    Args:
        before, after: The two states.
        taken: What each set of before would take of the pictures that exist now.
        now: What each set of after takes.
        specs: What is known of the metrics.
        same: Names of sets whose references lie elsewhere and are the same.
    """
    found: list[Entry] = []
    successors = partners(before, after)
    for old in before.sets:
        new = successors[old.name]
        pictures = taken.get(old.name, {})
        if new is None:
            found += _deleted(before, after, old, pictures, now, specs)
            continue
        found += compare_sources(before, after, old, new, same)
        if same_place(before, old.candidate, after, new.candidate):
            found += _lost(before, after, old, new, pictures, now, specs)
        found += compare_options(before, after, old, new)
        found += compare_limits(before, after, old, new, specs)
        pairs = now.get(new.name, {}) or pictures
        found += compare_ignored(before, after, old, new, pairs)
        found += compare_regions(before, after, old, new, pairs)
    return found


def globs_text(one: PairSet | LutSet) -> str:
    """What a set takes, as its globs say it: `**, not drafts/**`."""
    taken = one.files if isinstance(one, LutSet) else one.include
    return f"{listed(list(taken))}{f', not {listed(list(one.exclude))}' if one.exclude else ''}"


def shown(names: Collection[str]) -> tuple[str, ...]:
    """A few names, and how many more there are."""
    first = sorted(names)[:_SHOWN]
    return (*first, f"and {len(names) - _SHOWN:,} more") if len(names) > _SHOWN else tuple(first)


def _deleted(
    before: State, after: State, old: PairSet, pictures: Mapping[str, frozenset[str]], now: Taken, specs: Specs
) -> list[Entry]:
    """A set that is gone, unless every picture of it is judged by another one that is no looser."""
    left = _unjudged(before, after, old, pictures, now, specs)
    if pictures and not left:
        return []
    profile = before.profiles.get(old.profile)
    memory = gravest(profile) if profile is not None and profile.thresholds else None
    count = f"{len(pictures):,} picture{'' if len(pictures) == 1 else 's'}" if pictures else "set"
    return [
        Entry(Kind.PICTURES, f"set {old.name}", f"{count} judged by {old.profile}", DELETED, DELETED, after.file,
              amount=float(len(left)) if left else None, unit=_no_longer(left) if left else "",
              severity=memory.severity if memory else None, born_of=memory.born_of if memory else None,
              sets=(old.name,), details=shown(left))
    ]  # fmt: skip


def _lost(
    before: State, after: State, old: PairSet, new: PairSet, pictures: Mapping[str, frozenset[str]], now: Taken,
    specs: Specs,
) -> list[Entry]:  # fmt: skip
    """Pictures that exist and are left out by `include` or `exclude` now."""
    kept = now.get(new.name, {})
    gone = {key: files for key, files in pictures.items() if key not in kept}
    left = _unjudged(before, after, old, gone, now, specs)
    if not left:
        return []
    lines = [new.place.lines[key] for key in ("exclude", "include") if key in new.place.lines]
    where = lines[0] if lines else new.place.line or after.file
    was, today = len(pictures), len(pictures) - len(left)
    profile = before.profiles.get(old.profile)
    memory = gravest(profile) if profile is not None and profile.thresholds else None
    return [
        Entry(Kind.PICTURES, f"set {new.name}: pictures", f"{was:,} judged", f"{today:,} judged",
              globs_text(new), where,
              amount=float(len(left)), unit=_no_longer(left), percent=100.0 * len(left) / was,
              severity=memory.severity if memory else None, born_of=memory.born_of if memory else None,
              sets=(new.name,), details=shown(left))
    ]  # fmt: skip


def _no_longer(left: list[str]) -> str:
    return f"picture{'' if len(left) == 1 else 's'} no longer judged"


def _unjudged(
    before: State, after: State, old: PairSet, pictures: Mapping[str, frozenset[str]], now: Taken, specs: Specs
) -> list[str]:
    """Pictures that no set takes any more by limits that are at least as tight."""
    profile = before.profiles.get(old.profile)
    others = []
    for one in after.sets:
        theirs = after.profiles.get(one.profile)
        if profile is None or theirs is None or compare_profiles("", profile, theirs, specs, old.metrics):
            continue
        options = [entry for entry in compare_options(before, after, old, one) if entry.level is Level.ERROR]
        if options or compare_limits(before, after, old, one, specs):
            continue
        if compare_ignored(before, after, old, one, pictures) or compare_regions(before, after, old, one, pictures):
            continue
        others.append({file for files in now.get(one.name, {}).values() for file in files})
    return sorted(key for key, files in pictures.items() if not any(files & other for other in others))
