"""How ids, times, days, digests and counts are written, in records and in events."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

ID_PATTERN = r"^PM-\d{4}-\d{2}-\d{2}-\d{2,}$"

Id = Annotated[str, Meta(pattern=ID_PATTERN)]
# The patterns check the form alone; `flaws.py` holds what has it against the calendar.
Time = Annotated[
    str,
    Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$", extra_json_schema={"format": "date-time"}),
]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", extra_json_schema={"format": "date"})]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]
