"""What is said of a LUT file: findings with line, found and expected; the refusal that carries one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualitygate.core.finding_level import Level

if TYPE_CHECKING:
    from qualitygate.core.verdict import Finding


@dataclass(frozen=True, slots=True)
class LutFinding:
    """One thing worth saying of one file.

    Attributes:
        code: Stable code, `QG-16xx`.
        level: An error rejects the file; warnings and notes do not.
        file: Name the file was given by.
        line: Line of the file, counted from 1; None where the finding concerns the whole file or a binary format.
        found: What is there, without a final stop.
        expected: What would be right; None where there is nothing to fix.
    """

    code: str
    level: Level
    file: str
    line: int | None
    found: str
    expected: str | None = None

    @property
    def message(self) -> str:
        """Found and expected in one sentence."""
        return self.found if self.expected is None else f"{self.found}; expected {self.expected}"

    @property
    def where(self) -> str:
        """`file:line`, or the file alone."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def as_finding(self) -> Finding:
        """The same as a finding of a run."""
        from qualitygate.core.verdict import Finding

        return Finding(self.code, self.level, self.message, subject=self.file, path=self.file, line=self.line)


class Refusal(Exception):  # noqa: N818 - a verdict that unwinds the parser, not an error of the program
    """Ends the reading of a file; `luts.parse` turns it into an error finding, so it never leaves this room."""

    def __init__(self, code: str, found: str, expected: str | None = None, line: int | None = None) -> None:
        super().__init__(code, found, expected, line)
        self.code = code
        self.found = found
        self.expected = expected
        self.line = line


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning or note by a reader, before the name of the file is known.

    Attributes:
        code, level, found, expected, line: As in `LutFinding`.
    """

    code: str
    level: Level
    found: str
    expected: str | None = None
    line: int | None = None


def quote(text: bytes, most: int = 40) -> str:
    """Bytes of a file as they may be shown in a message: printable ASCII, shortened."""
    shown = text[: most + 1].decode("ascii", "backslashreplace")
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown)
    return f"'{shown[:most]}…'" if len(shown) > most else f"'{shown}'"
