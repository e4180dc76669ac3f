"""Limits and how serious it is to break one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """Who is woken by a failure; never whether a merge is blocked.

    S0 emergency (leak, legal), S1 serious brand damage, S2 limited, S3 minor.
    """

    S0 = "S0"
    S1 = "S1"
    S2 = "S2"
    S3 = "S3"

    @property
    def rank(self) -> int:
        """0 for the most serious, 3 for the least."""
        return int(self.value[1])


class Direction(StrEnum):
    """Which way a metric gets better. Belongs to the metric, never to a threshold file."""

    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"

    def exceeds(self, value: float, limit: float) -> bool:
        """Whether `value` is on the bad side of `limit`. Exactly at the limit is within it."""
        return value > limit if self is Direction.LOWER_IS_BETTER else value < limit

    @property
    def verb(self) -> str:
        """The word between value and limit in a message: `exceeds` or `is below`."""
        return "exceeds" if self is Direction.LOWER_IS_BETTER else "is below"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One limit on one statistic of one metric.

    Attributes:
        metric: Registered metric name, such as `delta_e_2000`.
        statistic: One of the metric's statistics, such as `p95`.
        fail: Limit beyond which the subject fails, in the metric's unit; None when only a warning is set.
        warn: Limit beyond which a warning is given; None for no warning.
        severity: How serious breaking `fail` is.
        born_of: Id of the incident this limit was introduced after, `PM-…`.
        why: The reason, one sentence, repeated in every failure.
        runbook: Address of what to do.
        region: Name of the region the limit holds in; None for the whole picture.
        ships: Whether `born_of` was stated by a file that ships with the package.
    """

    metric: str
    statistic: str
    fail: float | None = None
    warn: float | None = None
    severity: Severity = Severity.S2
    born_of: str | None = None
    why: str | None = None
    runbook: str | None = None
    region: str | None = None
    ships: bool = field(default=False, compare=False)
