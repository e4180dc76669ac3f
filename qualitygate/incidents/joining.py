"""Branches of a log that were written apart: what their texts come to together."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.events import Line
from qualitygate.incidents.fold import fold
from qualitygate.incidents.log import heads


def joined_document(incident_id: str, lines: Sequence[Line]) -> Document:
    """The text of a log with several heads, merged from the point where they parted.

    Raises:
        ConfigError: QG-1703, both sides changed the same thing in different ways.
    """
    ends = heads(lines)
    merged = _text(lines, {ends[0]})
    seen = {ends[0]}
    for end in ends[1:]:
        base = _ancestors(lines, seen) & _ancestors(lines, {end})
        merged = _merge(incident_id, _folded(lines, base), merged, _text(lines, {end}))
        seen.add(end)
    return merged


def _text(lines: Sequence[Line], ends: set[str]) -> Document:
    return _folded(lines, _ancestors(lines, ends))


def _folded(lines: Sequence[Line], chosen: set[str]) -> Document:
    return document_of(fold([line for line in lines if line.sha256 in chosen]))


def _ancestors(lines: Sequence[Line], ends: set[str]) -> set[str]:
    """The ends and everything they follow."""
    found = set(ends)
    for line in reversed(lines):  # a line stands below those it follows
        if line.sha256 in found:
            found.update(line.event.prev)
    return found


def _merge(incident_id: str, base: Document, ours: Document, theirs: Document) -> Document:
    from qualitygate.incidents.merge3 import merge3

    try:
        return merge3(base, ours, theirs)
    except ConfigError as error:
        raise ConfigError(
            f"two branches changed {incident_id} differently: {error.message}",
            code="QG-1703",
            where=error.where,
            hint="take one side's log from git, then write the other's change again",
        ) from error
