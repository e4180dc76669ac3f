"""The founding incident's own case: made by the tools, caught by the shipped thresholds, replayed by this suite."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from proofs_repository import quiet

from qualitygate.proofs.case import FOLDER
from qualitygate.proving import prove_all
from qualitygate.proving.born import limit_of
from qualitygate.proving.case_file import case_of
from qualitygate.proving.replaying import Replay, replay

ROOT = Path(__file__).resolve().parents[2]
FOUNDING = "PM-2025-09-27-01"


def test_the_repository_stands() -> None:
    found = prove_all(ROOT, today=date(2025, 10, 1), environ={})
    assert found.passed, found.findings
    assert FOUNDING in [one.incident for one in found.cases]


def test_the_limit_that_catches_it_is_the_heroes_median() -> None:
    case, how = case_of(ROOT, FOUNDING), Replay(ROOT)
    bad, fixed = replay(case, how)
    assert case.check is not None
    limit = limit_of(case.check, how.rules(case))
    assert limit.where.startswith("thresholds/hero.toml:")
    assert limit.fail is not None
    ((value,), (fixed,)) = bad.runs[0].values.values(), fixed.runs[0].values.values()
    assert fixed < limit.fail / 2 < limit.fail * 2 < value


def test_pytest_replays_it() -> None:
    plugin = [] if entry_points(group="pytest11", name="qualitygate") else ["-p", "qualitygate.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", f"--incident={FOUNDING}", FOLDER]
    done = subprocess.run(command, cwd=ROOT, env=quiet(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_its_files_are_what_the_tools_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    from tools.fixtures.incidents import incidents

    for incident in incidents():
        folder = ROOT / FOLDER / incident.id
        assert {path.name for path in folder.iterdir()} == set(incident.files)
        assert (folder / "case.toml").read_bytes().replace(b"\r\n", b"\n") == incident.files["case.toml"]
