"""Every stable code, with what it means and what to do. The docs and `qualitygate explain` read this.

Four digits belong to the gate and its commands; three digits (`QG-1xx` to `QG-8xx`) to the lint of postmortems.
"""

from __future__ import annotations

from qualitygate.core.codes import (
    audit,
    backlog,
    calibration,
    documents,
    evidence,
    gate,
    governance,
    incidents,
    kpis,
    lint,
    luts,
    palettes,
    proofs,
    pytest_plugin,
    references,
    reports,
    speed,
    surroundings,
)
from qualitygate.core.codes.code import Code as Code

_PARTS = (
    gate.CODES,
    luts.CODES,
    palettes.CODES,
    incidents.CODES,
    kpis.CODES,
    documents.CODES,
    proofs.CODES,
    audit.CODES,
    backlog.CODES,
    pytest_plugin.CODES,
    governance.CODES,
    evidence.CODES,
    reports.CODES,
    references.CODES,
    surroundings.CODES,
    speed.CODES,
    calibration.CODES,
    lint.CODES,
)

CODES: dict[str, Code] = {entry.code: entry for part in _PARTS for entry in part}
