"""`qualitygate approve` between the command line, a failing disk and git: never half a reference."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import CONFIG, encoded, everything, git, known, put, sha256

from qualitygate.core.errors import ConfigError
from qualitygate.references import files as reference_files


def test_directories_on_the_command_line(qg: Callable[..., Any], tree: list[Path]) -> None:
    Path("qualitygate.toml").unlink()
    options = ("--reference", "ref", "--candidate", "cand", "--profile", "product", "--metric", "delta_e_2000")
    assert qg("approve", "red.png", *options, "--reason", "x").code == 0
    assert Path("ref/red.png").read_bytes() == Path("cand/red.png").read_bytes()


@pytest.mark.parametrize("failing", ["red.png", "red.png.provenance.json"])
def test_reference_and_sidecar_are_both_written_or_neither(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    qg("approve", "red.png", "--reason", "first")
    put("cand/red.png", encoded(tree[0], gain=1.8))
    before = everything()
    write = reference_files.write
    broken = iter([True])

    def full(path: Path, content: str | bytes) -> None:
        if path.name == failing and next(broken, False):
            raise ConfigError("cannot write: No space left on device", code="QG-1412", where=str(path))
        write(path, content)

    monkeypatch.setattr(reference_files, "write", full)
    outcome = qg("approve", "red.png", "--reason", "second")
    assert outcome.code == 1
    assert "No space left on device" in " ".join(outcome.out.split())
    assert everything() == before


def test_an_interrupt_leaves_no_half(qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    before = everything()

    def interrupted(decision: object, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reference_files, "retire", interrupted)
    assert qg("approve", "fine.webp", "--reason", "x").code == 130
    assert everything() == before


def test_a_candidate_that_changes_meanwhile_is_refused(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualitygate.cli import approve

    before, real = Path("ref/red.png").read_bytes(), approve.put

    def late(*arguments: Any) -> None:
        put("cand/red.png", encoded(tree[0], gain=1.9))
        real(*arguments)

    monkeypatch.setattr(approve, "put", late)
    outcome = qg("approve", "red.png", "--reason", "x")
    assert (outcome.code, Path("ref/red.png").read_bytes()) == (1, before)
    assert "changed while" in outcome.out


def test_who_approves_is_who_git_knows(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUALITYGATE_ACTOR")
    git("init", "-q")
    git("config", "user.name", "Björk \x1b[31m")
    qg("approve", "red.png", "--reason", "x")
    assert known("ref/red.png").approved_by == "Björk \\x1b[31m"


def test_a_reference_in_git_lfs_stays_in_git_lfs(qg: Callable[..., Any], tree: list[Path]) -> None:
    git("init", "-q")
    put(".gitattributes", "*.png filter=lfs\n")
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    outcome = qg("approve", "fine.webp", "--reason", "x")
    assert outcome.code == 1
    assert "git lfs track" in outcome.out
    assert qg("approve", "red.png", "--reason", "x").code == 0, "of one format: git makes the pointer itself"
    put(".gitattributes", "*.png filter=lfs\n*.webp filter=lfs\n")
    assert qg("approve", "fine.webp", "--reason", "x").code == 0


def test_a_change_compared_with_git_is_approved_by_a_sidecar(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("qualitygate.toml", CONFIG.replace('reference = "ref"\n', "").replace('"cand"', '"images"'))
    put("images/a.png", encoded(tree[0]))
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    changed = put("images/a.png", encoded(tree[0], gain=1.3)).read_bytes()
    put("images/new.png", encoded(tree[1]))
    assert qg("check", "--base", "HEAD", "--no-incident").code == 1
    outcome = qg("approve", "*.png", "--base", "HEAD", "--reason", "warmer")
    assert outcome.code == 0
    assert Path("images/a.png").read_bytes() == changed
    assert known("images/a.png").previous_sha256 == sha256(encoded(tree[0]))
    assert known("images/new.png").previous_sha256 is None
    outcome = qg("check", "--base", "HEAD", "--no-incident")
    assert outcome.code == 0
    assert "by brand owner, because warmer" in " ".join(outcome.out.split())
    assert "unchanged" in qg("approve", "a.png", "--base", "HEAD", "--reason", "again").out
    assert qg("approve", "a.png", "--base", "HEAD", "--reason", "x", "--as", "h100").code == 1


def test_in_ci_a_forgotten_candidate_is_still_an_error(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    outcome = qg("check", "ref", "--profile", "product")
    assert (outcome.code, "both REFERENCE and CANDIDATE" in outcome.err) == (2, True)
