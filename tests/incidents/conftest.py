"""A place that bundles are brought home to, and a repository with an incident that evidence is collected in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bundle_cases import Import, files
from evidence_cases import Collector, changed_repository, collector, git

from qualitygate.cli import root as command
from qualitygate.cli import run
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import defects


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "home"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-27T12:00:00Z")
    monkeypatch.setenv("QUALITYGATE_ACTOR", "on-call")
    return here


@pytest.fixture
def bring(home: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """`qualitygate incident import`; the outcome, and the logs are sound after it."""

    def call(bundle: Path, *words: str) -> list[tuple[str, str, str]]:
        capsys.readouterr()
        code = run(command, ["incident", "import", str(bundle), "--format", "json", *words], "qualitygate")
        shown = capsys.readouterr()
        assert code == 0, shown.err
        for incident_id in Ledger(home).ids():
            assert not list(defects(incident_id, Ledger(home).log(incident_id)))
        assert run(command, ["incident", "verify"], "qualitygate") == 0, capsys.readouterr().out
        rows = json.loads(shown.out)["incidents"]
        return [(row["was"][-2:], row["id"], row["outcome"]) for row in rows]

    return call


@pytest.fixture
def refused(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], str]:
    """The one line that refuses a bundle; nothing was written."""

    def call(bundle: Path) -> str:
        before = files(home)
        capsys.readouterr()
        code = run(command, ["incident", "import", str(bundle)], "qualitygate")
        shown = capsys.readouterr()
        assert code == 2, shown.err
        assert shown.err.count("\n") == 1
        assert "internal error" not in shown.err
        assert files(home) == before
        return shown.err

    return call


@pytest.fixture
def call(command_line: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """`qualitygate`, called where nothing is known of CI, git or a user."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "CI_", "GIT_", "RUNNER_")) or name in {"CI", "NO_COLOR"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-27T05:00:00Z")
    return command_line


@pytest.fixture
def at_work(tmp_path: Path, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Collector:
    """In a repository of two commits, with an incident."""
    top = changed_repository(tmp_path / "repository")
    monkeypatch.chdir(top)
    return collector(top, call, commit=git(top, "rev-parse", "HEAD"), ci_run="https://ci.example.org/runs/7")
