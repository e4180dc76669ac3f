"""A place that bundles are brought home to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bundle_cases import Import, files

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
