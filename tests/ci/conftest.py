"""A workspace as a GitHub runner has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from actions_steps import Runner

from qualitygate.demo.scene import Scene, write_scene


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty directory of its own name."""
    made = tmp_path / "workspace"
    made.mkdir()
    return made


@pytest.fixture
def scene(workspace: Path) -> Scene:
    """The demo's pictures in the workspace."""
    return write_scene(workspace, force=True)


@pytest.fixture
def runner(workspace: Path, shell_environment: dict[str, str]) -> Runner:
    """A runner of a pull request's job in the workspace."""
    return Runner(workspace, shell_environment)
