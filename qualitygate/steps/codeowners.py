"""The step `codeowners`: every protected path has an owner of the brand."""

from __future__ import annotations

from qualitygate.ownership import examine, findings
from qualitygate.steps import Circumstances, Step, judged


def run(known: Circumstances) -> Step:
    """Check CODEOWNERS as `qualitygate codeowners check` does, without asking the platform.

    Raises:
        ConfigError: As `examine`.
    """
    found = examine(known.directory)
    count = len(found.coverage.protected)
    return judged("codeowners", findings(found), f"{count:,} protected file{'' if count == 1 else 's'}")
