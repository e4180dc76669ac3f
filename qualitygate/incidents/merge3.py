"""Three-way merge of a postmortem's text: field by field, and item by item where it is a list.

What only one side changed is taken, what both added is kept, what both changed alike is taken once. What they changed
differently is a conflict; all conflicts are told at once, and nothing is merged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qualitygate.incidents.document import Document
from qualitygate.incidents.merge_conflict import Conflict, MergeConflictError
from qualitygate.incidents.merge_lists import Merged, merge_lists
from qualitygate.incidents.merge_matching import Kind
from qualitygate.incidents.narrative import Edge, RootCause

_TIMELINE = Kind("timeline", lambda row: row.event)
_CAUSES = Kind("causes", lambda cause: cause.text)
_FALSIFICATIONS = Kind("falsifications", lambda one: one.hypothesis)
_ACTIONS = Kind("actions", lambda action: action.title)
_LESSONS = Kind("lessons", lambda lesson: lesson.text)
_SECTIONS = Kind("sections", lambda section: section.text.partition("\n")[0])
_STAKEHOLDERS = Kind("stakeholders", lambda name: name, edited=False)


def merge3(
    base: Document,
    ours: Document,
    theirs: Document,
    *,
    names: tuple[str, str] = ("one side", "the other"),
    where: str | None = None,
) -> Document:
    """What two edits of one text come to together.

    `merge3(b, b, x) == merge3(b, x, b) == merge3(b, x, x) == x`, and the sides may be swapped.

    Args:
        base: The text that both began with.
        ours: One edit of it.
        theirs: The other.
        names: What to call the two in the message.
        where: What to name in the message, by default the incident.

    Raises:
        MergeConflictError: QG-1757, both changed the same thing differently; it names all such things.
    """
    conflicts: list[Conflict] = []
    made = _documents(base, ours, theirs, conflicts)
    if conflicts:
        raise MergeConflictError.of(conflicts, names, where or base.id)
    return made


def _documents(base: Document, ours: Document, theirs: Document, conflicts: list[Conflict]) -> Document:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs

    def scalar(name: str) -> Any:
        return _scalar(name, getattr(base, name), getattr(ours, name), getattr(theirs, name), conflicts)

    def items(kind: Kind) -> Any:
        name = kind.name
        return merge_lists(kind, getattr(base, name), getattr(ours, name), getattr(theirs, name), conflicts).items

    return Document(
        id=scalar("id"),
        lang=scalar("lang"),
        title=scalar("title"),
        detected=scalar("detected"),
        severity=scalar("severity"),
        impact=scalar("impact"),
        stakeholders=items(_STAKEHOLDERS),
        timeline=_in_order(items(_TIMELINE), ours.timeline, theirs.timeline, lambda row: row.at),
        rca=_root_causes(base.rca, ours.rca, theirs.rca, conflicts),
        actions=items(_ACTIONS),
        lessons=items(_LESSONS),
        sections=_in_order(items(_SECTIONS), ours.sections, theirs.sections, lambda one: _PLACES.index(one.after)),
    )


_PLACES = ("title", "context", "timeline", "root_cause", "actions", "lessons")


def _in_order(
    made: tuple[Any, ...], ours: Sequence[Any], theirs: Sequence[Any], key: Callable[[Any], Any]
) -> tuple[Any, ...]:
    """The items in the order of a key, if both sides kept to it."""
    if all(list(side) == sorted(side, key=key) for side in (ours, theirs)):
        return tuple(sorted(made, key=key))
    return made


def _scalar(name: str, base: Any, ours: Any, theirs: Any, conflicts: list[Conflict]) -> Any:
    if ours == theirs or theirs == base:
        return ours
    if ours != base:
        conflicts.append(Conflict(name, base, ours, theirs))
    return theirs


def _root_causes(base: RootCause, ours: RootCause, theirs: RootCause, conflicts: list[Conflict]) -> RootCause:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    causes = merge_lists(_CAUSES, base.causes, ours.causes, theirs.causes, conflicts, "rca.")
    whys = _scalar("rca.whys", base.whys, ours.whys, theirs.whys, conflicts)
    reason = _scalar("rca.whys_reason", base.whys_reason, ours.whys_reason, theirs.whys_reason, conflicts)
    tried = (base.falsifications, ours.falsifications, theirs.falsifications)
    return RootCause(
        causes=causes.items,
        edges=_edges(base, ours, theirs, causes, conflicts),
        whys=whys,
        whys_reason=reason,
        falsifications=merge_lists(_FALSIFICATIONS, *tried, conflicts, "rca.").items,
    )


def _edges(
    base: RootCause, ours: RootCause, theirs: RootCause, causes: Merged, conflicts: list[Conflict]
) -> tuple[Edge, ...]:
    """The arrows between the merged causes. One that both ends of are gone with goes too."""
    old = _moved(base.edges, causes.of_base)
    one, other = _moved(ours.edges, causes.of_ours), _moved(theirs.edges, causes.of_theirs)
    for side, mapping, is_ours in ((ours, causes.of_ours, True), (theirs, causes.of_theirs, False)):
        for edge in side.edges:
            lost = next((end for end in (edge.from_, edge.to) if mapping.get(end) is None), None)
            if lost is not None and not _was_there(side, edge, base):
                text = f"{side.causes[edge.from_].text} → {side.causes[edge.to].text}"
                gone = "the cause was removed"
                conflicts.append(Conflict("rca.edges", None, *((text, gone) if is_ours else (gone, text))))
    kept_one, kept_other, kept_old = ([edge for edge in edges if None not in edge] for edges in (one, other, old))
    if kept_one == kept_other or kept_other == kept_old:
        chosen = kept_one
    elif kept_one == kept_old:
        chosen = kept_other
    else:
        chosen = [edge for edge in kept_old if edge in kept_one and edge in kept_other]
        chosen += sorted({edge for edge in (*kept_one, *kept_other) if edge not in kept_old})
    return tuple(Edge(from_=begin, to=end) for begin, end in chosen)  # type: ignore[arg-type]


def _moved(edges: Sequence[Edge], mapping: dict[int, int | None]) -> list[tuple[int | None, int | None]]:
    return [(mapping.get(edge.from_), mapping.get(edge.to)) for edge in edges]


def _was_there(side: RootCause, edge: Edge, base: RootCause) -> bool:
    """Whether an arrow between the same causes stood in the base."""
    ends = (side.causes[edge.from_].text, side.causes[edge.to].text)
    return any((base.causes[old.from_].text, base.causes[old.to].text) == ends for old in base.edges)
