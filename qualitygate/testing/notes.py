"""What one process keeps of its checks: for the report, and for the outcome of their tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.testing.claims import Claims
from qualitygate.testing.options import Options
from qualitygate.testing.records import Record, Records

if TYPE_CHECKING:
    from qualitygate.core.verdict import SubjectResult
    from qualitygate.corridor.task import PairTask

# References that the present attempt at a test has written, as messages call them.
WRITTEN = pytest.StashKey[list[str]]()
# Outcome, and why it was expected to fail, of each report of the present attempt at a test.
OUTCOMES = pytest.StashKey[list[tuple[str, str | None]]]()


@dataclass
class Notes:
    """What checks leave behind for the end of the run.

    Attributes:
        options: Options of the run.
        records: Where checks are kept for reports, None where no report was asked for.
        pictures: Whether a report shows pictures.
        claims: Which references were written, None where none are.
        names: Reference found by name, in small letters, to the test that it belongs to.
    """

    options: Options
    records: Records | None
    pictures: bool
    claims: Claims | None
    names: dict[str, str] = field(default_factory=dict)

    def begin(self, item: pytest.Item) -> None:
        """A test begins, perhaps once more."""
        item.stash[WRITTEN], item.stash[OUTCOMES] = [], []
        if self.records is not None:
            self.records.begin(item.nodeid)

    def name(self, reference: Path, item: pytest.Item) -> None:
        """Note that a reference was found by the name of a test.

        Raises:
            ConfigError: QG-1463, another test of this file has the same name but for its case, or the like.
        """
        owner = self.names.setdefault(str(reference).casefold(), item.nodeid)
        if owner != item.nodeid:
            raise ConfigError(
                f"it is the reference of {owner}, too, where file names do not tell case", code="QG-1463",
                where=item.nodeid, hint="give the check a `name` of its own",
            )  # fmt: skip

    def written(self, item: pytest.Item, label: str) -> None:
        """A reference was written."""
        item.stash[WRITTEN].append(label)

    def note(
        self,
        item: pytest.Item,
        number: int,
        result: SubjectResult,
        task: PairTask | None = None,
        heat_map: Path | None = None,
    ) -> None:
        """Keep a check for the reports."""
        if self.records is None:
            return
        from qualitygate.core.verdict import Passed, Skipped

        show = self.pictures and task is not None and not isinstance(result.verdict, Skipped)
        if show and isinstance(result.verdict, Passed) and self.options.pictures != "all":
            show = False
        exhibit = None
        if show and task is not None:
            from qualitygate.exhibiting.pairs import exhibit as draw

            exhibit = draw(task, result)
        specs = {metric.spec.name: metric.spec for metric in task.metrics} if task else {}
        limits = task.profile.thresholds if task is not None and task.profile is not None else ()
        file = task.profile.file if task is not None and task.profile is not None else None
        self.records.write(Record(item.nodeid, number, located(item, result), specs, limits, exhibit, heat_map, file))

    def problem(self, item: pytest.Item, number: int, check: str, error: ConfigError) -> None:
        """Keep a check that was wrong itself: a report without it would be better than the run was."""
        if self.records is None:
            return
        from qualitygate.core.subject import Subject
        from qualitygate.core.verdict import Failed, Finding, Level, SubjectResult

        finding = Finding(error.code, Level.ERROR, f"the check is wrong: {error}", subject=check)
        self.note(item, number, SubjectResult(Subject("pair", check, "pytest"), Failed(), {}, (finding,)))


def located(item: pytest.Item, result: SubjectResult) -> SubjectResult:
    """A result whose findings point at the line of the test: that file is in the repository, its picture may not be."""
    from dataclasses import replace

    file, line, _ = item.location
    path = Path(file).as_posix()
    at = None if line is None else line + 1
    return replace(result, findings=tuple(replace(finding, path=path, line=at) for finding in result.findings))
