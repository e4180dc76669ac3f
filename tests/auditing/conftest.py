"""The scratch repository, nothing of the user's git, of CI or of the clock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from audit_repository import Shop, shop


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's git configuration, of a hook or of CI."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "GITLAB_", "CI", "QUALITYGATE_")) and not name.endswith("_CACHE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-10-01T08:00:00Z")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The repository, with the working directory in it."""
    found = shop(tmp_path / "shop")
    monkeypatch.chdir(found.top)
    return found
