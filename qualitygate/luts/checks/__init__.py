"""What makes a LUT a good one, beyond being well formed: one explicit table of checks."""

from __future__ import annotations

import numpy as np

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.luts.checks import neutral, sampling, smoothness, values
from qualitygate.luts.checks.base import Case, Check

__all__ = ["CHECKS", "REGRESSIONS", "Case", "Check", "quality"]

CHECKS: dict[str, Check] = {
    "value range": values.value_range,
    "integer code values": values.integer_codes,
    "clipping": values.clipping,
    "monotonic": neutral.monotonic,
    "neutral tint": neutral.tint,
    "black and white": neutral.black_and_white,
    "fold-overs": smoothness.folds,
    "banding": smoothness.banding,
    "interpolation": sampling.interpolation,
    "decimation": sampling.decimation,
    "identity": sampling.identity,
    "round trip": sampling.round_trip,
}

REGRESSIONS = frozenset({"neutral_change", "descent_change", "black_white_change", "fold_change", "roughness_ratio"})
"""Statistics that compare with the previous version, so that an approved change answers them."""


def quality(case: Case) -> tuple[Finding, ...]:
    """Run every check. Errors first."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # of wild values; none of them passes for it
        found = [finding for check in CHECKS.values() for finding in check(case)]
    return tuple(sorted(found, key=lambda finding: list(Level).index(finding.level)))
