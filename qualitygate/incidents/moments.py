"""Times of a record, RFC 3339 in UTC, and times that can be reckoned with."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(moment: datetime) -> str:
    """A time in UTC to the second, `2026-11-21T04:12:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(time: str) -> datetime:
    """A time of a record as one that can be reckoned with."""
    return datetime.fromisoformat(time)
