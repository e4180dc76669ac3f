"""Ids for incidents opened by hand, which no incident has and no other branch draws."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.paths import ids_in

_ATTEMPTS = 1000


def free_id(root: Path, day: date, number: Callable[[int], int] = secrets.randbelow) -> str:
    """An id for an incident opened by hand: six digits drawn at random, so that branches cannot draw the same.

    Ids of gate failures have eight digits, those counted by a person usually two: none can be taken for another.

    Args:
        root: The incident directory.
        day: The day the incident was detected.
        number: Draws a number below the one it is given.

    Raises:
        ConfigError: QG-1412, only taken ids were drawn.
    """
    taken = ids_in(root, ".events.jsonl") | ids_in(root, ".json") | ids_in(root, ".md")
    for _ in range(_ATTEMPTS):
        proposed = f"PM-{day.isoformat()}-{number(1_000_000):06d}"
        if proposed not in taken:
            return proposed
    raise ConfigError("no free incident id was found", code="QG-1412", where=str(root), hint="give one by --id")
