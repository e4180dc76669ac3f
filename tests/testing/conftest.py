"""A scratch project for runs of pytest within tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from _pytest.pytester import SysModulesSnapshot
from testing_project import Project


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose runs know nothing of CI or of the run they happen in."""
    for name in ("CI", "PYTEST_ADDOPTS", "SHIFT", "QUALITYGATE_NOW", "GITHUB_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QUALITYGATE_ACTOR", "brand owner")

    def forget(_: SysModulesSnapshot) -> None:
        """Only what the project itself is made of: numpy and other compiled modules cannot be loaded twice."""
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file is not None and Path(file).is_relative_to(pytester.path):
                del sys.modules[name]

    monkeypatch.setattr(SysModulesSnapshot, "restore", forget)
    return Project(pytester)
