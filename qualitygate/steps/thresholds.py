"""The step `thresholds`: the cases of `thresholds/tests` are judged as they expect."""

from __future__ import annotations

from qualitygate.core.finding_level import Level
from qualitygate.executors.serial import Serial
from qualitygate.rehearsing.session import rehearse
from qualitygate.steps import Circumstances, Step, judged


def run(known: Circumstances) -> Step:
    """Run the cases as `qualitygate thresholds test` does. What no case exercises is a warning.

    Raises:
        ConfigError: As `rehearse`.
    """
    made = rehearse(known.plan.config.root, Serial(), device=known.device)
    count = len(made.tested)
    findings = made.findings(require_coverage=False)
    loose = sum(finding.level is Level.WARNING for finding in findings)
    detail = f"{count:,} case{'' if count == 1 else 's'}"
    return judged("thresholds", findings, f"{detail}, {loose} not exercised" if loose else detail)
