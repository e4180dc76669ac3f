"""What a set says of itself: directories, metrics, resizing, and the limits of its profile and regions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from qualitygate.core.finding_level import Level
from qualitygate.core.threshold import Threshold
from qualitygate.policy.model import PairSet, Profile
from qualitygate.policy.ratchet.entry import Entry, Kind, listed
from qualitygate.policy.ratchet.limits import Stated, loosened
from qualitygate.policy.ratchet.profiles import Specs, compare_profiles
from qualitygate.policy.ratchet.scale import scale_of
from qualitygate.policy.ratchet.state import State, same_place


def compare_limits(before: State, after: State, old: PairSet, new: PairSet, specs: Specs) -> list[Entry]:
    """The limits of another profile, and those of regions. One profile in two states is compared for itself."""
    found: list[Entry] = []
    was, now = before.profiles.get(old.profile), after.profiles.get(new.profile)
    if old.profile != new.profile and was is not None and now is not None:
        where = new.place.lines.get("profile", new.place.line or after.file)
        detail = f"judged by {new.profile}, was {old.profile}"
        for entry in compare_profiles(f"set {new.name}", was, now, specs, old.metrics):
            found.append(replace(entry, where=where, sets=(new.name,), details=(*entry.details, detail)))
    regions = {region.name: region for region in new.regions}
    for region in old.regions:
        other = regions.get(region.name)
        if other is None:
            continue
        limits = {(one.metric, one.statistic): one for one in other.thresholds}
        for one in region.thresholds:
            name, scale = f"{one.metric}.{one.statistic}", scale_of(one.metric, specs)
            there = limits.get((one.metric, one.statistic))
            line = other.lines.get(name, other.area.place.line or after.file)
            stated = Stated(name, there, scale, line) if there is not None else None
            entries = loosened(f"set {new.name}: region {region.name}", Stated(name, one, scale), stated, line)
            found += [replace(entry, sets=(new.name,)) for entry in entries]
    return found


def compare_options(before: State, after: State, old: PairSet, new: PairSet) -> list[Entry]:
    """Metrics that are no longer measured, pictures that are resized to fit; as a note, another background."""
    found = []
    profile = before.profiles.get(old.profile)
    limited = profile.metrics if profile is not None else ()
    judged = [name for name in limited if old.metrics is None or name in old.metrics]
    gone = [name for name in judged if new.metrics is not None and name not in new.metrics]
    if gone and new.metrics is not None and profile is not None:
        worst = gravest(profile, gone)
        found.append(
            Entry(
                Kind.PICTURES,
                f"set {new.name}: metrics",
                listed(judged),
                listed([name for name in new.metrics if name in judged]),
                listed(list(new.metrics)),
                new.place.lines.get("metrics", new.place.line or after.file),
                severity=worst.severity,
                born_of=worst.born_of,
                sets=(new.name,),
                details=(f"no longer judged: {listed(gone)}",),
            )
        )
    if old.background != new.background:
        where = new.place.lines.get("background", new.place.line or after.file)
        was, now = (f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in (old.background, new.background))
        detail = "what is transparent is judged on another colour, and may vanish in it"
        found.append(Entry(Kind.PICTURES, f"set {new.name}: background", was, now, now, where, sets=(new.name,),
                           details=(detail,), level=Level.NOTE))  # fmt: skip
    if old.resize == "off" and new.resize != "off":
        where = new.place.lines.get("resize", new.place.line or after.file)
        detail = "pictures of another size than their reference failed, and are resized and measured now"
        found.append(Entry(Kind.PICTURES, f"set {new.name}: resize", old.resize, new.resize, new.resize, where,
                           sets=(new.name,), details=(detail,)))  # fmt: skip
    return found


def gravest(profile: Profile, metrics: Collection[str] | None = None) -> Threshold:
    """The limit that it is most serious to break, of those that remember an incident if there are any.

    Args:
        profile: A profile with limits.
        metrics: Look at limits on these only.
    """
    limits = [one for one in profile.thresholds if metrics is None or one.metric in metrics]
    return min(limits, key=lambda one: (one.born_of is None, one.severity.rank))


def compare_sources(before: State, after: State, old: PairSet, new: PairSet, same: Collection[str]) -> list[Entry]:
    """Other pictures than those that were judged, or other references: no limit says how much looser that is.

    Args:
        before, after: The two states.
        old, new: The set in each.
        same: Names of sets whose references lie elsewhere and are the same.
    """
    found = []
    for key in ("candidate", "reference"):
        was, now = source_of(before, old, key), source_of(after, new, key)
        if not (old.from_git or new.from_git) or key == "candidate":
            paths = (old.candidate, new.candidate) if key == "candidate" else (old.reference, new.reference)
            was = now if same_place(before, paths[0], after, paths[1]) else was
        if was != now and not (key == "reference" and new.name in same):
            stated = "base" if new.from_git and new.base else key
            where = new.place.lines.get(stated, new.place.line or after.file)
            found.append(Entry(Kind.PICTURES, f"set {new.name}: {key}", was, now, now, where, sets=(new.name,)))
    return found


def source_of(state: State, one: PairSet, key: str) -> str:
    """Where a set takes its candidates or its references from, relative to the top."""
    if key == "candidate":
        return state.inside(one.candidate)
    if one.from_git:
        return f"git, merge base with {one.base}" if one.base else "git, merge base"
    return state.inside(one.reference)
