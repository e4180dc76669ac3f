"""Hints at what may have been renamed: asked, never paired."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.pairing.match import match_trees
from qualitygate.pairing.renamed import with_hints


def details(tmp_path: Path, references: dict[str, bytes], candidates: dict[str, bytes]) -> dict[str, str]:
    """Id to what is asked of every match that is none."""
    for side, files in (("ref", references), ("cand", candidates)):
        (tmp_path / side).mkdir()
        for name, content in files.items():
            path = tmp_path / side / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    matches = match_trees(tmp_path / "ref", tmp_path / "cand")
    hinted = with_hints(matches)
    assert [one.id for one in hinted] == [one.id for one in matches]
    assert [one.problem for one in hinted] == [one.problem for one in matches], "nothing is paired by guessing"
    return {one.id: one.detail.partition("; ")[2] for one in hinted if one.problem}


def test_equal_bytes_under_another_name(tmp_path: Path) -> None:
    found = details(tmp_path, {"a/old.png": b"same", "b.png": b"else"}, {"c/neu ü.png": b"same", "z.png": b"diff"})
    assert found == {
        "a/old.png": "is it c/neu ü.png now?",
        "c/neu ü.png": "is it a/old.png, renamed?",
        "b.png": "",
        "z.png": "",
    }


@pytest.mark.parametrize(
    ("old", "new", "asked"),
    [
        ("coffee.png", "coffee-large.jpg", True),
        ("coffee@2x.png", "coffee.png", True),
        ("cups/coffee.png", "cups/coffee_v2.png", True),
        ("cups/coffee.png", "shoes/coffee-large.png", False),
        ("cup.png", "cupboard.png", False),
        ("tea.png", "coffee.png", False),
        (".a.png", ".a-b.png", False),
    ],
)
def test_a_name_that_is_the_other_and_more(tmp_path: Path, old: str, new: str, asked: bool) -> None:
    found = details(tmp_path, {old: b"1"}, {new: b"22"})
    assert found.get(new, "") == (f"is it {old}, renamed?" if asked else "")
    assert found.get(old, "") == (f"is it {new} now?" if asked else "")


def test_where_there_is_a_choice_nothing_is_asked(tmp_path: Path) -> None:
    found = details(tmp_path, {"coffee.png": b"1"}, {"coffee-a.png": b"22", "coffee-b.png": b"333"})
    assert set(found.values()) == {""}


def test_equal_bytes_go_before_a_name(tmp_path: Path) -> None:
    found = details(tmp_path, {"coffee.png": b"1"}, {"coffee-a.png": b"22", "bean.png": b"1"})
    assert found == {"coffee.png": "is it bean.png now?", "bean.png": "is it coffee.png, renamed?", "coffee-a.png": ""}


def test_what_cannot_be_read_is_no_hint_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "ref").mkdir()
    (tmp_path / "cand").mkdir()
    (tmp_path / "ref" / "x.png").symlink_to("nowhere")
    (tmp_path / "cand" / "y.png").symlink_to("y.png")
    matches = match_trees(tmp_path / "ref", tmp_path / "cand")
    assert with_hints(matches) == matches
