"""Versions of files from a real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError, LutError
from qualitygate.vcs.blobs import since, staged
from qualitygate.vcs.lfs import resolved

LIMIT = 1_000_000
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 12345\n"


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """Nothing of the user's git configuration, and no hook's environment."""
    import os

    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def git(repository: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *identity, *arguments], cwd=repository, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path) -> Path:
    top = tmp_path / "repository"
    (top / "luts").mkdir(parents=True)
    git(top, "init", "-q")
    (top / "luts" / "a.cube").write_text("old a\n" * 20)
    (top / "luts" / "b.cube").write_text("old b\n" * 20)
    git(top, "add", ".")
    git(top, "commit", "-qm", "one")
    return top


def test_the_index_is_judged_and_not_the_working_tree(repository):
    path = repository / "luts" / "a.cube"
    path.write_text("staged\n")
    git(repository, "add", ".")
    path.write_text("working tree\n")
    found = staged(repository)
    assert [(c.path, c.old_path) for c in found.changes] == [("luts/a.cube", "luts/a.cube")]
    assert found.new("luts/a.cube", LIMIT) == b"staged\n"
    assert found.old("luts/a.cube", LIMIT) == b"old a\n" * 20
    assert found.new("luts/none.cube", LIMIT) is None


def test_the_index_a_hook_was_given_is_honoured(repository, monkeypatch):
    """`git commit FILE` runs hooks with an index of its own, named relative to the top level."""
    (repository / "luts" / "a.cube").write_text("for the commit\n")
    monkeypatch.chdir(repository)
    (repository / ".git" / "other-index").write_bytes((repository / ".git" / "index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/other-index")
    git(repository, "add", "luts/a.cube")
    assert staged(repository / "luts").new("luts/a.cube", LIMIT) == b"for the commit\n"
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert staged(repository).changes == ()


def test_a_repository_without_commits(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a.cube").write_text("x")
    git(tmp_path, "add", ".")
    found = staged(tmp_path)
    assert [(c.path, c.old_path) for c in found.changes] == [("a.cube", None)]
    assert found.old("a.cube", LIMIT) is None
    assert found.new("a.cube", LIMIT) == b"x"


def test_the_merge_base_and_not_the_tip_of_the_other_branch(repository):
    git(repository, "checkout", "-qb", "feature")
    (repository / "luts" / "a.cube").write_text("new a\n")
    git(repository, "commit", "-qam", "two")
    git(repository, "checkout", "-q", "main")
    (repository / "luts" / "a.cube").write_text("other a\n")
    git(repository, "commit", "-qam", "three")
    git(repository, "checkout", "-q", "feature")
    found = since(repository, "main")
    assert found.old("luts/a.cube", LIMIT) == b"old a\n" * 20
    assert [c.path for c in found.changes] == ["luts/a.cube"]


def test_untracked_files_belong_to_the_working_tree_and_not_to_the_index(repository):
    (repository / "luts" / "new.cube").write_text("new\n")
    git(repository, "rm", "-q", "--cached", "luts/b.cube")
    found = since(repository, "HEAD")
    assert {(c.path, c.old_path) for c in found.changes} == {("luts/new.cube", None), ("luts/b.cube", "luts/b.cube")}
    assert found.old("luts/new.cube", LIMIT) is None
    assert [(c.path, c.old_path) for c in staged(repository).changes] == [(None, "luts/b.cube")]


def test_odd_names(repository):
    name = "luts/a b ü\t-x.cube"
    (repository / name).write_text("odd\n")
    git(repository, "add", ".")
    found = staged(repository)
    assert [c.path for c in found.changes] == [name]
    assert found.new(name, LIMIT) == b"odd\n"


def test_what_git_cannot_answer_is_an_error(repository, tmp_path):
    for call in (lambda: since(repository, "no/such"), lambda: since(tmp_path, "HEAD"), lambda: staged(tmp_path)):
        with pytest.raises(ConfigError) as caught:
            call()
        assert caught.value.code == "QG-1690"
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-qm", "no history in common")
    with pytest.raises(ConfigError, match="no merge base"):
        since(repository, "main")


def test_a_revision_cannot_be_an_option(repository):
    with pytest.raises(ConfigError):
        since(repository, "--output=/tmp/x")


def test_a_large_file_is_not_read(repository):
    (repository / "luts" / "a.cube").write_text("x" * 2000)
    git(repository, "add", ".")
    with pytest.raises(LutError) as caught:
        staged(repository).new("luts/a.cube", 1000)
    assert caught.value.code == "QG-1602"


def test_a_pointer_that_cannot_be_resolved_is_an_error_before_and_a_pointer_now(repository):
    (repository / "luts" / "a.cube").write_bytes(POINTER)
    git(repository, "add", ".")
    assert staged(repository).new("luts/a.cube", LIMIT) == POINTER
    git(repository, "commit", "-qm", "pointer")
    with pytest.raises(LutError) as caught:
        staged(repository).old("luts/a.cube", LIMIT)
    assert caught.value.code == "QG-1687"


def test_a_pointer_is_resolved_by_git_lfs(repository, tmp_path, monkeypatch):
    import os

    command = tmp_path / "bin" / "git-lfs"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\n[ "$1" = smudge ] && grep -q sha256 && printf "content of %s" "$3"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    assert resolved(repository, POINTER, "luts/a.cube") == b"content of luts/a.cube"
    assert resolved(repository, b"LUT", "luts/a.cube") == b"LUT"
