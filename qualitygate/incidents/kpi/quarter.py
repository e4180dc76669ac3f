"""Quarters of the calendar, in UTC: `2025Q4` is October to December 2025."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from qualitygate.core.errors import ConfigError

_QUARTER = re.compile(r"([0-9]{4})-?Q([1-4])", re.IGNORECASE)


class Quarter(NamedTuple):
    """One quarter; quarters compare as they follow each other."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}Q{self.number}"

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


def quarter_of(moment: datetime) -> Quarter:
    """The quarter in which a moment lies, in UTC."""
    utc = moment.astimezone(UTC)
    return Quarter(utc.year, (utc.month + 2) // 3)


def parse_quarter(text: str) -> Quarter:
    """A quarter as people write it: `2025Q4`, `2025-Q4`.

    Raises:
        ConfigError: QG-1405, it is none.
    """
    found = _QUARTER.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise ConfigError(f"{text!r} is no quarter", code="QG-1405", where="--quarter", hint="write 2025Q4")
    return Quarter(int(found[1]), int(found[2]))
