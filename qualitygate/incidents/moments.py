"""Times of a record, RFC 3339 in UTC, and times that can be reckoned with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

YEARS = range(1970, 9000)
"""Years of which every deadline can still be reckoned and written."""

_MISSING = "stands in no calendar"
_FAR = f"is not of the years {YEARS[0]} to {YEARS[-1]}"


def rfc3339(moment: datetime) -> str:
    """A time in UTC to the second, `2026-11-21T04:12:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(time: str) -> datetime:
    """A time of a record as one that can be reckoned with."""
    return datetime.fromisoformat(time)


def day(text: str | None) -> date | None:
    """A date of a record as one that can be reckoned with; None where there is none, or only one with a flaw."""
    return None if text is None or flaw_of_day(text) else date.fromisoformat(text)


@lru_cache(maxsize=4096)
def flaw(time: str) -> str | None:
    """Why nothing can be reckoned with a time, such as that of the 31st of September; None for one that is sound.

    The patterns of the schema check the form alone.
    """
    # Later versions of Python take the end of a day for the beginning of the next, which RFC 3339 does not.
    return _MISSING if time[11:13] == "24" else _flaw(time, datetime.fromisoformat)


def flaw_of_day(text: str) -> str | None:
    """The same of a date."""
    return _flaw(text, date.fromisoformat)


def _flaw(text: str, read: Callable[[str], date]) -> str | None:
    try:
        if text.isascii():
            return None if read(text).year in YEARS else _FAR
    except ValueError:
        pass
    return _MISSING
