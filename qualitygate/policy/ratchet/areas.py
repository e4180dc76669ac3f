"""Ignored areas that grew, and regions with limits of their own that shrank."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from qualitygate.core.glob import WILDCARDS, matches
from qualitygate.policy.model import Area, PairSet, Region
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind
from qualitygate.policy.ratchet.geometry import Shape, added, pixels
from qualitygate.policy.ratchet.state import State

_LOCAL = ("max", "worst_tile")  # no pixel more can make these better
_SHOWN = 5


def compare_ignored(before: State, after: State, old: PairSet, new: PairSet, pairs: Iterable[str]) -> list[Entry]:
    """Pixels that no longer count, in at most one entry for a set: of every pair how many more than before.

    Args:
        before, after: The two states.
        old, new: The set in each.
        pairs: Ids of its pairs, as far as they are known.
    """
    found = grown(before, after, old.ignore, new.ignore, pairs)
    if not found:
        return []
    _, worst, was, now = found[0]
    where = next((area.place.line for area in new.ignore if area.place.line and area not in old.ignore), None)
    lines = [f"{pair}: {more:,} px more, {then:,} to {today:,}" for pair, more, then, today in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"and {len(found) - _SHOWN} more")
    return [
        Entry(
            Kind.AREA,
            f"set {new.name}: ignore",
            f"{was:,} px" if was else NONE,
            f"{now:,} px",
            area_digest(after, new.ignore),
            where or new.place.line or after.file,
            amount=float(worst),
            unit="px more",
            percent=100.0 * worst / was if was else None,
            sets=(new.name,),
            details=tuple(lines),
        )
    ]


def compare_regions(before: State, after: State, old: PairSet, new: PairSet, pairs: Iterable[str]) -> list[Entry]:
    """Regions that are gone, lost pixels, or grew where a mean over more pixels hides more."""
    found: list[Entry] = []
    now, ids = {region.name: region for region in new.regions}, tuple(pairs)
    for region in old.regions:
        change = f"set {new.name}: region {region.name}"
        other = now.get(region.name)
        memory = next((one for one in region.thresholds if one.born_of), region.thresholds[0])
        if other is None:
            found.append(Entry(Kind.AREA, change, "there", NONE, NONE, new.place.line or after.file,
                               severity=memory.severity, born_of=memory.born_of, sets=(new.name,)))  # fmt: skip
            continue
        lost = grown(after, before, (other.area,), (region.area,), ids)
        wider = [] if _only_local(region) else grown(before, after, (region.area,), (other.area,), ids)
        for word, one in (("no longer in it", lost), ("more in it", wider)):
            if not one:
                continue
            worst = max(one, key=lambda each: each[1])
            was, then = (worst[3], worst[2]) if one is lost else (worst[2], worst[3])
            found.append(
                Entry(Kind.AREA, change, f"{was:,} px", f"{then:,} px", area_digest(after, (other.area,)),
                      other.area.place.line or after.file, amount=float(worst[1]), unit=f"px {word}",
                      percent=100.0 * worst[1] / was if was else None, severity=memory.severity,
                      born_of=memory.born_of, sets=(new.name,), details=(f"{worst[0]}: {worst[1]:,} px {word}",))
            )  # fmt: skip
            break
    return found


def area_digest(state: State, areas: Sequence[Area]) -> str:
    """What a waiver of areas is bound to: a digest of the pixels they name, `none` where they name none."""
    lines = []
    for area in areas:
        mask = state.digests.get(area.mask, "?") if area.mask is not None else ""
        lines.append(f"{area.pairs} {sorted(set(area.rectangles))} {mask}")
    text = "\n".join(sorted(lines))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:32]}" if lines else NONE


def _only_local(region: Region) -> bool:
    return all(one.statistic in _LOCAL for one in region.thresholds)


def grown(
    before: State, after: State, old: Sequence[Area], new: Sequence[Area], pairs: Iterable[str]
) -> list[tuple[str, int, int, int]]:
    """Of every pair whose area grew: its id, pixels more, pixels before and after; the most first.

    Args:
        before, after: The states that the areas belong to.
        old, new: The areas.
        pairs: Ids of pairs, as far as they are known.
    """
    known: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int, int]] = {}
    found = []
    for pair in _ids((old, new), pairs):
        ours = tuple(index for index, area in enumerate(old) if matches(area.pairs, pair))
        theirs = tuple(index for index, area in enumerate(new) if matches(area.pairs, pair))
        if (ours, theirs) not in known:
            was, now = shape_of(before, [old[i] for i in ours]), shape_of(after, [new[i] for i in theirs])
            known[ours, theirs] = (added(was, now), pixels(was), pixels(now))
        more, then, today = known[ours, theirs]
        if more:
            found.append((pair, more, then, today))
    return sorted(found, key=lambda one: (-one[1], one[0]))


def shape_of(state: State, areas: Iterable[Area]) -> Shape:
    """Areas as one shape. A mask that could not be read covers nothing."""
    areas = tuple(areas)
    rectangles = tuple(rectangle for area in areas for rectangle in area.rectangles)
    masks = tuple(state.masks[area.mask] for area in areas if area.mask is not None and area.mask in state.masks)
    return Shape(rectangles, masks)


def _ids(groups: Iterable[Sequence[Area]], pairs: Iterable[str]) -> tuple[str, ...]:
    """Known pairs, and one of its own for every glob that is about pairs nobody knows here, such as those not built."""
    known = dict.fromkeys(pairs)
    for area in (area for group in groups for area in group):
        if not any(matches(area.pairs, pair) for pair in known):
            made = area.pairs.removesuffix("/") + ("/x" if area.pairs.endswith("/") else "")
            known[made if not WILDCARDS & set(made) else _sample(made)] = None
    return tuple(known)


def _sample(glob: str) -> str:
    """A path that a glob matches: what its wildcards stand for is spelled out."""
    return glob.replace("**/", "").replace("**", "x").replace("*", "x").replace("?", "x")
