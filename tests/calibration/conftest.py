"""A small pipeline that does not quite repeat itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline_runs import render


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`reference.png`, six runs of it, and two directories of pictures with three runs; the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUALITYGATE_NOW", "2026-01-02T03:04:05Z")
    (tmp_path / "runs").mkdir()
    render("coffee", -1).save(tmp_path / "reference.png")
    for run in range(6):
        render("coffee", run).save(tmp_path / "runs" / f"{run}.png")
    for run in (-1, 0, 1, 2):
        directory = tmp_path / ("approved" if run < 0 else f"nightly {run}")
        (directory / "été").mkdir(parents=True)
        render("coffee", run).save(directory / "coffee.png")
        render("chelsea", run).save(directory / "été" / "chelsea.png")
    return tmp_path
