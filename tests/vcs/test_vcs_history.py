"""Commits and patches from a real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.history import history, patch, revision


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def git(repository: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *identity, *arguments], cwd=repository, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "repository"
    top.mkdir()
    git(top, "init", "-q")
    (top / "a\tb\nc.txt").write_text("1\n")
    (top / "[x]*.txt").write_text("1\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "one")
    git(top, "checkout", "-qb", "work")
    (top / "a\tb\nc.txt").write_text("1\n2\n")
    (top / "[x]*.txt").write_text("1\n3\n")
    (top / "b.bin").write_bytes(b"\0" * 10)
    git(top, "add", ".")
    git(top, "commit", "-qm", "two\n\nbody")
    git(top, "checkout", "-q", "main")
    (top / "main.txt").write_text("m\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "on main")
    return top


def test_a_change_begins_at_the_merge_base(repository: Path) -> None:
    found = history(repository, "main", "work")
    assert found.origin == git(repository, "rev-parse", "main~1")
    assert [(one.path, one.status, one.added, one.removed) for one in found.files] == [
        ("[x]*.txt", "M", 1, 0),
        ("a\tb\nc.txt", "M", 1, 0),
        ("b.bin", "A", None, None),
    ]
    assert [one.message for one in found.commits] == ["two\n\nbody"]
    assert found.files[2].binary
    assert (found.files[2].old_blob, found.files[2].new_bytes) == (None, 10)
    assert found.files[2].new_blob == git(repository, "rev-parse", "work:b.bin")


def test_a_patch_holds_the_named_files_only(repository: Path) -> None:
    found = history(repository, "main", "work")
    text = patch(repository, found, ("[x]*.txt",)).decode()
    assert text.count("diff --git") == 1
    assert "+3\n" in text
    assert patch(repository, found, ()) == b""


def test_nothing_changed(repository: Path) -> None:
    found = history(repository, "work", "work")
    assert (found.commits, found.files) == ((), ())


def test_unknown_revisions_and_no_repository(repository: Path, tmp_path: Path) -> None:
    assert revision(repository, "none") is None
    assert revision(repository, "--help") is None
    for directory, base in ((repository, "none"), (tmp_path, "main")):
        with pytest.raises(ConfigError, match="QG-1792"):
            history(directory, base, "work")


def test_histories_with_nothing_in_common(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "other")
    git(repository, "commit", "-qm", "other")
    with pytest.raises(ConfigError, match="merge base"):
        history(repository, "main", "other")


def test_a_submodule_is_no_blob(repository: Path) -> None:
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(repository), "sub")
    git(repository, "commit", "-qm", "sub")
    found = history(repository, "HEAD~1", "HEAD")
    assert {(one.path, one.new_blob is None) for one in found.files} == {(".gitmodules", False), ("sub", True)}
    assert "+Subproject commit " in patch(repository, found, ("sub",)).decode()
