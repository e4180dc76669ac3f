"""Further accepted references and sidecars: found beside their picture, never taken for pictures of their own."""

from __future__ import annotations

from pathlib import Path

from qualitygate.pairing.accepted import accepted_of, directory_of, strays
from qualitygate.pairing.match import match_trees


def put(directory: Path, *names: str) -> None:
    for name in names:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_they_are_named_by_their_stem_and_tried_in_order(tmp_path: Path) -> None:
    names = ("h100.png", "A100 ü.webp", "h100.png.provenance.json", ".hidden.png", "notes.txt", "deeper/x.png")
    put(tmp_path, "a.png", *(f"a.png.accepted/{name}" for name in names))
    assert accepted_of(tmp_path / "a.png") == (
        ("A100 ü", tmp_path / "a.png.accepted" / "A100 ü.webp"),
        ("h100", tmp_path / "a.png.accepted" / "h100.png"),
    )
    assert accepted_of(tmp_path / "b.png") == ()


def test_two_of_one_stem_keep_their_extensions(tmp_path: Path) -> None:
    put(tmp_path, "a.png.accepted/h100.png", "a.png.accepted/h100.webp")
    assert [name for name, _ in accepted_of(tmp_path / "a.png")] == ["h100.png", "h100.webp"]


def test_extensions_count_in_any_case(tmp_path: Path) -> None:
    """A camera's `H100.PNG` that is passed over would leave fewer pictures that pass, and nobody would be told."""
    put(tmp_path, "a.png.accepted/H100.PNG", "a.png.accepted/mixed.Jpg")
    assert [name for name, _ in accepted_of(tmp_path / "a.png")] == ["H100", "mixed"]


def test_they_are_no_pictures_of_their_own(tmp_path: Path) -> None:
    put(tmp_path / "r", "a.png", "a.png.accepted/h100.png", "a.png.provenance.json", "b/c.png")
    put(tmp_path / "c", "a.webp", "b/c.png", "x.accepted/y.png", "a.webp.provenance.json")
    found = match_trees(tmp_path / "r", tmp_path / "c", ("**", "**/*.json"))
    assert [(match.id, match.problem) for match in found] == [("a.webp", None), ("b/c.png", None)]


def test_what_belongs_to_no_picture(tmp_path: Path) -> None:
    put(tmp_path, "a.png", "a.png.accepted/h100.png", "a.png.provenance.json", "sub/b.png.accepted/x.png")
    put(tmp_path, "sub/c.png.provenance.json", ".git/d.png.provenance.json")
    put(tmp_path, "a.png.accepted/gone.png.provenance.json")
    names = [path.relative_to(tmp_path).as_posix() for path in strays(tmp_path)]
    assert names == ["a.png.accepted/gone.png.provenance.json", "sub/b.png.accepted", "sub/c.png.provenance.json"]
    assert strays(tmp_path / "a.png") == ()


def test_the_directory_of_a_picture(tmp_path: Path) -> None:
    assert directory_of(tmp_path / "a.b.png") == tmp_path / "a.b.png.accepted"
