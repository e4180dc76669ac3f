"""Which of several LUTs that a change removed is the predecessor of a new one."""

from __future__ import annotations

import math
from dataclasses import replace

from qualitygate import luts
from qualitygate.core.errors import LutError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Lut
from qualitygate.corridor.lut_task import LutTask, Previous
from qualitygate.luts.drift import drift


def predecessor(task: LutTask, new: Lut) -> tuple[Previous, tuple[Finding, ...]]:
    """The previous version, and a note on how it was chosen if names did not tell.

    Of several candidates the one is taken from which the colours moved least, by the mean DeltaE00 of the grid; one
    that cannot be had or read comes last.

    Args:
        task: What is judged; it has a previous version.
        new: The LUT that was read.

    Raises:
        ConfigError: QG-1690, git does not answer.
    """
    assert task.previous is not None
    if not task.previous.candidates:
        return task.previous, ()
    chosen, least = task.previous.candidates[0], math.inf
    for candidate in task.previous.candidates:
        try:
            data = candidate.fetch()
        except LutError:
            continue
        old = None if data is None else luts.parse(data, candidate.name).lut
        moved = math.inf if old is None else drift(new, old, task.use)["grid"]["mean"]
        if moved < least:
            chosen, least = replace(candidate, fetch=lambda data=data: data), moved  # type: ignore[misc]
    message = (
        f"previous version chosen: {task.file}, {chosen.label} is the nearest of "
        f"{len(task.previous.candidates):,} LUTs that vanished"
    )
    return chosen, (Finding("QG-1688", Level.NOTE, message, subject=task.file, path=task.file),)
