"""Which limit a value breaks: the one that fails before the one that warns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualitygate.core.finding_level import Level
from qualitygate.core.threshold import Direction, Threshold

if TYPE_CHECKING:
    from qualitygate.policy.model import Budget


def broken(
    limits: Threshold | Budget, value: float, direction: Direction = Direction.LOWER_IS_BETTER
) -> tuple[Level, float] | None:
    """The limit that a value is beyond, and whether that is an error or a warning; None where it keeps to both."""
    for level, limit in ((Level.ERROR, limits.fail), (Level.WARNING, limits.warn)):
        if limit is not None and direction.exceeds(value, limit):
            return level, limit
    return None
