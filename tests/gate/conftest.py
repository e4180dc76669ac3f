"""A repository of small photographs, apart from the machine that runs the tests."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import Repository, encoded, quiet


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the user's git configuration, no CI, a temporary directory of our own."""
    for name in quiet(dict(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


@pytest.fixture
def repository(alone: None, tmp_path: Path, photos: list[Path]) -> Repository:
    made = Repository(tmp_path / "repository")
    made.begin(**{"images/a.png": encoded(photos[0]), "images/b.webp": encoded(photos[1], "WEBP")})
    return made
