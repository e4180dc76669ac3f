"""What every test may ask for."""

from __future__ import annotations

import itertools
import os
import shlex
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

# Whoever starts the suite in the background starts it deaf to Ctrl-C, and every process it starts inherits that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

_COUNTER = itertools.count()
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Directory of real files to pass and to refuse; tests that need it are skipped where it is absent."""
    path = Path(os.environ.get("QUALITYGATE_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not path.is_dir():
        pytest.skip("corpora not present: set QUALITYGATE_CORPORA")
    return path


@pytest.fixture(scope="session")
def photos() -> list[Path]:
    """The photographs of the demo, sorted by name."""
    return sorted((ROOT / "qualitygate" / "demo" / "photos").glob("*.jpg"))


@dataclass(frozen=True)
class Outcome:
    """What a command gave back."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def bounded() -> Callable[[float], AbstractContextManager[None]]:
    """`with bounded(10): …` fails work whose cost explodes: more seconds of this process than any machine needs for it.

    Not a measurement: what work costs is told by `benchmarks/`.
    """

    @contextmanager
    def within(seconds: float) -> Iterator[None]:
        begun = time.process_time()
        yield
        spent = time.process_time() - begun
        assert spent < seconds, f"{spent:.1f} s of this process, where {seconds} are far more than it should need"

    return within


@pytest.fixture(autouse=True)
def own_results(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Numbers that one test measured are not those of another, nor of the user who runs the suite."""
    directory = tmp_path_factory.getbasetemp() / "results" / str(next(_COUNTER))
    monkeypatch.setenv("QUALITYGATE_CHECK_CACHE", str(directory))


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Call `qualitygate ARGUMENTS` in this process and get exit code, stdout and stderr."""
    from qualitygate.cli import root, run

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = run(root, [str(argument) for argument in arguments], "qualitygate")
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium. Tests that ask for it are marked by `watched_page.IN_A_BROWSER`."""
    from watched_page import ARGUMENTS, CHROMIUM

    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shell_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment for shell commands as a user types them: `qualitygate` on the path, nothing of CI, no colours."""
    names = tmp_path_factory.mktemp("bin")
    binaries = Path(sys.executable).parent
    if not (binaries / "qualitygate").exists():  # run from a checkout that is not installed
        script = names / "qualitygate"
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m qualitygate "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    foreign = ("GITHUB_", "RUNNER_", "GITLAB_", "CI", "PYTEST_", "QUALITYGATE_", "COLUMNS", "FORCE_COLOR")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    search = os.pathsep.join([str(names), str(binaries), kept.get("PATH", os.defpath)])
    ours = {"PYTHONPATH": str(ROOT), "QUALITYGATE_CACHE": str(names / "cache"), "NO_COLOR": "1"}
    return {**kept, **ours, "PATH": search, "PYTHONIOENCODING": "utf-8"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests were skipped for which reason, in short; `-ra` says which they are."""
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in _skipped(terminalreporter))
    if reasons:
        terminalreporter.section(f"{reasons.total()} skipped")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:5} {reason}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything was installed (`.ci/run` says so), a test that misses a library is no skip but a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("QUALITYGATE_EXTRAS") != "required" or reporter is None or session.exitstatus != 0:
        return
    if missing := [one for one in _skipped(reporter) if "could not import" in str(one.longrepr[2])]:
        reporter.line(f"\n{len(missing)} skipped for want of a library that .[test] installs", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    return [one for one in reporter.stats.get("skipped", []) if isinstance(one.longrepr, tuple)]
