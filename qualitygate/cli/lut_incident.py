"""A rejected LUT opens an incident, through the same seam as a failed set of pictures. Loaded on failure only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from qualitygate import gate
from qualitygate.core.lut_outcome import LutOutcome
from qualitygate.core.subject import Subject
from qualitygate.corridor.lut_set import lut_result
from qualitygate.corridor.lut_task import LutTask, PlannedLuts
from qualitygate.incident_opening import open_incident
from qualitygate.incident_root import incident_root
from qualitygate.luts.drift import SPEC
from qualitygate.planning.luts import Ground
from qualitygate.policy.model import Config, LutSet


def open_for(
    where: Ground, tasks: Sequence[LutTask], outcomes: Sequence[LutOutcome], directory: Path | None, base: str | None
) -> str | None:
    """Open the incident of rejected files, or find the one that the same failure has opened before.

    Returns:
        Path of its postmortem.

    Raises:
        ConfigError: QG-1412, the store cannot be written.
    """
    files = tuple(outcome.file for outcome in outcomes)
    planned = PlannedLuts(LutSet("luts", files, base=base), tuple(tasks), (), base or "previous version")
    by_file = {task.file: task.subject for task in tasks}
    results = tuple(
        lut_result(by_file.get(outcome.file, Subject("lut", outcome.file, "luts")), outcome) for outcome in outcomes
    )
    plan = gate.Plan(where.config or Config(where.root), (), {SPEC.name: SPEC}, None, (planned,))
    report = gate.lut_report(plan, results)
    root = directory or incident_root(Path.cwd())
    opened = open_incident(
        report, plan, root=root, now=datetime.now(UTC), environ=os.environ, seen_from=Path.cwd()
    ).incident
    return None if opened is None else opened.markdown
