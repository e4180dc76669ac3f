"""`qualitygate approve` beside other processes, after killed ones, and under names that are nearly the same."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from approve_pictures import encoded, everything, known, put, sha256

from qualitygate.references.files import locked, store
from qualitygate.references.unfinished import recover, unfinished

RACE = """
import sys
from qualitygate.cli import main
sys.exit(main(["approve", "*", "--reason", sys.argv[1], "--by", sys.argv[1], "--workers", "1", "--reference", "ref",
               "--candidate", sys.argv[1], "--profile", "product", "--metric", "delta_e_2000"]))
"""


def test_two_at_once_never_mix_their_work(qg: Callable[..., Any], tree: list[Path]) -> None:
    Path("qualitygate.toml").unlink()
    for number in range(12):
        put(f"ref/{number}.png", encoded(tree[0], side=24))
        put(f"A/{number}.png", encoded(tree[0], gain=1.5, side=24))
        put(f"B/{number}.png", encoded(tree[0], gain=0.5, side=24))
    both = [subprocess.Popen([sys.executable, "-c", RACE, who], stdout=subprocess.DEVNULL) for who in "AB"]
    for one in both:
        one.wait(timeout=300)
    for number in range(12):
        found, picture = known(f"ref/{number}.png"), Path(f"ref/{number}.png").read_bytes()
        assert found.sha256 == sha256(picture)
        assert picture == Path(f"{found.approved_by}/{number}.png").read_bytes()
    assert not [path for path in Path("ref").iterdir() if path.name.startswith(".")]


def test_a_reference_that_somebody_else_replaced_meanwhile_stays(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualitygate import gate

    other, real = encoded(tree[0], gain=1.9), gate.run

    def late(*arguments: Any, **options: Any) -> Any:
        found = real(*arguments, **options)
        put("ref/red.png", other)
        return found

    monkeypatch.setattr(gate, "run", late)
    outcome = qg("approve", "red.png", "--reason", "x")
    assert (outcome.code, Path("ref/red.png").read_bytes()) == (1, other)
    assert "QG-1931" in outcome.out
    assert not Path("ref/red.png.provenance.json").exists()


def test_a_first_reference_that_somebody_else_wrote_meanwhile_stays(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualitygate.cli import approve

    real = approve.put

    def late(*arguments: Any) -> None:
        put("ref/deep/new ü.png", encoded(tree[0]))
        real(*arguments)

    monkeypatch.setattr(approve, "put", late)
    assert qg("approve", "deep/*", "--reason", "x").code == 1
    assert Path("ref/deep/new ü.png").read_bytes() == encoded(tree[0])


def test_a_directory_of_references_is_written_by_one_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(tmp_path / "ref/a.png.accepted/h100.png"):
            order.append("second")

    with locked(tmp_path / "ref/b.png"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(60)
    assert order == ["first", "second"]
    assert list(tmp_path.rglob("*")) == [tmp_path / "ref"], "nothing is left of a lock"


def test_the_sidecar_is_written_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qualitygate.references import files as reference_files

    written: list[str] = []
    real = reference_files.write
    monkeypatch.setattr(reference_files, "write", lambda path, data: (written.append(path.name), real(path, data)))
    store(tmp_path / "a.png", b"picture", "{}")
    assert written == ["a.png.provenance.json", "a.png"]


def cut_off(tree: list[Path], qg: Callable[..., Any]) -> None:
    """As if an approval of another format had been killed before it removed what it replaced."""
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    put("ref/fine.png.accepted/h100.png", encoded(tree[1], gain=0.3))
    old = {path: Path(path).read_bytes() for path in ("ref/fine.png", "ref/fine.png.accepted/h100.png")}
    assert qg("approve", "fine.webp", "--reason", "x").code == 0
    Path("ref/fine.webp.accepted/h100.png").unlink()
    Path("ref/fine.webp.accepted").rmdir()
    for path, content in old.items():
        put(path, content)
    put("ref/.qualitygate-abcdefgh", b"half of a pic")
    put("ref/.fine.png.original", b"somebody's own")


def test_what_a_killed_approval_left_is_told_and_finished_by_the_next(qg: Callable[..., Any], tree: list[Path]) -> None:
    cut_off(tree, qg)
    assert "QG-1914" in qg("check", "--no-incident").out
    before = everything()
    qg("approve", "red.png", "--reason", "x", "--dry-run")
    assert everything() == before
    outcome = qg("approve", "red.png", "--reason", "another one")
    assert outcome.code == 0
    assert "fine.webp took the place of ref/fine.png" in outcome.err
    assert sorted(path.name for path in Path("ref").iterdir() if "fine" in path.name) == [
        ".fine.png.original", "fine.webp", "fine.webp.accepted", "fine.webp.provenance.json"
    ]  # fmt: skip
    assert not Path("ref/.qualitygate-abcdefgh").exists()
    assert "QG-1914" not in qg("check", "--no-incident").out


@pytest.mark.parametrize("other", ["ref/fine.png", "ref/fine.webp", "ref/fine.webp.provenance.json"])
def test_what_is_not_known_for_certain_is_left_alone(qg: Callable[..., Any], tree: list[Path], other: str) -> None:
    cut_off(tree, qg)
    put(other, encoded(tree[2]))
    assert unfinished(Path("ref")) == ()
    before = everything()
    recover(Path("ref"))
    assert {*before} - {*everything()} == {"ref/.qualitygate-abcdefgh"}


def test_an_approval_killed_between_sidecar_and_picture_is_told_and_goes_on(
    qg: Callable[..., Any], tree: list[Path]
) -> None:
    before = Path("ref/red.png").read_bytes()
    qg("approve", "red.png", "--reason", "x")
    put("ref/red.png", before)
    out = " ".join(qg("check", "--no-incident").out.split())
    assert "approve it again if that was interrupted" in out
    assert qg("approve", "red.png", "--reason", "x").code == 0
    assert known("ref/red.png").previous_sha256 == sha256(before)
    assert Path("ref/red.png").read_bytes() == Path("cand/red.png").read_bytes()


def test_the_file_that_stands_in_the_way_is_named(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    before, unlink = everything(), Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == "fine.png":
            raise PermissionError(1, "Operation not permitted", str(path))
        unlink(path, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        outcome = qg("approve", "fine.webp", "--reason", "x")
    assert outcome.code == 1
    assert "fine.png: cannot be replaced: Operation not permitted" in " ".join(outcome.out.split())
    assert everything() == before


def test_accepted_ones_of_both_names_are_not_lost_silently(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    for suffix in ("png", "webp"):
        put(f"ref/fine.{suffix}.accepted/h100.png", encoded(tree[1], gain=0.3))
    before = everything()
    outcome = qg("approve", "fine.webp", "--reason", "x")
    assert (outcome.code, everything()) == (1, before)
    assert "fine.webp.accepted is there already" in " ".join(outcome.out.split())


def test_another_one_of_a_picture_that_passes_changes_nothing(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = everything()
    outcome = qg("approve", "fine.webp", "--as", "h100", "--reason", "x", "--stack", "gpu=H100", "--seed", "7")
    assert (outcome.code, everything()) == (0, before)
    assert "unchanged" in outcome.out


def test_the_accepted_one_that_is_matched_gets_its_sidecar(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("ref/red.png.accepted/h100.png", Path("cand/red.png").read_bytes())
    assert "recorded" in qg("approve", "red.png", "--as", "h100", "--reason", "x", "--stack", "gpu=A100").out
    found = known("ref/red.png.accepted/h100.png")
    assert (found.file, "gpu" in found.stack) == ("h100.png", False)
    assert not Path("ref/red.png.provenance.json").exists()


def test_a_reference_that_stays_is_not_said_to_be_made_as_the_candidate(
    qg: Callable[..., Any], tree: list[Path]
) -> None:
    assert "recorded" in qg("approve", "fine.webp", "--reason", "x", "--stack", "gpu=H100", "--seed", "7").out
    assert (known("ref/fine.png").stack, known("ref/fine.png").seed) == ({}, None)


def test_accepted_names_that_differ_in_case_alone_are_refused(qg: Callable[..., Any], tree: list[Path]) -> None:
    assert qg("approve", "red.png", "--as", "h100", "--reason", "x").code == 0
    put("cand/red.png", encoded(tree[0], gain=1.8))
    before = everything()
    outcome = qg("approve", "red.png", "--as", "H100", "--reason", "x")
    assert (outcome.code, everything()) == (1, before)
    assert "h100 is accepted already" in " ".join(outcome.out.split())
