"""Branches of a log that were written apart: what their texts come to together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.fold import fold
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import canonical, heads, openings, upto
from qualitygate.incidents.merge3 import merge3
from qualitygate.incidents.merge_conflict import MergeConflictError
from qualitygate.incidents.narrative import TimelineEntry


class ContradictionError(ConfigError):
    """Two branches changed the same part of a text differently; a person has to say which holds. Exit code 2."""


def joined_document(incident_id: str, lines: Sequence[Line]) -> Document:
    """The text of a log with several heads, merged from the point where they parted.

    Args:
        lines: The events, in their canonical order.

    Raises:
        ContradictionError: QG-1703, both sides changed the same thing in different ways.
    """
    first, *others = heads(lines)
    seen = {first}
    # What was met on another branch, too, is told whichever branch comes first.
    merged = _text(_with(_branch(lines, seen), openings(lines)))
    for end in others:
        base = _common(lines, seen, end)
        try:
            merged = merge3(_text(base), merged, _text(_branch(lines, {end})), names=("one branch", "the other"))
        except MergeConflictError as error:
            raise ContradictionError(
                f"two branches changed {incident_id} differently: {error.message}",
                code="QG-1703",
                where=error.where,
                hint=f"settle it in the Markdown, then run `qualitygate postmortem sync {incident_id}`",
            ) from error
        seen.add(end)
    return merged


def agreed_document(
    incident_id: str, lines: tuple[Line, ...], resolve: Callable[[tuple[Line, ...]], Document] | None
) -> Document | None:
    """The text that branches come to, None where they contradict each other and nobody says what holds."""
    try:
        return joined_document(incident_id, lines)
    except ContradictionError:
        return None if resolve is None else resolve(lines)


def resolved_document(lines: Sequence[Line], decided: Document) -> Document:
    """The text that a person decided on where branches contradict each other, with every row of the timeline that
    either of them added: what happened on one branch happened.

    Args:
        lines: The events, in their canonical order.
        decided: What the Markdown says.
    """
    ends = heads(lines)
    rows = list(decided.timeline)
    there = {(row.at, row.event) for row in rows}
    for place, end in enumerate(ends):
        before = {
            (row.at, row.event)
            for other in ends[:place] or ends[1:]
            for row in _text(_common(lines, {other}, end)).timeline
        }
        for row in _text(_branch(lines, {end})).timeline:
            if (row.at, row.event) not in before | there:
                there.add((row.at, row.event))
                rows.insert(_place(rows, row), row)
    return replace(decided, timeline=tuple(rows))


def _place(rows: Sequence[TimelineEntry], row: TimelineEntry) -> int:
    return next((i for i in range(len(rows), 0, -1) if rows[i - 1].at <= row.at), 0)


def _text(lines: Sequence[Line]) -> Document:
    return document_of(fold(lines))


def _branch(lines: Sequence[Line], ends: set[str]) -> tuple[Line, ...]:
    found = upto(lines, ends)
    assert found is not None, "heads stand in their own log"
    return found


def _with(branch: Sequence[Line], more: Sequence[Line]) -> tuple[Line, ...]:
    known = {line.sha256 for line in branch}
    return canonical([*branch, *(line for line in more if line.sha256 not in known)])


def _common(lines: Sequence[Line], seen: set[str], end: str) -> tuple[Line, ...]:
    """The events that both sides follow. Branches that each met the failure share none: then the other's opening."""
    ours = {line.sha256 for line in _branch(lines, seen)}
    theirs = _branch(lines, {end})
    return tuple(line for line in theirs if line.sha256 in ours) or theirs[:1]
