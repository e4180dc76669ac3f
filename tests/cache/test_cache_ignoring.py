"""A directory of results within a work tree: git sees nothing of it, and nothing of somebody else's is hidden."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from qualitygate.cache.directory import Directory

KEYS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(3)]


def git(top: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=top, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The top level of a work tree."""
    git(tmp_path, "init", "-q", ".")
    return tmp_path


def test_git_sees_nothing_of_it(top: Path) -> None:
    store = Directory(top / "a/.qg-cache")
    for key in KEYS:
        assert store.write(key, b"numbers")
    git(top, "add", "-A")
    assert git(top, "status", "--porcelain") == ""
    assert "*" in (top / "a/.qg-cache/.gitignore").read_text(encoding="utf-8").splitlines()


def test_it_is_no_entry_and_stays(top: Path) -> None:
    store = Directory(top / "results", size=1)
    assert store.empty
    store.write(KEYS[0], b"numbers")
    ignoring = (top / "results/.gitignore").read_bytes()
    assert store.taken() == 4096
    store.trim(time.time())
    assert store.read(KEYS[0]) is None
    assert (top / "results/.gitignore").read_bytes() == ignoring
    assert store.taken() == 0
    assert Directory(top / "results").write(KEYS[1], b"numbers")
    assert (top / "results/.gitignore").read_bytes() == ignoring


def test_one_that_an_earlier_version_left_gets_it(top: Path) -> None:
    (top / "results" / KEYS[0][:2]).mkdir(parents=True)
    Directory(top / "results").write(KEYS[1], b"numbers")
    assert (top / "results/.gitignore").is_file()


def test_that_of_somebody_else_stays(top: Path) -> None:
    (top / "results").mkdir()
    (top / "results/.gitignore").write_text("*.tmp\n", encoding="utf-8")
    assert Directory(top / "results").write(KEYS[0], b"numbers")
    assert (top / "results/.gitignore").read_text(encoding="utf-8") == "*.tmp\n"


def test_files_of_somebody_else_are_not_hidden(top: Path) -> None:
    (top / "build").mkdir()
    (top / "build/hero.png").write_bytes(b"x")
    for shared in (top / "build", top):
        assert Directory(shared).write(KEYS[0], b"numbers")
        assert not (shared / ".gitignore").exists()
    assert "build/" in git(top, "status", "--porcelain")


def test_outside_of_a_work_tree_there_is_none(tmp_path: Path) -> None:
    if any((above / ".git").exists() for above in tmp_path.parents):
        pytest.skip("temporary files lie in a work tree")
    assert Directory(tmp_path / "results").write(KEYS[0], b"numbers")
    assert not (tmp_path / "results/.gitignore").exists()
    (tmp_path / "tree").mkdir()
    git(tmp_path / "tree", "init", "-q", ".")
    (tmp_path / "tree/link").symlink_to("../results")
    assert Directory(tmp_path / "tree/link").write(KEYS[1], b"numbers")
    assert not (tmp_path / "results/.gitignore").exists(), "git sees a link, and not what it leads to"
