"""Regression cases of incidents as tests of pytest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qualitygate.testing.incident_option import root_of

if TYPE_CHECKING:
    from qualitygate.proofs.case import Case
    from qualitygate.proofs.cells import Cell


class CaseFile(pytest.File):
    """A `case.toml`: one test for each of its parts."""

    def collect(self) -> Iterator[CaseItem]:
        """`bad` and `fixed`, or `control`."""
        from qualitygate.proving.case_file import read_case
        from qualitygate.proving.replaying import cells_of

        case = read_case(self.path)
        for cell in cells_of(case):
            name = "bad" if cell.fails else cell.name
            yield CaseItem.from_parent(self, name=name, case=case, cell=cell)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """A case that cannot be read is one line, not a traceback."""
        return told(excinfo) or super().repr_failure(excinfo)


class CaseItem(pytest.Item):
    """One part of a case: the bad file must fail with the check, the fixed one must pass."""

    def __init__(self, *, case: Case, cell: Cell, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.case, self.cell = case, cell
        self.add_marker(pytest.mark.incident(case.incident))

    def runtest(self) -> None:
        """Replay it by the thresholds of the working tree."""
        import os

        from qualitygate.core.errors import ConfigError
        from qualitygate.proofs.cells import outcome
        from qualitygate.proving.blame import blamed
        from qualitygate.proving.commands import leave
        from qualitygate.proving.replaying import Replay

        allowed = leave(bool(self.config.getoption("qualitygate_reproduce")), os.environ)
        with tempfile.TemporaryDirectory(prefix="qualitygate-replay-") as scratch:
            how = Replay(root_of(self.config), Path(scratch), allowed)
            try:
                seen = how.observe(self.case, self.cell)
            except ConfigError as error:
                if error.code == "QG-1762":
                    pytest.skip(str(error))
                raise
            found = outcome(self.cell, [seen], self.case.check_id)
            if not found.holds:
                finding = blamed(self.case, found, how.rules(self.case), None)
                head = f"{self.case.incident}: {self.case.title}".rstrip(": ")
                raise CaseError(f"{head}\n{finding.message} [{finding.code}]")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is no longer caught: incident, limit and value, not a traceback."""
        return told(excinfo) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The case's file and the part of it."""
        return self.path, 0, f"{self.case.incident} {self.name}"


class CaseError(Exception):
    """A part of a case did not come out as it must."""


def told(excinfo: pytest.ExceptionInfo[BaseException]) -> str | None:
    from qualitygate.core.errors import QualityGateError

    return str(excinfo.value) if isinstance(excinfo.value, CaseError | QualityGateError) else None
