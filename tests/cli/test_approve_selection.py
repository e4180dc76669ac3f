"""`qualitygate approve`: which pictures it takes, and what it says of those that it does not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import CONFIG, encoded, everything, put

FAILED = ("approve", "--all-failed", "--reason", "a new look")


@pytest.fixture
def build(qg: Callable[..., Any], photos: list[Path]) -> Callable[..., Any]:
    """Run a command where `a.png` fails, `b.webp` passes by other bytes and `c.png` is its reference, byte for byte."""
    put("qualitygate.toml", CONFIG)
    put("ref/a.png", encoded(photos[0]))
    put("cand/a.png", encoded(photos[0], gain=1.3))
    put("ref/b.png", encoded(photos[1]))
    put("cand/b.webp", encoded(photos[1], "WEBP"))
    for side in ("ref", "cand"):
        put(f"{side}/c.png", encoded(photos[2]))
    return qg


def actions(outcome: Any) -> dict[str, str]:
    return {one["id"]: one["action"] for one in json.loads(outcome.out)["pictures"]}


def test_what_cannot_be_measured_is_not_passed_over(build: Callable[..., Any]) -> None:
    put("cand/c.png", b"no picture")
    outcome = build(*FAILED)
    assert outcome.code == 3
    assert "unmeasurable  c.png" in outcome.out
    assert "approved 1 of 2, 1 unmeasurable" in outcome.out
    put("cand/c.png", b"")
    again = build(*FAILED)
    assert again.code == 3, "nothing failed"
    assert "approved 0 of 1, 1 unmeasurable" in again.out
    assert "nothing failed" not in again.out
    assert actions(build(*FAILED, "--format", "json")) == {"c.png": "unmeasurable"}


def test_nor_is_a_picture_without_a_number(build: Callable[..., Any], photos: list[Path]) -> None:
    """It is decoded, and still nobody knows whether it passes."""
    put("qualitygate.toml", CONFIG.replace('"delta_e_2000"', '"ssim"'))
    for side, gain in (("ref", 1.0), ("cand", 1.3)):
        put(f"{side}/a.png", encoded(photos[0], gain=gain, side=8))
    assert build("check", "--no-incident", "--no-cache").code == 3
    before = everything()
    outcome = build(*FAILED, "--format", "json")
    assert (outcome.code, actions(outcome)) == (3, {"a.png": "unmeasurable"})
    named = build("approve", "a.png", "--reason", "x", "--passing")
    assert (named.code, "it passes" in named.out) == (3, False)
    assert everything() == before


def test_how_many_pass_and_keep_their_reference(build: Callable[..., Any], photos: list[Path]) -> None:
    told = build(*FAILED, "--format", "json", "--dry-run")
    assert json.loads(told.out)["passing"] == 1
    outcome = build(*FAILED)
    assert outcome.code == 0
    assert "approved 1 of 1\n" in outcome.out
    assert "note        1 more passes and keeps its reference; --passing takes it, too\n" in outcome.out
    put("ref/d.png", encoded(photos[2]))
    put("cand/d.webp", encoded(photos[2], "WEBP"))
    nothing = build(*FAILED)
    assert "nothing failed, so there is nothing to approve" in nothing.out
    assert "2 pass and keep their references; --passing takes them, too" in nothing.out


def test_passing_takes_them_too(build: Callable[..., Any]) -> None:
    outcome = build(*FAILED, "--passing", "--format", "json")
    assert (outcome.code, json.loads(outcome.out)["passing"]) == (0, 0)
    assert actions(outcome) == {"a.png": "replaced", "b.webp": "replaced", "c.png": "recorded"}
    assert Path("ref/b.webp").read_bytes() == Path("cand/b.webp").read_bytes()
    done = build(*FAILED, "--passing")
    assert "keep" not in done.out


@pytest.mark.parametrize(
    "path",
    ["cand/deep/new.png", "./cand//deep/new.png", "cand/../cand/deep/new.png", "cand/deep/*", "cand/**/new.*",
     "deep/new.png", "{here}/cand/deep/new.png"],
)  # fmt: skip
def test_a_picture_is_named_by_its_path_too(build: Callable[..., Any], photos: list[Path], path: str) -> None:
    put("cand/deep/new.png", encoded(photos[2]))
    outcome = build("approve", path.format(here=Path.cwd()), "--reason", "x", "--format", "json")
    assert (outcome.code, actions(outcome)) == (0, {"deep/new.png": "added"})


def test_a_path_is_as_the_shell_completes_it(
    build: Callable[..., Any], photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    for path in ("../cand/a.png", "../ref/a.png", "cand/a.png"):
        outcome = build("approve", path, "--reason", "x", "--dry-run", "--config", "../qualitygate.toml")
        assert (outcome.code, "replaced  a.png" in outcome.out) == (0, True), path


def test_paths_of_several_sets_are_those_of_each(build: Callable[..., Any], photos: list[Path]) -> None:
    put("qualitygate.toml", CONFIG + CONFIG.replace('"cand"', '"other"') + 'name = "more"\n')
    put("other/a.png", encoded(photos[0], gain=1.3))
    outcome = build("approve", "other/a.png", "--reason", "x", "--dry-run", "--format", "json")
    assert actions(outcome) == {"more/a.png": "replaced"}
    both = build("approve", "ref/a.png", "--reason", "x", "--dry-run", "--format", "json")
    assert actions(both) == {"cand/a.png": "replaced", "more/a.png": "replaced"}


@pytest.mark.parametrize(("asked", "meant"), [("cand/b.wepb", "b.webp"), ("b.wbp", "b.webp"), ("a.pgn", "a.png")])
def test_a_name_that_is_nearly_right_is_asked_about(build: Callable[..., Any], asked: str, meant: str) -> None:
    outcome = build("approve", asked, "--reason", "x")
    assert outcome.code == 2
    assert f"did you mean {meant!r}? [QG-1930]" in outcome.err


def test_a_name_that_is_far_off_lists_some(build: Callable[..., Any]) -> None:
    assert "names are like 'a.png'" in build("approve", "zebra", "--reason", "x").err
