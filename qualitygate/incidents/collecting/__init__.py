"""Evidence: what shows how an incident happened, gathered, masked, stored beside it, and verified."""

from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.storing import Stored, store
from qualitygate.incidents.collecting.verify import check_evidence, evidence_findings, still_stored, unknown_files
from qualitygate.incidents.collecting.withholding import how_to_remove, to_remove, why_withheld, withheld

__all__ = [
    "Gathered",
    "Stored",
    "check_evidence",
    "evidence_findings",
    "how_to_remove",
    "still_stored",
    "store",
    "to_remove",
    "unknown_files",
    "why_withheld",
    "withheld",
]
