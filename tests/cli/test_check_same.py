"""References and candidates that are one directory or file: a run that compares nothing is refused."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import encoded, git, put

OPTIONS = ("--profile", "product", "--metric", "delta_e_2000", "--no-incident", "--no-cache")
CONFIG = """[[sets]]
reference = "{}"
candidate = "{}"
profile = "product"
metrics = ["delta_e_2000"]
"""


@pytest.fixture
def gate(qg: Callable[..., Any], photos: list[Path]) -> Callable[..., Any]:
    """Run a command beside `ref` and `cand`, equal pictures in different places, and links to them."""
    for index in (0, 1):
        put(f"ref/deep/p{index}.png", encoded(photos[index]))
    shutil.copytree("ref", "cand")
    Path("link").symlink_to("ref")
    return qg


def refused(outcome: Any) -> None:
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1
    assert "QG-1424" in outcome.err


@pytest.mark.parametrize(
    "sides",
    [("ref", "ref"), ("cand", "cand/../cand"), ("ref", "link"), ("link", "ref"), ("link", "link/"),
     ("ref/deep/p0.png", "ref/deep/p0.png"), ("link/deep/p0.png", "ref/deep/p0.png")],
)  # fmt: skip
def test_the_same_by_any_name_is_refused(gate: Callable[..., Any], sides: tuple[str, str]) -> None:
    refused(gate("check", *sides, *OPTIONS))
    put("qualitygate.toml", CONFIG.format(*sides))
    told = gate("check", *OPTIONS[4:])
    refused(told)
    assert "qualitygate.toml:3: sets[0].candidate" in told.err
    one = json.loads(gate("doctor", "--format", "json").out)["configuration"]["sets"][0]
    assert "QG-1424" in one["problem"]
    refused(gate("approve", "**", "--reason", "x"))


def test_a_link_from_one_side_to_the_other_is_refused(gate: Callable[..., Any]) -> None:
    shutil.rmtree("cand/deep")
    Path("cand/deep").symlink_to("../ref/deep")
    refused(gate("check", "ref", "cand", *OPTIONS))
    Path("cand/deep").unlink()
    for index in (0, 1):
        put(f"cand/deep/p{index}.png", Path(f"ref/deep/p{index}.png").read_bytes())
    Path("cand/deep/p1.png").unlink()
    Path("cand/deep/p1.png").symlink_to("../../ref/deep/p1.png")
    for sides in (("ref", "cand"), ("cand", "ref"), ("ref/deep/p1.png", "cand/deep/p1.png")):
        refused(gate("check", *sides, *OPTIONS))


def test_equal_pictures_in_two_places_are_two(gate: Callable[..., Any]) -> None:
    assert gate("check", "ref", "cand", *OPTIONS).code == 0
    for path in list(Path("cand/deep").iterdir()):
        path.unlink()
        os.link(f"ref/deep/{path.name}", path)
    assert gate("check", "ref", "cand", *OPTIONS).code == 0
    assert gate("check", "ref/deep/p0.png", "cand/deep/p0.png", *OPTIONS).code == 0


def test_links_into_a_store_by_contents_are_two(gate: Callable[..., Any]) -> None:
    """As git-annex and DVC keep them: equal pictures are one file there."""
    for index in (0, 1):
        Path(f"ref/deep/p{index}.png").rename(put(f"store/{index}", ""))
        for side in ("ref", "cand"):
            Path(f"{side}/deep/p{index}.png").unlink(missing_ok=True)
            Path(f"{side}/deep/p{index}.png").symlink_to(f"../../store/{index}")
    assert gate("check", "ref", "cand", *OPTIONS).code == 0


def test_a_directory_that_is_compared_with_git_is_no_such_case(
    gate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    git("init", "-q", ".")
    git("add", ".")
    git("commit", "-q", "-m", "pictures")
    Path("ref/deep/p0.png").write_bytes(Path("cand/deep/p0.png").read_bytes() + b"\0")
    assert gate("check", "ref", "--base", "HEAD", *OPTIONS).code in (0, 3)
    refused(gate("check", "ref", "ref", "--base", "HEAD", *OPTIONS))
