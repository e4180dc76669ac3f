"""`qualitygate doctor` names the directory of earlier results, its size and its limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualitygate.cache.directory import DEFAULT_SIZE, Directory

KEY = "ab" * 32


@pytest.fixture(autouse=True)
def caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A place for caches of this test's own, and no cache of all tests."""
    monkeypatch.delenv("QUALITYGATE_CHECK_CACHE", raising=False)
    monkeypatch.setenv("QUALITYGATE_CACHE", str(tmp_path / "caches"))
    return tmp_path / "caches"


def told(qg: Callable) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(qg("doctor", "--format", "json").out)["results_directory"]
    return found


def test_the_default_and_what_is_in_it(qg: Callable, caches: Path) -> None:
    where = caches / "results"
    assert told(qg) == {"path": str(where), "bytes": 0, "limit": DEFAULT_SIZE, "why": None}
    assert not where.exists()
    Directory(where).write(KEY, b"numbers")
    assert told(qg)["bytes"] == 4096
    shown = " ".join(qg("doctor").out.split())
    assert "results" in shown
    assert "MB of 256 MB" in shown


def test_what_the_configuration_and_the_variables_say(
    qg: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "qualitygate.toml"
    config.write_text('[run]\ncache = "numbers"\ncache_size = "20 MB"\n')
    assert told(qg) == {"path": str(tmp_path / "numbers"), "bytes": 0, "limit": 20_000_000, "why": None}
    config.write_text("[run]\ncache = false\n")
    assert told(qg) == {"path": None, "bytes": None, "limit": None, "why": "[run] cache = false"}
    monkeypatch.setenv("QUALITYGATE_CHECK_CACHE", str(tmp_path / "other"))
    assert told(qg)["path"] == str(tmp_path / "other")
    monkeypatch.setenv("QUALITYGATE_CHECK_NO_CACHE", "1")
    assert told(qg)["path"] is None
    assert "not kept: QUALITYGATE_CHECK_NO_CACHE" in qg("doctor").out


def test_what_cannot_be_used_is_said(qg: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("QUALITYGATE_CHECK_CACHE", "file")
    assert "QG-1445" in told(qg)["why"]
    monkeypatch.setenv("QUALITYGATE_CHECK_CACHE", "~nobody-of-this-name/x")
    assert "no home directory" in told(qg)["why"]
    assert qg("doctor").code == 0
