"""Git answers, or None: never an exception, whatever the directory and the environment."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.vcs import head_branch, head_commit, repository, top_level
from qualitygate.vcs.blobs import since
from qualitygate.vcs.repository import distrusted


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the repository the tests may lie in nor the configuration of who runs them."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    path = tmp_path / "árvore com espaço "
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=trunk")
    return path


def commit(tree: Path) -> str:
    git(tree, "commit", "--quiet", "--allow-empty", "-m", "first")
    return git(tree, "rev-parse", "HEAD")


def test_top_level_from_below(tree: Path):
    below = tree / "a" / "b"
    below.mkdir(parents=True)
    assert top_level(below) == tree.resolve()
    assert top_level(tree) == tree.resolve()


def test_branch_and_commit(tree: Path):
    assert head_branch(tree) == "trunk"
    assert head_commit(tree) is None
    first = commit(tree)
    assert head_commit(tree) == first
    git(tree, "checkout", "--quiet", "-b", "feature/ä")
    assert head_branch(tree) == "feature/ä"
    git(tree, "checkout", "--quiet", "--detach")
    assert head_branch(tree) is None
    assert head_commit(tree) == first


def test_a_linked_worktree_is_its_own_top_level(tree: Path, tmp_path: Path):
    commit(tree)
    git(tree, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    assert top_level(tmp_path / "side") == (tmp_path / "side").resolve()
    assert head_branch(tmp_path / "side") == "side"


@pytest.mark.parametrize("place", ["plain", "missing", "file", "bare.git"])
def test_no_working_tree(tmp_path: Path, place: str):
    (tmp_path / "plain").mkdir()
    (tmp_path / "file").write_text("x")
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")
    directory = tmp_path / place
    assert top_level(directory) is None
    assert head_commit(directory) is None


def test_no_git(tree: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert top_level(tree) is None
    assert head_branch(tree) is None
    assert head_commit(tree) is None


def test_the_directory_decides_not_the_environment(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = commit(tree)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet", "--initial-branch=elsewhere")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "broken")
    assert top_level(tree) == tree.resolve()
    assert head_branch(tree) == "trunk"
    assert head_commit(tree) == first


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
def test_a_git_in_the_checkout_is_not_run(tree: Path, monkeypatch: pytest.MonkeyPatch):
    planted = tree / "git"
    planted.write_text("#!/bin/sh\ntouch planted\n")
    planted.chmod(0o755)
    monkeypatch.chdir(tree)
    monkeypatch.setenv("PATH", ".")
    assert top_level(tree) is None
    assert not (tree / "planted").exists()


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
def test_a_git_that_hangs_is_left(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(repository, "_TIMEOUT_SECONDS", 0.2)
    assert top_level(tree) is None


@pytest.mark.parametrize("name", ["plain", "with space 'n' quote"])
def test_a_repository_of_another_user_is_told_with_the_command_that_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As in a container of CI, whose checkout belongs to the user outside of it."""
    top = tmp_path / name
    top.mkdir()
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    assert distrusted(top) is None
    if os.geteuid() != 0:
        pytest.skip("only root may give a file to somebody else")
    for path in (top, *top.rglob("*")):
        os.chown(path, 12345, 12345)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert top_level(top) is None
    command = distrusted(top)
    assert command is not None
    assert shlex.split(command) == ["git", "config", "--global", "--add", "safe.directory", str(top)]
    with pytest.raises(ConfigError) as caught:
        since(top, "HEAD")
    assert caught.value.hint == command
    subprocess.run(shlex.split(command), check=True, env=os.environ)
    assert top_level(top) == top
