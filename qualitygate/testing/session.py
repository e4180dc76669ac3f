"""A run of pytest with the gate in it: what its processes share, and what is said at its end.

Light, since it is part of every run of whoever has the package installed: what measures is loaded with the fixture.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qualitygate.testing.options import Options, options_of

if TYPE_CHECKING:
    from qualitygate.testing.image_gate import ImageGate
    from qualitygate.testing.notes import Notes

SPOOL = "qualitygate_spool"
_WRITTEN = "qualitygate_written"


def _in_short(report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
    """In the short summary, the number that broke its limit rather than the name of a class."""
    from qualitygate.core.errors import ConfigError
    from qualitygate.testing import ImageMismatchError, ImageUnmeasurableError, ReferenceMissingError

    error = call.excinfo.value if call.excinfo is not None else None
    crash = getattr(report.longrepr, "reprcrash", None)
    ours = ImageMismatchError | ImageUnmeasurableError | ReferenceMissingError | ConfigError
    if crash is not None and isinstance(error, ours):
        crash.message = str(error)


def _excuse(outcomes: Sequence[tuple[str, str | None]]) -> str | None:
    """Why failed checks of a test did not fail it; None where it failed, or is to be run again.

    Args:
        outcomes: Outcome and `wasxfail` of every report of the test, those of its subtests included.
    """
    said = {outcome for outcome, _ in outcomes}
    if said & {"failed", "rerun"}:
        return None
    expected = next((reason for outcome, reason in outcomes if outcome == "skipped" and reason is not None), None)
    if expected is not None:
        return f"expected to fail{f': {expected}' if expected else ''}"
    return "the test was skipped" if outcomes[-2:][0][0] == "skipped" else "the test passed although this check failed"


class Session:
    """One process of a run; registered as a plugin."""

    def __init__(self, config: pytest.Config) -> None:
        self.options: Options = options_of(config, os.environ)
        self._worker: str | None = getattr(config, "workerinput", {}).get("workerid")
        self._spool = self._directory(config)
        self._targets = self._checked_targets()
        self._notes: Notes | None = None
        self._written: list[str] = []
        self._died: list[str] = []
        self._said: list[str] = []

    @property
    def notes(self) -> Notes:
        """What the checks of this process leave behind."""
        if self._notes is None:
            from qualitygate.testing.claims import Claims
            from qualitygate.testing.notes import Notes
            from qualitygate.testing.records import Records

            directory, options = self._spool, self.options
            records = Records(directory, self._worker or "main") if directory and options.reports else None
            claims = Claims(directory, options.root) if directory and options.update else None
            pictures = any(form in self._showing() for form in options.reports)
            self._notes = Notes(options, records, pictures, claims)
        return self._notes

    def gate(self, item: pytest.Item) -> Iterator[ImageGate]:
        """The fixture of one test."""
        from qualitygate.testing.image_gate import ImageGate

        self.notes.begin(item)
        yield ImageGate(item, self.notes)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where the processes of this run meet."""
        if self._spool is not None:
            node.workerinput[SPOOL] = str(self._spool)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hand what a test has written to whoever reports it, and take back failures that did not fail it."""
        report = yield
        _in_short(report, call)
        if self._notes is not None:
            from qualitygate.testing.notes import OUTCOMES, WRITTEN

            # With subtests, several reports of one phase: each that failed counts, and none before the last is final.
            outcomes = item.stash.setdefault(OUTCOMES, [])
            outcomes.append((str(report.outcome), getattr(report, "wasxfail", None)))
            report.user_properties += [(_WRITTEN, label) for label in item.stash.get(WRITTEN, [])]
            if call.when == "teardown" and self._notes.records is not None and (why := _excuse(outcomes)):
                self._notes.records.excuse(item.nodeid, why)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what was written, and see which tests were lost with their worker."""
        self._written += [str(label) for key, label in report.user_properties if key == _WRITTEN]
        if str(report.when) == "???":  # pytest-xdist, of a worker that died
            self._died.append(report.nodeid)

    def pytest_report_teststatus(self, report: pytest.TestReport | pytest.CollectReport) -> Any:
        """A test that wrote its reference compared nothing, which is neither a pass nor a failure."""
        if report.when == "call" and report.passed and any(key == _WRITTEN for key, _ in report.user_properties):
            return "updated", "U", ("UPDATED", {"yellow": True})
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, in the process that pytest was started in."""
        if self._worker is not None or not self._targets or session.config.option.collectonly:
            return
        from qualitygate.testing.reporting import write_all

        assert self._spool is not None
        said, lost = write_all(self._spool, self._targets, self._died, self.options)
        self._said += said
        if lost and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Which references were written, and where the reports are."""
        written = list(dict.fromkeys(self._written))
        if not written and not self._said:
            return
        terminalreporter.section("image quality gate")
        if written:
            count = f"{len(written):,} reference{'' if len(written) == 1 else 's'} written"
            terminalreporter.line(f"{count}; look at {'it' if len(written) == 1 else 'them'} before you commit:")
            for label in written:
                terminalreporter.line(f"  {label}")
            if self.options.reason is None:
                whose = "its" if len(written) == 1 else "their"
                terminalreporter.line(f"{whose} provenance gives no reason; --qualitygate-reason='…' would")
        for line in self._said:
            terminalreporter.line(line)

    def pytest_unconfigure(self) -> None:
        """Leave nothing behind."""
        if self._worker is None and self._spool is not None:
            shutil.rmtree(self._spool, ignore_errors=True)

    def _directory(self, config: pytest.Config) -> Path | None:
        """Where the processes of this run meet; made only if there is something to tell."""
        if self._worker is not None:
            given = config.workerinput.get(SPOOL)  # type: ignore[attr-defined]
            return Path(given) if given else None
        if not self.options.reports and not self.options.update:
            return None
        return Path(tempfile.mkdtemp(prefix="qualitygate-pytest-"))

    def _checked_targets(self) -> tuple[Any, ...]:
        if self._worker is not None or not self.options.reports:
            return ()
        from qualitygate.testing.reporting import targets_of

        try:
            return targets_of(self.options)
        except BaseException:
            self.pytest_unconfigure()
            raise

    def _showing(self) -> set[str]:
        """Those of the reports that show pictures."""
        from qualitygate.testing.reporting import showing

        return showing(self.options.reports)
