"""Hold the drift of a LUT against limits. Pure: numbers in, findings out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut_use import LutUse
from qualitygate.core.measurement import MetricSpec
from qualitygate.policy.broken import broken


def judge_drift(file: str, values: Mapping[str, float], spec: MetricSpec, use: LutUse) -> tuple[Finding, ...]:
    """One finding per limit that is exceeded, errors first.

    Args:
        file: Name of the file.
        values: Statistic to DeltaE00, such as `grid_max`. A statistic that is absent (a chart that cannot be laid on)
            is not judged; one that is not finite exceeds every limit.
        spec: The metric, for its label.
        use: The limits.
    """
    found: list[Finding] = []
    for threshold in use.thresholds:
        value = values.get(threshold.statistic)
        if value is None:
            continue
        value = value if math.isfinite(value) else math.inf
        beyond = broken(threshold, value)
        if beyond is None:
            continue
        level, limit = beyond
        fails = level is Level.ERROR
        from qualitygate.policy.message import broken_limit  # most runs break nothing

        found.append(
            Finding(
                "QG-1680" if fails else "QG-1681",
                level,
                broken_limit(spec, threshold, value, limit, file, use.profile, fails=fails),
                subject=file,
                metric=spec.name,
                statistic=threshold.statistic,
                value=value,
                limit=limit,
                severity=threshold.severity if fails else None,
                born_of=threshold.born_of,
                ships=threshold.ships,
                why=threshold.why,
                runbook=threshold.runbook,
                profile=use.profile,
                path=file,
            )
        )
    return tuple(sorted(found, key=lambda finding: finding.level is not Level.ERROR))
