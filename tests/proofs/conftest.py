"""The scratch repository, and the command line in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proofs_repository import Scratch, story


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the user's git configuration, of a hook or of CI."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "GITLAB_", "CI", "QUALITYGATE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-10-01T08:00:00Z")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    """The story, with the working directory in it."""
    made = story(tmp_path / "repository")
    monkeypatch.chdir(made.top)
    return made


@pytest.fixture
def qg(command_line: Callable[..., Any]) -> Callable[..., Any]:
    """Call `qualitygate ARGUMENTS` and get exit code, stdout and stderr."""
    return command_line
