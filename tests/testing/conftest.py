"""A scratch project for runs of pytest within tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from testing_project import Project

import qualitygate.cli.reports
import qualitygate.testing.image_gate  # noqa: F401
from qualitygate import gate
from qualitygate.corridor.judging import judge_task
from qualitygate.exhibiting import exhibit
from qualitygate.imaging.lossless import png_of
from qualitygate.seeding import panel


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Everything that a check loads late: a run in this process forgets what it loaded itself, and compiled modules
    cannot be loaded twice."""
    folder: Path = tmp_path_factory.mktemp("loaded")
    samples = np.zeros((70, 70, 3), np.uint16)
    (folder / "deep.png").write_bytes(png_of(samples))
    for name in ("a.png", "b.webp", "c.jpg"):
        Image.fromarray(samples.astype(np.uint8) + 9).save(folder / name)
    for name in ("deep.png", "b.webp", "c.jpg"):
        task = gate.pair_task(folder / "a.png", folder / name, metrics=["delta_e_2000", "ssim"], profile="hero")
        result = judge_task(task)
        assert panel(task, result)
        assert exhibit(task, result)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, loaded: None) -> Project:
    """A project whose runs know nothing of CI or of the run they happen in."""
    for name in ("CI", "PYTEST_ADDOPTS", "SHIFT", "QUALITYGATE_NOW", "GITHUB_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QUALITYGATE_ACTOR", "brand owner")
    return Project(pytester)
