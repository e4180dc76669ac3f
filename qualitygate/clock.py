"""What time it is, for every verb that needs to know. `QUALITYGATE_NOW` sets it, for drills and documentation."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.moments import YEARS

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


def now() -> datetime:
    """The time in UTC, to the second.

    Raises:
        ConfigError: QG-1405, `QUALITYGATE_NOW` is no RFC 3339 time.
    """
    given = os.environ.get("QUALITYGATE_NOW")
    moment = rfc3339_time(given, "QUALITYGATE_NOW") if given else datetime.now(UTC)
    return moment.replace(microsecond=0)


def rfc3339_time(text: str, where: str) -> datetime:
    """A time as RFC 3339 writes it, in UTC.

    Args:
        text: Such as `2025-09-27T04:12:00Z` or `2025-09-27T06:12:00+02:00`.
        where: What to name in the error.

    Raises:
        ConfigError: QG-1405, it is none: without a time zone nobody could tell which moment is meant; or of a year
            before 1970 or after 8999.
    """
    try:
        written = text.strip().upper()
        moment = datetime.fromisoformat(written).astimezone(UTC)
        if _RFC3339.fullmatch(written) is None or moment.year not in YEARS:
            raise ValueError
        return moment
    except (ValueError, OverflowError):
        raise ConfigError(
            f"{text!r} is no RFC 3339 time", code="QG-1405", where=where, hint="write 2025-09-27T04:12:00Z"
        ) from None
