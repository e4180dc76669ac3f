"""What was noticed while a pair was decoded, before anybody says of which pair."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.corridor.task import PairTask


@dataclass(frozen=True, slots=True)
class Note:
    """Something noticed of two contents, whatever they are called.

    Attributes:
        code, level: As of the finding.
        what: How its message begins, such as `alpha differs`.
        detail: How it goes on after the name of the pair.
        value: The number, where there is one.
    """

    code: str
    level: Level
    what: str
    detail: str
    value: float | None = None

    def of(self, task: PairTask) -> Finding:
        """The finding about a pair."""
        return Finding(
            self.code,
            self.level,
            f"{self.what}: {task.subject.id}, {self.detail}",
            subject=task.subject.id,
            set_name=task.subject.set_name or None,
            value=self.value,
            path=task.subject.candidate,
        )
