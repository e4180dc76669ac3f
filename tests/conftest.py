"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Directory of real files to pass and to refuse; tests that need it are skipped where it is absent."""
    path = Path(os.environ.get("QUALITYGATE_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not path.is_dir():
        pytest.skip("corpora not present: set QUALITYGATE_CORPORA")
    return path


@pytest.fixture(scope="session")
def photos() -> list[Path]:
    """The photographs of the demo, sorted by name."""
    return sorted((ROOT / "qualitygate" / "demo" / "photos").glob("*.jpg"))
