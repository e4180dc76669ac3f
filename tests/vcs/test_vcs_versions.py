"""Earlier versions of files from a real git: links as they were, odd names, submodules, attributes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import head_commit
from qualitygate.vcs.versions import as_text, content, filter_of, known_files, stored


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the user's git configuration."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def git(repository: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    allowed = ("-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *identity, *allowed, *arguments], cwd=repository, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def top(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    made.mkdir()
    git(made, "init", "-q")
    return made


def committed(top: Path, **files: bytes) -> str:
    for name, data in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    git(top, "add", "-A")
    git(top, "commit", "-qm", "files")
    commit = head_commit(top)
    assert commit is not None
    return commit


@pytest.mark.parametrize(
    "name", ["plain.png", 'two words "quoted".png', "grün/日本 🎨.png", "a blob 12.png", "blob 12", "line\nend.png"]
)
def test_a_file_of_any_name(top: Path, name: str) -> None:
    commit = committed(top, **{name: b"then", "other.png": b"other"})
    (top / name).write_bytes(b"now")
    found = stored(top, commit, ["missing.png", name, "no/such blob 7", "other.png"])
    assert set(found) == {name, "other.png"}
    assert content(top, found[name]) == b"then"
    assert (found[name].bytes, found["other.png"].bytes) == (4, 5)


def test_a_directory_is_no_file(top: Path) -> None:
    commit = committed(top, **{"a/b.png": b"x"})
    assert stored(top, commit, ["a"]) == {}


def test_links_are_followed_as_they_were(top: Path) -> None:
    (top / "now").mkdir()
    (top / "link.png").symlink_to("then/a.png")
    (top / "folder").symlink_to("then", target_is_directory=True)
    commit = committed(top, **{"then/a.png": b"then", "now/a.png": b"now, and longer"})
    (top / "link.png").unlink()
    (top / "link.png").symlink_to("now/a.png")
    found = stored(top, commit, ["link.png", "folder/a.png"])
    assert content(top, found["link.png"]) == content(top, found["folder/a.png"]) == b"then"


def test_links_that_lead_nowhere_hide_no_other_file(top: Path) -> None:
    """Git answers them in two lines, the second of which may look like anything."""
    (top / "dangling.png").symlink_to("missing.png")
    (top / "strange.png").symlink_to("new\nline blob 5")
    (top / "loop.png").symlink_to("loop.png")
    (top / "outside.png").symlink_to("../../etc/passwd")
    commit = committed(top, **{"a.png": b"a"})
    names = ["dangling.png", "strange.png", "loop.png", "outside.png", "a.png/b.png", "a.png"]
    assert set(stored(top, commit, names)) == {"a.png"}


def test_submodules_are_told_from_files(top: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    committed(other, **{"x.png": b"x"})
    git(top, "submodule", "add", "-q", str(other), "vendor")
    committed(top, **{"a.png": b"a"})
    files, submodules = known_files(top)
    assert files == {"a.png", ".gitmodules"}
    assert submodules == ("vendor",)


@pytest.mark.parametrize(
    ("attributes", "changed"),
    [
        ("", False),
        ("* text=auto\n", False),
        ("* text=auto eol=lf\n", False),
        ("*.png binary\n", False),
        ("*.png -text eol=crlf\n", False),
        ("*.png text\n", True),
        ("*.png eol=crlf\n", True),
        ("*.png working-tree-encoding=UTF-16\n", True),
    ],
)
def test_what_git_rewrites(top: Path, attributes: str, changed: bool) -> None:
    (top / ".gitattributes").write_text(attributes)
    assert as_text(top, ["ü a.png"]) == (("ü a.png",) if changed else ())


def test_the_filter_of_a_path_that_is_not_there_yet(top: Path) -> None:
    (top / ".gitattributes").write_text("*.png filter=lfs diff=lfs\n")
    assert filter_of(top, "new one.png") == "lfs"
    assert filter_of(top, "a.webp") is None


def test_what_git_cannot_answer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        known_files(tmp_path)
    assert caught.value.code == "QG-1690"
