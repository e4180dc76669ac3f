"""One thing worth saying, with a stable code. Apart from the report of a run, so that a git hook loads little."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.finding_level import Level
from qualitygate.core.threshold import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying, with a stable code.

    Attributes:
        code: Stable code, `QG-dddd`, explained by `qualitygate explain CODE`.
        level: Whether it fails the run.
        message: The line a person reads; for a limit it begins `DeltaE00 5.31 exceeds 2.0`.
        subject: Id of the subject, None for a finding of the run.
        set_name: Name of the set, None where it concerns no set.
        metric, statistic, value, limit: The measured number and the limit it broke, where there is one.
        severity: How serious, None for warnings and notes without one.
        born_of, why, runbook: Copied from the threshold.
        ships: Whether `born_of` is of a limit that ships with the package, and so perhaps no incident of anybody here.
        profile: Profile the limit came from.
        region: Region the limit holds in.
        path: File the finding points at, as text.
        line: Line of that file, counted from 1, where it concerns one.
        borderline: Whether `value` is so near `limit` that rounding could flip the verdict; says so and no more.
    """

    code: str
    level: Level
    message: str
    subject: str | None = None
    set_name: str | None = None
    metric: str | None = None
    statistic: str | None = None
    value: float | None = None
    limit: float | None = None
    severity: Severity | None = None
    born_of: str | None = None
    why: str | None = None
    runbook: str | None = None
    profile: str | None = None
    region: str | None = None
    path: str | None = None
    line: int | None = None
    borderline: bool = False
    ships: bool = False
