"""What tests checked, kept in files of a directory of the run: tests run in several processes, and some of them die.

Each process writes below a directory of its own; the one that pytest was started in reads them all at the end.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualitygate.core.exhibit import Exhibit
    from qualitygate.core.measurement import MetricSpec
    from qualitygate.core.threshold import Threshold
    from qualitygate.core.threshold_file import ThresholdFile
    from qualitygate.core.verdict import SubjectResult


@dataclass(frozen=True, slots=True)
class Record:
    """One check of one test.

    Attributes:
        test: Node id of the test.
        number: Which of its checks it is, counted from 1.
        result: The verdict.
        specs: Specs of the metrics it was measured with.
        thresholds: Limits it was judged by.
        exhibit: What there is to look at, where a report shows it.
        heat_map: Path of its picture of the difference.
        file: Where the limits are changed.
    """

    test: str
    number: int
    result: SubjectResult
    specs: Mapping[str, MetricSpec] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = ()
    exhibit: Exhibit | None = None
    heat_map: Path | None = None
    file: ThresholdFile | None = None


class Records:
    """The records that one process writes."""

    def __init__(self, directory: Path, process: str) -> None:
        self._directory = directory / "records" / process

    def begin(self, test: str) -> None:
        """Forget what an earlier attempt at a test has left: a rerun says it anew."""
        shutil.rmtree(self._of(test), ignore_errors=True)

    def write(self, record: Record) -> None:
        """Keep a record at once: a process that dies later takes nothing along."""
        folder = self._of(record.test)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{record.number:06}.record"
        unfinished = target.with_suffix(".unfinished")
        unfinished.write_bytes(pickle.dumps(record))
        unfinished.replace(target)

    def excuse(self, test: str, reason: str) -> None:
        """Take failures back as left out, since the test did not fail by them: the report says what pytest says."""
        from qualitygate.core.measurement import Unmeasurable
        from qualitygate.core.verdict import Failed, Skipped

        for record in _read(self._of(test)):
            if isinstance(record.result.verdict, Failed | Unmeasurable):
                self.write(replace(record, result=replace(record.result, verdict=Skipped(reason), findings=())))

    def _of(self, test: str) -> Path:
        return self._directory / hashlib.sha256(test.encode(errors="surrogatepass")).hexdigest()


def collect(directory: Path) -> tuple[Record, ...]:
    """Every record of a run, by test and check. Of a test that ran in several processes, what failed stands first."""
    found: dict[tuple[str, int], Record] = {}
    root = directory / "records"
    for process in sorted(root.iterdir()) if root.is_dir() else ():
        for folder in sorted(process.iterdir()):
            for record in _read(folder):
                key = (record.test, record.number)
                if key not in found or _bad(record) > _bad(found[key]):
                    found[key] = record
    return tuple(found[key] for key in sorted(found))


def _bad(record: Record) -> int:
    from qualitygate.core.verdict import status_of

    return ("skipped", "passed", "unmeasurable", "failed").index(status_of(record.result.verdict))


def _read(folder: Path) -> Iterator[Record]:
    """Records of a directory that this run made for itself alone; pickles from anywhere else are never read."""
    for file in sorted(folder.glob("*.record")):
        yield pickle.loads(file.read_bytes())
