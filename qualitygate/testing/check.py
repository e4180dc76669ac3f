"""One check of one test: judged, noted, told, and written as the new reference where that was asked for."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Skipped, SubjectResult
from qualitygate.corridor.judging import judge_task
from qualitygate.corridor.task import PairTask
from qualitygate.pairing.accepted import accepted_of
from qualitygate.testing import ImageMismatchError, ImageUnmeasurableError, ReferenceMissingError
from qualitygate.testing.given import Given, label_of
from qualitygate.testing.incident_option import incidents_of
from qualitygate.testing.keeping import Kept, clear, directory_of, keep
from qualitygate.testing.naming import CheckName
from qualitygate.testing.notes import Notes
from qualitygate.testing.target import Target, from_here, target_of
from qualitygate.testing.tasks import task_of
from qualitygate.testing.terms import Terms
from qualitygate.testing.told import Told, mismatch, missing, unmeasurable
from qualitygate.testing.updating import Why, update
from qualitygate.vcs.change import in_ci


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        item: The test.
        notes: Where it is noted.
        called: How it is called.
        number: Which of the test's checks it is, counted from 1.
        name: The check's own name, None where it has none.
        terms: What it is judged by.
        candidate, reference: Both sides; the path of the reference may not exist.
    """

    item: pytest.Item
    notes: Notes
    called: CheckName
    number: int
    name: str | None
    terms: Terms
    candidate: Given
    reference: Given

    def compared(self) -> SubjectResult:
        """Measure, and judge where there is a profile; nothing is written or noted.

        Raises:
            ReferenceMissingError: There is no reference.
            ConfigError: The check is wrong.
        """
        if self._no_reference:
            raise ReferenceMissingError(missing(self._known(Kept())))
        with task_of(self.called.id, self.reference, self.candidate, self.terms, self.notes.options.root) as task:
            return judge_task(task)

    def asserted(self) -> SubjectResult:
        """Judge, note and raise what came of it.

        Raises:
            ImageMismatchError, ImageUnmeasurableError, ReferenceMissingError: It did not pass.
            ConfigError: The check is wrong, or the reference could not be written.
        """
        root = self.notes.options.root
        target = self._target() if self.notes.claims is not None else None
        if self._no_reference:
            return self._written(target) if target is not None else self._missing()
        with task_of(self.called.id, self.reference, self.candidate, self.terms, root) as task:
            result = judge_task(task)
            if isinstance(result.verdict, Passed):
                clear(self._directory)
                self._note(result, task)
                return result
            if target is None:
                raise self._failure(task, result)
        return self._written(target)

    @property
    def _no_reference(self) -> bool:
        return self.reference.path is not None and not self.reference.path.exists()

    @property
    def _directory(self) -> Path:
        options = self.notes.options
        return directory_of(options.output, self.item.path, options.root, self.called.file)

    def _target(self) -> Target | None:
        """The file that may be written, as it is before anything is judged; None where there can be none."""
        if self.reference.path is None:
            return None
        options = self.notes.options
        return target_of(self.reference.path, self.reference.label, self.candidate, options.accept_as, options.root)

    def _written(self, target: Target) -> SubjectResult:
        """Write the candidate as the reference, unless it would not even pass beside itself."""
        assert self.notes.claims is not None
        same = replace(self.candidate, path=None, data=self.candidate.content())
        with task_of(self.called.id, same, self.candidate, self.terms, self.notes.options.root) as task:
            result = judge_task(task)
            if not isinstance(result.verdict, Passed):
                raise self._failure(task, result)
        why = Why(self.called.id, self.notes.options.reason, incidents_of(self.item))
        update(target, self.candidate, why, self.notes.claims)
        clear(self._directory)
        self.notes.written(self.item, target.label)
        subject = replace(task.subject, reference=target.label)
        result = replace(result, subject=subject, verdict=Skipped("its reference was written by this run"), findings=())
        self._note(result, task)
        return result

    def _missing(self) -> SubjectResult:
        kept = keep(self._directory, self.notes.options.output, self.candidate, None, None)
        message = missing(self._known(kept))
        headline = message.partition("\n")[0].removesuffix(" [QG-1462]")
        profile = self.terms.profile
        finding = Finding("QG-1462", Level.ERROR, headline, subject=self.called.id, profile=profile)
        subject = Subject("pair", self.called.id, f"pytest {profile}", self.reference.label, self.candidate.label)
        self._note(SubjectResult(subject, Failed(), {}, (finding,), profile=profile), None, kept)
        raise ReferenceMissingError(message)

    def _failure(self, task: PairTask, result: SubjectResult) -> ImageMismatchError | ImageUnmeasurableError:
        kept = keep(self._directory, self.notes.options.output, self.candidate, task, result)
        self._note(result, task, kept)
        known = self._known(kept, result)
        if isinstance(result.verdict, Unmeasurable):
            failure = ImageUnmeasurableError(unmeasurable(result, result.verdict, known), code=result.verdict.code)
            failure.result = result
            return failure
        specs = {metric.spec.name: metric.spec for metric in task.metrics}
        return ImageMismatchError(mismatch(result, specs, known), result, kept.heat_map)

    def _note(self, result: SubjectResult, task: PairTask | None, kept: Kept | None = None) -> None:
        """Keep it for the reports, with the candidate where its readers will find one."""
        path = kept.candidate if kept is not None else self.candidate.path
        root = self.notes.options.root
        shown = label_of(path, root) if path is not None and (kept or path.is_relative_to(root)) else None
        result = replace(result, subject=replace(result.subject, candidate=shown))
        self.notes.note(self.item, self.number, result, task, kept.heat_map if kept else None)

    def _again(self) -> str:
        """How to run this test again from where pytest was started, so that it means the same files."""
        config, here = self.item.config, self.notes.options.here
        words = [f"--rootdir={from_here(config.rootpath, here)}"] if config.getoption("rootdir", None) else []
        if config.getoption("inifilename", None) and config.inipath is not None:
            words += ["-c", from_here(config.inipath, here)]
        within = self.item.nodeid.partition("::")[2]
        return shlex.join([*words, f"{from_here(self.item.path, here)}::{within}"])

    def _nearest(self, result: SubjectResult | None) -> Target | None:
        """The accepted reference that the numbers are of, as accepting the candidate would write it."""
        path, label, root = self.reference.path, self.reference.label, self.notes.options.root
        if result is None or path is None or not path.exists() or result.subject.reference == label:
            return None
        found = accepted_of(path)
        name = next((file.stem for _, file in found if label_of(file, root) == result.subject.reference), None)
        try:
            return None if name is None else target_of(path, label, self.candidate, name, root)
        except ConfigError:
            return None  # it cannot be written, so that there is nothing to tell

    def _known(self, kept: Kept, result: SubjectResult | None = None) -> Told:
        return Told(
            self.item.nodeid,
            self.name,
            self.reference.label,
            self.candidate.label,
            incidents_of(self.item),
            kept,
            self.notes.options.here,
            self._again(),
            self._nearest(result),
            writable=self.reference.path is not None and not self.notes.options.update,
            in_ci=in_ci(os.environ),
            ledger=self._ledger(result),
        )

    def _ledger(self, result: SubjectResult | None) -> Collection[str]:
        """Incidents behind limits that ship which are somebody's here all the same."""
        if result is None or not any(finding.ships for finding in result.findings):
            return ()
        from qualitygate.incident_root import incident_root
        from qualitygate.incidents.paths import written_up

        return written_up(incident_root(self.notes.options.root), (finding.born_of for finding in result.findings))
