"""How an audit measures: where, by how many processes, and what earlier runs measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from qualitygate.core.finding import Finding
from qualitygate.running.resources import Results


@dataclass(slots=True)
class Effort:
    """As the arguments of `gate.run`, for everything that one audit measures.

    Attributes:
        device: `auto`, `cpu`, `cuda` or `mps`.
        workers, memory: Processes, and bytes that they may take together.
        results: Where numbers of earlier runs are looked for, and new ones kept; None for nowhere.
        progress: Called with (done, total).
        said: What there is to say of those results, once they are closed (QG-1447).
    """

    device: str = "auto"
    workers: int | None = 1
    memory: int | None = None
    results: Results | None = None
    progress: Callable[[int, int], None] | None = None
    said: list[Finding] = field(default_factory=list)
