"""What git tracks, what a file held at a revision, and where a repository was cloned from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.tracked import content_at, remote_url, tracked


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "repo"
    (top / "deep").mkdir(parents=True)
    for name in ("b", "deep/größe.cube", "deep/two\nlines", "untracked"):
        (top / name).write_text(name, encoding="utf-8")
    git(top, "init", "-q", "-b", "main", ".")
    git(top, "add", "b", "deep")
    git(top, "commit", "-qm", "x")
    return top


def git(top: Path, *arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=top, check=True)


def test_tracked_from_the_top(repository: Path) -> None:
    assert tracked(repository / "deep") == ("b", "deep/größe.cube", "deep/two\nlines")


def test_content(repository: Path) -> None:
    (repository / "b").write_text("changed")
    assert content_at(repository / "deep", "main", "b", 100) == b"b"
    assert content_at(repository, "HEAD", "deep/größe.cube", 100) == "deep/größe.cube".encode()
    assert content_at(repository, "HEAD", "none", 100) is None
    assert content_at(repository, "HEAD", "deep", 100) is None
    with pytest.raises(ConfigError) as caught:
        content_at(repository, "HEAD", "deep/größe.cube", 3)
    assert caught.value.code == "QG-1781"


@pytest.mark.parametrize("revision", ["nowhere", "", "--help", "HEAD:b", "HEAD^9"])
def test_no_such_revision(repository: Path, revision: str) -> None:
    with pytest.raises(ConfigError) as caught:
        content_at(repository, revision, "b", 100)
    assert caught.value.code == "QG-1690"


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        tracked(tmp_path)
    assert caught.value.code == "QG-1690"
    assert str(caught.value).startswith(f"{tmp_path}: is in no git repository")
    assert remote_url(tmp_path) is None


def test_remote(repository: Path) -> None:
    assert remote_url(repository) is None
    git(repository, "remote", "add", "origin", "git@github.com:o/r.git")
    assert remote_url(repository / "deep") == "git@github.com:o/r.git"
