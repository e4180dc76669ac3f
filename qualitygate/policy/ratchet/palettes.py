"""Palettes that pictures are held against, and batches held against approved ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from qualitygate.core.lab_drift import SPEC
from qualitygate.core.palette import BrandColour
from qualitygate.policy.palette_model import BatchSet, PaletteSet
from qualitygate.policy.ratchet.areas import area_digest, grown
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind, listed, number
from qualitygate.policy.ratchet.limits import Stated, limit_text, loosened
from qualitygate.policy.ratchet.scale import scale_of
from qualitygate.policy.ratchet.sets import DELETED, shown
from qualitygate.policy.ratchet.state import State, Taken

_SCALE = scale_of(SPEC.name, {SPEC.name: SPEC})


def compare_palettes(before: State, after: State, taken: Taken, now: Taken) -> list[Entry]:
    """What palettes and batches let pass that they did not.

    Args:
        before, after: The two states.
        taken: What each set of before would take of the pictures that exist now.
        now: What each set of after takes.
    """
    found: list[Entry] = []
    palettes = {one.name: one for one in after.palettes}
    for old in before.palettes:
        pictures = taken.get(old.name, {})
        new = palettes.get(old.name)
        if new is None:
            found.append(_gone(f"palette {old.name}", after, old.name, pictures))
            continue
        found += _lost(f"palette {old.name}", old, new, pictures, now.get(new.name, {}))
        found += _colours(old, new)
        found += _areas(before, after, old, new, pictures)
    batches = {one.name: one for one in after.batches}
    for batch in before.batches:
        pictures = taken.get(batch.name, {})
        other = batches.get(batch.name)
        if other is None:
            found.append(_gone(f"batch {batch.name}", after, batch.name, pictures))
            continue
        found += _lost(f"batch {batch.name}", batch, other, pictures, now.get(other.name, {}))
        found += _batch(before, after, batch, other)
    return found


def colour_text(one: BrandColour) -> str:
    """Everything that is asked of a colour: `#d0021b tolerance 2, capture 8, 2 % outside, coverage 1 %`."""
    parts = [f"{one.value} tolerance {number(one.tolerance)}", f"capture {number(one.capture)}",
             f"{number(100 * one.max_outside)} % outside"]  # fmt: skip
    parts += [f"coverage {number(100 * one.min_coverage)} %"] if one.min_coverage is not None else []
    return ", ".join(parts)


def present_palettes(after: State) -> dict[str, str]:
    """What waivers of these changes are bound to, as things stand."""
    found: dict[str, str] = {}
    for one in after.palettes:
        subject = f"palette {one.name}"
        found |= {subject: "there", f"{subject}: pictures": _globs(one), f"{subject}: counted": _counted(one)}
        found |= {f"{subject}: ignore": area_digest(after, one.ignore), f"{subject}: regions": _regions(after, one)}
        for colour in one.rules.colours:
            found[f"{subject}: colour {colour.name}"] = colour_text(colour)
            found[f"{subject}: colour {colour.name} severity"] = colour.severity.value
    for batch in after.batches:
        subject = f"batch {batch.name}"
        found |= {subject: "there", f"{subject}: pictures": _globs(batch)}
        found |= {f"{subject}: baseline": _baseline(after, batch), f"{subject}: min_pictures": str(batch.min_pictures)}
        for limit in batch.thresholds:
            found[f"{subject}: {limit.statistic}"] = limit_text(limit, _SCALE)
            found[f"{subject}: {limit.statistic} severity"] = limit.severity.value
    return found


def _colours(old: PaletteSet, new: PaletteSet) -> Iterable[Entry]:
    now = {one.name: one for one in new.rules.colours}
    for colour in old.rules.colours:
        other = now.get(colour.name)
        change = f"palette {new.name}: colour {colour.name}"
        where = new.rules.lines.get(colour.name, new.place.line or new.rules.origin)
        memory = {"severity": colour.severity, "born_of": colour.born_of, "sets": (new.name,)}
        if other is None:
            yield Entry(Kind.LIMIT, change, colour_text(colour), NONE, NONE, where, **memory)  # type: ignore[arg-type]
            continue
        how = _looser(colour, other)
        if how:
            more = other.tolerance - colour.tolerance
            yield Entry(Kind.LIMIT, change, colour_text(colour), colour_text(other), colour_text(other), where,
                        amount=more if more > 0 else None, unit="ΔE00" if more > 0 else "",
                        percent=100.0 * more / colour.tolerance if more > 0 else None,
                        details=(", ".join(how),), **memory)  # type: ignore[arg-type]  # fmt: skip
        if other.severity.rank > colour.severity.rank:
            yield Entry(Kind.SEVERITY, f"{change} severity", colour.severity.value, other.severity.value,
                        other.severity.value, where, **memory)  # type: ignore[arg-type]  # fmt: skip
    change = f"palette {new.name}: counted"
    if old.rules.flat != new.rules.flat or (old.rules.flat and new.rules.min_area > old.rules.min_area):
        yield Entry(Kind.AREA, change, _counted(old), _counted(new), _counted(new), new.place.line or "",
                    sets=(new.name,), details=("other pixels are held against the palette than were",))  # fmt: skip


def _looser(old: BrandColour, new: BrandColour) -> list[str]:
    """How a colour lets more pass: another colour, a wider tolerance, fewer pixels that count as attempts at it."""
    found = ["another colour"] if old.value != new.value else []
    found += ["a wider tolerance"] if new.tolerance > old.tolerance else []
    found += ["less is taken for this colour"] if new.capture < old.capture else []
    found += ["more may lie outside"] if new.max_outside > old.max_outside else []
    least = new.min_coverage if new.min_coverage is not None else 0.0
    found += ["less of it must be there"] if old.min_coverage is not None and least < old.min_coverage else []
    return found


def _areas(before: State, after: State, old: PaletteSet, new: PaletteSet, pictures: Iterable[str]) -> Iterable[Entry]:
    pictures, subject = tuple(pictures), f"palette {new.name}"
    more = grown(before, after, old.ignore, new.ignore, pictures)
    if more:
        pair, count, was, now = more[0]
        yield Entry(Kind.AREA, f"{subject}: ignore", f"{was:,} px", f"{now:,} px", area_digest(after, new.ignore),
                    new.place.line or "", amount=float(count), unit="px more",
                    percent=100.0 * count / was if was else None, sets=(new.name,),
                    details=(f"{pair}: {count:,} px more",))  # fmt: skip
    lost = grown(after, before, new.regions, old.regions, pictures) if old.regions and new.regions else []
    if lost or (new.regions and not old.regions):
        yield Entry(Kind.AREA, f"{subject}: regions", "whole pictures" if not old.regions else f"{lost[0][3]:,} px",
                    f"{lost[0][2]:,} px" if lost else "regions alone", _regions(after, new), new.place.line or "",
                    sets=(new.name,))  # fmt: skip


def _batch(before: State, after: State, old: BatchSet, new: BatchSet) -> Iterable[Entry]:
    subject, where = f"batch {new.name}", new.place.line or after.file
    limits = {one.statistic: one for one in new.thresholds}
    for one in old.thresholds:
        there = limits.get(one.statistic)
        stated = Stated(one.statistic, there, _SCALE, where) if there is not None else None
        yield from loosened(subject, Stated(one.statistic, one, _SCALE), stated, where)
    was, now = _baseline(before, old), _baseline(after, new)
    if was != now:
        yield Entry(Kind.PICTURES, f"{subject}: baseline", was, now, now, where, sets=(new.name,))
    if new.min_pictures > old.min_pictures:
        text = str(new.min_pictures)
        yield Entry(Kind.PICTURES, f"{subject}: min_pictures", str(old.min_pictures), text, text, where,
                    amount=float(new.min_pictures - old.min_pictures), unit="pictures more before it is judged",
                    sets=(new.name,))  # fmt: skip


def _gone(subject: str, after: State, name: str, pictures: Collection[str]) -> Entry:
    count = f"{len(pictures):,} picture{'' if len(pictures) == 1 else 's'}" if pictures else "set"
    return Entry(Kind.PICTURES, subject, count, DELETED, DELETED, after.file, sets=(name,), details=shown(pictures))


def _lost(
    subject: str, old: PaletteSet | BatchSet, new: PaletteSet | BatchSet, pictures: Collection[str],
    kept: Collection[str],
) -> Iterable[Entry]:  # fmt: skip
    left = [name for name in pictures if name not in kept]
    if left:
        unit = f"picture{'' if len(left) == 1 else 's'} no longer judged"
        yield Entry(Kind.PICTURES, f"{subject}: pictures", f"{len(pictures):,} judged",
                    f"{len(pictures) - len(left):,} judged", _globs(new), new.place.line or "",
                    amount=float(len(left)), unit=unit, percent=100.0 * len(left) / len(pictures), sets=(old.name,),
                    details=shown(left))  # fmt: skip


def _globs(one: PaletteSet | BatchSet) -> str:
    taken = one.files if isinstance(one, PaletteSet) else one.candidate
    return f"{listed(list(taken))}{f', not {listed(list(one.exclude))}' if one.exclude else ''}"


def _counted(one: PaletteSet) -> str:
    return f"areas of one colour from {number(100 * one.rules.min_area)} %" if one.rules.flat else "every pixel"


def _regions(state: State, one: PaletteSet) -> str:
    return area_digest(state, one.regions) if one.regions else "whole pictures"


def _baseline(state: State, one: BatchSet) -> str:
    return listed(list(one.baseline)) if isinstance(one.baseline, tuple) else state.inside(one.baseline)
