"""Three-way merge of lists: what became of each item, and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from qualitygate.incidents.merge_conflict import Conflict
from qualitygate.incidents.merge_matching import Kind, both_added, matches


class Merged(NamedTuple):
    """The merged list, and where each item of the three lists stands in it; None for what is gone."""

    items: tuple[Any, ...]
    of_base: dict[int, int | None]
    of_ours: dict[int, int | None]
    of_theirs: dict[int, int | None]


Token = tuple[str, int]
"""An item: `base`, `ours`, `theirs` or `both`, and its position there (for `both`, in ours)."""


def merge_lists(
    kind: Kind,
    base: Sequence[Any],
    ours: Sequence[Any],
    theirs: Sequence[Any],
    conflicts: list[Conflict],
    prefix: str = "",
) -> Merged:
    """What two edits of a list come to together. Conflicts are appended to `conflicts`.

    Args:
        prefix: Stands before the name of the list in conflicts.
    """
    from_ours, from_theirs = matches(kind, base, ours), matches(kind, base, theirs)
    name = f"{prefix}{kind.name}"
    values: dict[Token, Any] = {}
    place_ours = {i: j for j, i in from_ours.items()}
    place_theirs = {i: j for j, i in from_theirs.items()}
    for i, item in enumerate(base):
        one = ours[place_ours[i]] if i in place_ours else None
        other = theirs[place_theirs[i]] if i in place_theirs else None
        merged = _item(f'{name} "{kind.label(item)}"', item, one, other, conflicts)
        if merged is not None:
            values["base", i] = merged
    pairs = both_added(ours, theirs, from_ours, from_theirs)
    tokens_ours: list[Token] = []
    for j, item in enumerate(ours):
        token: Token = ("base", from_ours[j]) if j in from_ours else ("both", j) if j in pairs else ("ours", j)
        if token[0] == "ours":
            values[token] = item
        elif token[0] == "both":
            values[token] = _added_twice(f'{name} "{kind.label(item)}"', item, theirs[pairs[j]], conflicts)
        tokens_ours.append(token)
    back = {k: j for j, k in pairs.items()}
    tokens_theirs: list[Token] = []
    for k, item in enumerate(theirs):
        token = ("base", from_theirs[k]) if k in from_theirs else ("both", back[k]) if k in back else ("theirs", k)
        if token[0] == "theirs":
            values[token] = item
        tokens_theirs.append(token)
    order = _ordered(tokens_ours, tokens_theirs, values)
    if order is None:
        conflicts.append(
            Conflict(f"{name}: order", *([kind.label(item) for item in side] for side in (base, ours, theirs)))
        )
        order = [token for token in tokens_ours if token in values]
    position = {token: number for number, token in enumerate(order)}
    return Merged(
        tuple(values[token] for token in order),
        {i: position.get(("base", i)) for i in range(len(base))},
        {j: position.get(token) for j, token in enumerate(tokens_ours)},
        {k: position.get(token) for k, token in enumerate(tokens_theirs)},
    )


def _item(where: str, base: Any, ours: Any, theirs: Any, conflicts: list[Conflict]) -> Any:
    """What became of an item; None if it was removed."""
    if ours is None or theirs is None:
        other = theirs if ours is None else ours
        if other is None or other == base:
            return None
        conflicts.append(Conflict(where, base, ours, theirs))
        return other
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    if isinstance(base, str):
        conflicts.append(Conflict(where, base, ours, theirs))
        return ours
    changes = {}
    for field in base.__struct_fields__:
        old, one, other = (getattr(item, field) for item in (base, ours, theirs))
        if one != other and one != old and other != old:
            conflicts.append(Conflict(f"{where}.{field.rstrip('_')}", old, one, other))
        changes[field] = other if one == old else one
    return msgspec.structs.replace(base, **changes)


def _added_twice(where: str, ours: Any, theirs: Any, conflicts: list[Conflict]) -> Any:
    """An item that both added: what one leaves open the other may say."""
    if ours == theirs:
        return ours
    changes = {}
    for field in msgspec.structs.fields(ours):
        one, other = getattr(ours, field.name), getattr(theirs, field.name)
        if one != other and one != field.default and other != field.default:
            conflicts.append(Conflict(f"{where}.{field.name.rstrip('_')}", None, one, other))
        changes[field.name] = other if one == field.default else one
    return msgspec.structs.replace(ours, **changes)


def _ordered(ours: Sequence[Token], theirs: Sequence[Token], values: dict[Token, Any]) -> list[Token] | None:
    """All items in an order that keeps what either side moved; None if both moved what was there differently."""
    ours, theirs = ([token for token in side if token in values] for side in (ours, theirs))
    old_ours, old_theirs = ([token for token in side if token[0] == "base"] for side in (ours, theirs))
    if old_ours == old_theirs:
        return _interleaved(ours, theirs, values)
    if old_ours == sorted(old_ours):
        return _inserted(theirs, ours)
    if old_theirs == sorted(old_theirs):
        return _inserted(ours, theirs)
    return None


def _interleaved(ours: Sequence[Token], theirs: Sequence[Token], values: dict[Token, Any]) -> list[Token]:
    """What was there in its order, and between it what either added, the same whichever side is called ours."""
    made: dict[Token, None] = {}
    for one, other in zip(_gaps(ours), _gaps(theirs), strict=True):
        first, second = sorted((one, other), key=lambda group: [repr(values[token]) for token in group[1:]])
        made |= dict.fromkeys((*first, *second[1:]))
    return [token for token in made if token != _BEGIN]


_BEGIN: Token = ("begin", 0)


def _gaps(tokens: Sequence[Token]) -> list[list[Token]]:
    """The items in groups that each begin with one that was there, the first group aside."""
    groups: list[list[Token]] = [[_BEGIN]]
    for token in tokens:
        if token[0] == "base":
            groups.append([token])
        else:
            groups[-1].append(token)
    return groups


def _inserted(order: Sequence[Token], other: Sequence[Token]) -> list[Token]:
    """One order, with what only the other has put behind what it follows there."""
    made = list(order)
    known = set(order)
    previous: Token | None = None
    for token in other:
        if token not in known:
            made.insert(made.index(previous) + 1 if previous is not None else 0, token)
            known.add(token)
        previous = token
    return made
