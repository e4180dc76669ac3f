"""What a reader gives back, and what `luts.read` says of a file."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Lut, kind_of, size_of
from qualitygate.luts.finding import LutFinding, Remark


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A LUT as one reader understood it.

    Attributes:
        lut: The LUT; every value is finite.
        format: Name in the table of formats, or a dialect of it such as `cube (Resolve)`.
        remarks: Warnings and notes.
    """

    lut: Lut
    format: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ReadResult:
    """The structural verdict on one file.

    Attributes:
        file: Name the file was given by.
        format: Short name of the format, None where the name promises none.
        lut: The LUT, None exactly where the file is rejected.
        findings: Errors first; an accepted file may have warnings and notes.
    """

    file: str
    format: str | None
    lut: Lut | None
    findings: tuple[LutFinding, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.level is Level.ERROR for finding in self.findings)

    @property
    def kind(self) -> str | None:
        """`1d`, `3d`, `1d+3d`, `matrix` or `1d+matrix`; None for a rejected file."""
        return None if self.lut is None else kind_of(self.lut)

    @property
    def size(self) -> int | None:
        """Nodes along an axis of the 3D table, else samples of the 1D table; None for matrices and rejected files."""
        return None if self.lut is None else size_of(self.lut)
