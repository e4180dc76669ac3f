"""The verdict on one LUT file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level

Drift = Mapping[str, Mapping[str, float]]
"""Population (`grid`, `colorchecker`, `skin`, `brand`, `natural`) to `mean`, `p95` and `max` of DeltaE00."""


@dataclass(frozen=True, slots=True)
class LutOutcome:
    """What was found out about one file.

    Attributes:
        file: Path as it was given.
        format: Format by name, None where the name promises none.
        kind: `1d`, `3d`, `1d+3d`, `matrix` or `1d+matrix`; None for a file that could not be read.
        size: Nodes along an axis, None for matrices and unreadable files.
        findings: Errors first.
        drift: How far it moved from the previous version, None where there was none to compare with.
        quality: What quality checks measured, limits or not, in DeltaE00: those of `banding_p99`, `interpolation_p99`
            and `decimation_p99` that the LUT has; None for a file that could not be read.
        previous: What it was compared with, as text; None where there was nothing.
        digest: SHA-256 of what the LUT does to a lattice and to neutrals; equal for the same LUT in two formats. None
            where that was not asked for.
    """

    file: str
    format: str | None = None
    kind: str | None = None
    size: int | None = None
    findings: tuple[Finding, ...] = ()
    drift: Drift | None = None
    quality: Mapping[str, float] | None = None
    previous: str | None = None
    digest: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.level is Level.ERROR for finding in self.findings)

    @property
    def status(self) -> str:
        """`accepted` or `rejected`."""
        return "accepted" if self.accepted else "rejected"
