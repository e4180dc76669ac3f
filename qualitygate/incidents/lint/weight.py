"""How much a code counts: drafts warn, publication errors."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from qualitygate.core.finding_level import Level

Stage = Literal["draft", "publication"]


class Weight(Enum):
    """How much a code counts at each stage."""

    DEMAND = "a warning in a draft, an error at publication"
    CONDITION = "not asked of a draft, an error at publication"
    ADVICE = "a warning, always"
    NOTE = "a note, always"


# A matter of style or judgement, or past fixing: the log of events is never rewritten.
_ADVICE = frozenset(
    {
        *("QG-103", "QG-202", "QG-206", "QG-209", "QG-210", "QG-211", "QG-309", "QG-311", "QG-312"),
        *("QG-508", "QG-509", "QG-706", "QG-805"),
    }
)
_NOTES = frozenset({"QG-110", "QG-111", "QG-203", "QG-313", "QG-606", "QG-709"})
_CONDITIONS = frozenset({"QG-701"})


def weight_of(code: str) -> Weight:
    """How much a code counts."""
    if code in _ADVICE:
        return Weight.ADVICE
    if code in _NOTES:
        return Weight.NOTE
    return Weight.CONDITION if code in _CONDITIONS else Weight.DEMAND


def level_of(code: str, stage: Stage) -> Level | None:
    """The level of a finding; None where it is not told at this stage."""
    match weight_of(code):
        case Weight.NOTE:
            return Level.NOTE
        case Weight.ADVICE:
            return Level.WARNING
        case Weight.CONDITION:
            return Level.ERROR if stage == "publication" else None
        case Weight.DEMAND:
            return Level.ERROR if stage == "publication" else Level.WARNING
