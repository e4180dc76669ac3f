"""Times and dates as a postmortem writes them: UTC, `HH:MM` on the day of detection, other days written whole."""

from __future__ import annotations

import re
import unicodedata

from qualitygate.incidents.moments import flaw, flaw_of_day

_HYPHENS = re.compile("[\u2010-\u2015\u2212\uff0d]")
_DAY = r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<date>\d{1,2})"
_CLOCK = r"(?P<hour>\d{1,2})\s*[:h時]\s*(?P<minute>\d{2})\s*分?(?::(?P<second>\d{2}(?:\.\d+)?))?\s*(?:UTC|GMT|Z)?"
_MOMENT = re.compile(rf"{_DAY}(?:\s*T\s*|\s+){_CLOCK}", re.ASCII | re.IGNORECASE)
_TIME = re.compile(_CLOCK, re.ASCII | re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_LIKE = re.compile(r"\d{1,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,4}日?", re.ASCII)


def shown_moment(time: str) -> str:
    """A time whole, `2025-09-27 04:12 UTC`; seconds only where there are some."""
    return f"{time[:10]} {_clock(time)} UTC"


def shown_time(time: str, day: str) -> str:
    """A time of the timeline.

    Args:
        time: RFC 3339 in UTC, `…Z`.
        day: The day of detection, `YYYY-MM-DD`.
    """
    return _clock(time) if time[:10] == day else f"{time[:10]} {_clock(time)}"


def read_moment(text: str) -> str | None:
    """The time written as `2025-09-27 04:12 UTC`, in RFC 3339; None if it is none."""
    match = _MOMENT.fullmatch(_plain(text))
    return None if match is None else _checked(_day(match), match)


def read_time(text: str, day: str) -> str | None:
    """The time written as `04:12`, of the day of detection, or whole; None if it is none."""
    match = _TIME.fullmatch(_plain(text))
    return read_moment(text) if match is None else _checked(day, match)


def read_date(text: str) -> str | None:
    """The date written as `2025-10-01`; None if it is none, or nothing can be reckoned with it."""
    plain = _plain(text)
    return plain if _ISO.fullmatch(plain) and flaw_of_day(plain) is None else None


def flaw_of_date(text: str) -> str:
    """Why a text is no date."""
    plain = _plain(text)
    return (flaw_of_day(plain) if _ISO.fullmatch(plain) else None) or "is no date"


def is_date_like(text: str) -> bool:
    """Whether somebody meant a date: three numbers with `-`, `/`, `.` or 年月日 between them."""
    return _DATE_LIKE.fullmatch(_plain(text)) is not None


def _clock(time: str) -> str:
    clock = time[11:-1]
    return clock[:5] if clock[5:] == ":00" else clock


def _plain(text: str) -> str:
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).strip()


def _day(match: re.Match[str]) -> str:
    return f"{match['year']}-{int(match['month']):02d}-{int(match['date']):02d}"


def _checked(day: str, match: re.Match[str]) -> str | None:
    time = f"{day}T{int(match['hour']):02d}:{match['minute']}:{match['second'] or '00'}Z"
    return time if flaw(time) is None else None
