"""Which items of two lists are the same, though one of them was edited, moved or added on both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import msgspec

_ALIKE = 0.6
_MOST_COMPARISONS = 2_500


@dataclass(frozen=True, slots=True)
class Kind:
    """What a list holds.

    Attributes:
        name: Its name in the document.
        label: What a person would call an item: its title, or its text.
        edited: Whether an item with another label may be the same, edited.
    """

    name: str
    label: Callable[[Any], str]
    edited: bool = True


def matches(kind: Kind, base: Sequence[Any], side: Sequence[Any]) -> dict[int, int]:
    """Position in a side -> position in the base of the item it was: equal, else of one label, else much alike."""
    found: dict[int, int] = {}
    old, new = [repr(item) for item in base], [repr(item) for item in side]
    for i, j, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        found |= {j + n: i + n for n in range(length)}
    _match_by(found, old, new)
    if kind.edited:
        labels, others = [kind.label(item) for item in base], [kind.label(item) for item in side]
        _match_by(found, labels, others)
        _match_alike(found, labels, others)
    return found


def _match_by(found: dict[int, int], old: Sequence[str], new: Sequence[str]) -> None:
    free: dict[str, list[int]] = {}
    taken = set(found.values())
    for i, text in enumerate(old):
        if i not in taken:
            free.setdefault(text, []).append(i)
    for j, text in enumerate(new):
        if j not in found and free.get(text):
            found[j] = free[text].pop(0)


def _match_alike(found: dict[int, int], labels: Sequence[str], others: Sequence[str]) -> None:
    taken = set(found.values())
    left = [i for i in range(len(labels)) if i not in taken]
    new = [j for j in range(len(others)) if j not in found]
    if len(left) * len(new) > _MOST_COMPARISONS:
        return
    scored = []
    for i in left:
        for j in new:
            matcher = SequenceMatcher(None, labels[i][:300], others[j][:300], autojunk=False)
            if matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                scored.append((-matcher.ratio(), i, j))
    for _, i, j in sorted(scored):
        if i not in taken and j not in found:
            found[j] = i
            taken.add(i)


def both_added(
    ours: Sequence[Any], theirs: Sequence[Any], from_ours: dict[int, int], from_theirs: dict[int, int]
) -> dict[int, int]:
    """Items that both added: equal, or with one label and alike in all that is required."""

    def key(item: Any) -> str:
        if isinstance(item, str):
            return item
        required = (field.name for field in msgspec.structs.fields(item) if field.required)
        return repr([getattr(item, name) for name in required])

    pairs: dict[int, int] = {}
    for identify in (repr, key):
        free: dict[str, list[int]] = {}
        for k, item in enumerate(theirs):
            if k not in from_theirs and k not in pairs.values():
                free.setdefault(identify(item), []).append(k)
        for j, item in enumerate(ours):
            if j not in from_ours and j not in pairs and free.get(identify(item)):
                pairs[j] = free[identify(item)].pop(0)
    return pairs
