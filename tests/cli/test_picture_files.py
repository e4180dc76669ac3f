"""Which pictures the globs of a palette or batch name."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from qualitygate.planning.picture_files import gone, picture_files

FILES = ("hero.png", "build/a.webp", "build/b.PNG", "build/deep/er/c.jpg", "build/notes.txt", "build/.hidden.png",
         "other/d.png", "build/e.png.accepted/h100.png", "build/banner[1].png")  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("globs", "exclude", "expected"),
    [
        (["build/**"], [], ["build/a.webp", "build/b.PNG", "build/banner[1].png", "build/deep/er/c.jpg"]),
        (["build/"], ["build/deep/"], ["build/a.webp", "build/b.PNG", "build/banner[1].png"]),
        (["build/*"], ["**/*.PNG"], ["build/a.webp", "build/banner[1].png"]),
        (["**/*.jpg", "hero.png", "hero.png"], [], ["build/deep/er/c.jpg", "hero.png"]),
        (["build/.*"], [], ["build/.hidden.png"]),
        (["build/banner[1].png"], [], ["build/banner[1].png"]),
        (["b*/a.webp"], [], ["build/a.webp"]),
        (["none/**"], [], []),
        (["hero.png/**"], [], []),
    ],
)
def test_globs(tree: Path, globs: list[str], exclude: list[str], expected: list[str]) -> None:
    found = picture_files(tree, globs, exclude)
    assert list(found) == expected
    assert all(path.is_file() for path in found.values())


def test_names_that_differ_in_normalisation_are_both_there(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "été.png")).write_bytes(form.encode())
    found = picture_files(tmp_path, ["*"], [])
    assert sorted(path.read_bytes() for path in found.values()) == [b"NFC", b"NFD"][: len(found)]
    assert len(found) == len(list(tmp_path.iterdir()))


def test_a_dangling_link_counts_and_a_pipe_does_not(tmp_path: Path) -> None:
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    os.mkfifo(tmp_path / "pipe.png")
    assert list(picture_files(tmp_path, ["*.png"], [])) == ["gone.png"]


def test_named_pictures_that_are_gone(tree: Path) -> None:
    found = gone(tree, ["hero.png", "lost.png", "build/**", "nowhere/"], "brand", "qualitygate.toml:3")
    assert [(one.code, one.path) for one in found] == [("QG-1503", "lost.png")]
    assert "lost.png, qualitygate.toml:3 names it" in found[0].message
