"""What may have been renamed: a candidate without a reference beside a reference without a candidate.

Nothing is paired by this, since that would be guessing. It is a hint for a person, where two files have the same bytes,
or where the one name is the other and more (`coffee.png` and `coffee-large.png`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from qualitygate.pairing.match import Match


def with_hints(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The matches, in order, those without a counterpart with a question in `detail` where one is likely.

    Args:
        matches: Of one set. Files are read only where two of them have the same size.
    """
    lone = [one for one in matches if one.problem == "candidate_missing" and one.reference is not None]
    new = [one for one in matches if one.problem == "reference_missing" and one.candidate is not None]
    if not lone or not new:
        return tuple(matches)
    found = _pairs(lone, new, _equal(lone, new))
    taken = {match.id for pair in found for match in pair}
    found += _pairs(lone, new, (pair for pair in _alike(lone, new) if not taken & {pair[0].id, pair[1].id}))
    asked = {reference.id: f"; is it {candidate.id} now?" for reference, candidate in found}
    asked |= {candidate.id: f"; is it {reference.id}, renamed?" for reference, candidate in found}
    return tuple(replace(one, detail=f"{one.detail}{asked.get(one.id, '')}") for one in matches)


Pair = tuple[Match, Match]


def _pairs(lone: Sequence[Match], new: Sequence[Match], likely: Iterable[Pair]) -> list[Pair]:
    """Those that are likely on both sides and leave no choice."""
    ours, theirs = defaultdict[str, list[Match]](list), defaultdict[str, list[Match]](list)
    for reference, candidate in likely:
        ours[reference.id].append(candidate)
        theirs[candidate.id].append(reference)
    of_id = {one.id: one for one in new}
    return [
        (one, of_id[ours[one.id][0].id])
        for one in lone
        if len(ours[one.id]) == 1 and len(theirs[ours[one.id][0].id]) == 1
    ]


def _equal(lone: Sequence[Match], new: Sequence[Match]) -> Iterator[Pair]:
    sizes = defaultdict[int, list[Match]](list)
    for reference in lone:
        if (size := _size(reference.reference)) is not None:
            sizes[size].append(reference)
    for candidate in new:
        size = _size(candidate.candidate)
        for reference in sizes.get(size, ()) if size is not None else ():
            if _same(reference.reference, candidate.candidate):
                yield reference, candidate


def _alike(lone: Sequence[Match], new: Sequence[Match]) -> Iterator[Pair]:
    ours, theirs = _by_stem(lone), _by_stem(new)
    for candidate in new:
        for reference in (one for start in _starts(candidate.id) for one in ours.get(start, ())):
            yield reference, candidate
    for reference in lone:
        for candidate in (one for start in _starts(reference.id) for one in theirs.get(start, ())):
            yield reference, candidate


def _by_stem(matches: Iterable[Match]) -> dict[str, list[Match]]:
    found = defaultdict[str, list[Match]](list)
    for one in matches:
        found[_stem(one.id)].append(one)
    return dict(found)


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _starts(name: str) -> Iterator[str]:
    """What a name without its extension begins with, up to something that is no letter or digit."""
    stem = _stem(name)
    for index in range(stem.rfind("/") + 2, len(stem)):
        if not stem[index].isalnum() and stem[index - 1].isalnum():
            yield stem[:index]


def _size(path: Path | None) -> int | None:
    try:
        return path.stat().st_size if path is not None and path.is_file() else None
    except OSError:  # it is told where the file is read in earnest
        return None


def _same(one: Path | None, other: Path | None) -> bool:
    try:
        import filecmp

        return one is not None and other is not None and filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
