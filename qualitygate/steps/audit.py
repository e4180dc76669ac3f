"""The step `audit`: nothing is looser than at the base without a waiver."""

from __future__ import annotations

from qualitygate.auditing import audit
from qualitygate.auditing.account import Measured
from qualitygate.running.resources import UNKEPT
from qualitygate.steps import Circumstances, Step, judged


def run(known: Circumstances) -> Step:
    """Audit the change as `qualitygate audit` does, with what the run has measured.

    Raises:
        ConfigError: As `audit`.
    """
    found = audit(
        known.directory,
        today=known.today,
        environ=known.environ,
        base=known.base,
        config=known.plan.config.source,
        run=Measured(known.plan, known.report),
        device=known.device,
        workers=known.workers,
        memory=known.memory,
        results=known.results,
    )
    told = any(one.code == UNKEPT for one in known.report.findings)
    findings = [one for one in found.findings if not (told and one.code == UNKEPT)]
    uncovered = sum(one.open for one in found.answers)
    detail = f"{uncovered:,} looser" if uncovered else "nothing is looser without a waiver"
    top = next((one for one in found.consumed if one.share is not None), None)
    if top is not None:
        detail += f"; {top.name} of {top.set_name} used up to {100 * (top.share or 0):.0f} %"
    return judged("audit", findings, detail)
