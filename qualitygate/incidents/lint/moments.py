"""Times and dates of a record that somebody may have edited: the schema checks their shape, not the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from qualitygate.incidents.postmortem import Postmortem

ORDER = ("started", "detected", "acknowledged", "mitigated", "draft", "approved", "published", "resolved", "closed")
"""The points of an incident's life, in the order it passes them."""


def moment(text: str | None) -> datetime | None:
    """A time in UTC; None where there is none, or one that no calendar has, such as `2026-02-30T12:00:00Z`."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def points(record: Postmortem) -> dict[str, datetime]:
    """The points of the life that are known, in their order."""
    found = {name: moment(getattr(record.times, name)) for name in ORDER}
    return {name: when for name, when in found.items() if when is not None}


def written_times(record: Postmortem) -> Iterator[tuple[str, str, str]]:
    """Every time in a record: what it is the time of, where it stands, and the text."""
    for name in (*ORDER, "reopened", "reclassified"):
        if (text := getattr(record.times, name)) is not None:
            yield f"times.{name}", name, text
    for index, row in enumerate(record.timeline):
        yield f"timeline row {index + 1}", f"timeline[{index}]", row.at
    for approval in record.approvals:
        yield "an approval", "", approval.at
    if record.proof is not None:
        yield "the proof", "", record.proof.at
