"""QG-6xx: whether it is proved that the incident cannot come back."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.core.incident import IncidentState
from qualitygate.incidents.checklist import reached
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.moments import moment
from qualitygate.incidents.lint.rule import Hit
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.postmortem import Postmortem


def owed(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-601 once it must be there, QG-606 until then."""
    if record.proof is not None or not facts.proof_owed:
        return
    outdated = [one.at for one in record.reopenings if one.proof is not None]
    since = f" since it was reopened at {outdated[-1]}" if outdated else ""
    if reached(record, IncidentState.RESOLVED):
        yield Hit("QG-601", f"the incident is {record.state}, and no proof{since} shows that it cannot come back")
    else:
        yield Hit("QG-606", f"there is no proof yet{since}, which is needed before it can be closed")


def passed(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-602."""
    if record.proof is not None and record.proof.result != "passed":
        yield Hit("QG-602", f"the proof with {record.proof.check_id} failed")


def on_disk(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-603 and QG-604."""
    proof = record.proof
    if proof is None or proof.path not in facts.files:
        return
    found = facts.files[proof.path]
    if found is None:
        yield Hit("QG-603", f"the file of the proof, {proof.path}, is not there")
    elif found != proof.sha256:
        yield Hit("QG-604", f"{proof.path} is not what was proved: sha256 {found[:12]}…, not {proof.sha256[:12]}…")


def current(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-605."""
    proved = moment(record.proof.at) if record.proof is not None else None
    if proved is not None and facts.causes_edited is not None and proved < facts.causes_edited:
        edited = rfc3339(facts.causes_edited)
        yield Hit("QG-605", f"the proof is older than the analysis, which was changed {edited}", "rca")


RULES = (owed, passed, on_disk, current)
