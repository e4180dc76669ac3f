"""The step `prove`: every incident that has a case is still caught."""

from __future__ import annotations

from qualitygate.incidents.ledger import Ledger
from qualitygate.proving import prove_all
from qualitygate.steps import Circumstances, Step, judged


def run(known: Circumstances) -> Step:
    """Replay every case as `qualitygate prove --all` does. Commands of cases are not run.

    Raises:
        ConfigError: As `prove_all`.
    """
    standing = prove_all(
        known.root,
        today=known.today,
        environ=known.environ,
        base=known.base,
        device=known.device,
        ledger=Ledger(known.root),
    )
    count = len(standing.cases)
    return judged("prove", standing.findings, f"{count:,} case{'' if count == 1 else 's'}")
