"""Which LUT or picture of a change is the successor of which: a version that nobody compared would be drift unseen.

Tables change in every row and compressed pictures in every byte, so that git takes most of them, rewritten, for one
file deleted and another added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from qualitygate.vcs.blobs import Change

Likeness = Callable[[str, str], bool]
"""Whether an old and a new path are alike."""


def paired(
    changes: Iterable[Change], counts: Callable[[str], bool], likenesses: Sequence[Likeness] | None = None
) -> tuple[Change, ...]:
    """Pair LUTs that vanished with LUTs that appeared; or pictures.

    In this order, each where it leaves no choice: what git calls a rename, unless only one side is a LUT; the same name
    in another directory; the same name but for the extension or its case, in this directory, then in another; and, for
    LUTs, the only one of a format; the only one at all. A new one that is left while some vanished gets those as
    `candidates`.

    Args:
        changes: What git says.
        counts: Whether a path is one of a LUT, or of a picture.
        likenesses: By what two paths are taken for one; `NAMES` where the only one that is left need not be it.
    """
    found = list(_undone(changes, counts))
    gone = [one.old_path for one in found if one.path is None and one.old_path is not None and counts(one.old_path)]
    fresh = [one.path for one in found if one.old_path is None and one.path is not None and counts(one.path)]
    pairs: dict[str, str] = {}
    for alike in likenesses or (*NAMES, _same_kind, _any):
        free = [old for old in gone if old not in pairs.values()]
        open_ = [new for new in fresh if new not in pairs]
        for new in open_:
            olds = [old for old in free if alike(old, new)]
            if len(olds) == 1 and sum(alike(olds[0], other) for other in open_) == 1:
                pairs[new] = olds[0]
    left = tuple(old for old in gone if old not in pairs.values())
    kept = [one for one in found if one.path not in pairs and not (one.path is None and one.old_path in pairs.values())]
    kept = [
        replace(one, candidates=left) if one.old_path is None and one.path is not None and counts(one.path) else one
        for one in kept
    ]
    return (*kept, *(Change(new, old) for new, old in pairs.items()))


def _undone(changes: Iterable[Change], counts: Callable[[str], bool]) -> Iterator[Change]:
    """Renames between a LUT and something else taken apart, such as into `a.cube.bak`."""
    for one in changes:
        if one.path is not None and one.old_path is not None and one.renamed:
            other_format = PurePosixPath(one.path).suffix.lower() != PurePosixPath(one.old_path).suffix.lower()
            if other_format and counts(one.path) != counts(one.old_path):
                yield Change(None, one.old_path)
                yield Change(one.path, None)
                continue
        yield one


def _same_name(old: str, new: str) -> bool:
    return PurePosixPath(old).name == PurePosixPath(new).name


def _same_place(old: str, new: str) -> bool:
    return _same_stem(old, new) and PurePosixPath(old).parent == PurePosixPath(new).parent


def _same_stem(old: str, new: str) -> bool:
    return PurePosixPath(old).stem.casefold() == PurePosixPath(new).stem.casefold()


def _same_kind(old: str, new: str) -> bool:
    return PurePosixPath(old).suffix.lower() == PurePosixPath(new).suffix.lower()


def _any(old: str, new: str) -> bool:
    return old != new


NAMES: tuple[Likeness, ...] = (_same_name, _same_place, _same_stem)
"""What names tell: the same one elsewhere, the same but for the extension here, the same but for the extension."""
