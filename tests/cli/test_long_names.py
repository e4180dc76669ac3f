"""Pictures whose names fill what a file system allows: no sidecar fits beside them, and they are judged like others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RUN = ("--profile", "product", "--metric", "delta_e_2000")
NAMES = ["x" * 236 + ".png", "x" * 251 + ".png", "写" * 82 + ".png"]


@pytest.mark.parametrize("name", NAMES, ids=["236", "251", "japanese"])
def test_a_name_that_leaves_no_room_for_a_sidecar_is_judged(qg: Callable[..., Any], trees: Path, name: str) -> None:
    data = (trees / "ref" / "coffee.png").read_bytes()
    (trees / "ref" / name).write_bytes(data)
    (trees / "good" / name).write_bytes(data)
    found = qg("check", "ref", "good", *RUN, "--format", "json")
    assert found.code == 0, found.err
    assert {one["id"]: one["status"] for one in json.loads(found.out)["pairs"]}[name] == "passed"


@pytest.mark.parametrize("name", NAMES, ids=["236", "251", "japanese"])
def test_approve_refuses_such_a_name_and_no_other(qg: Callable[..., Any], trees: Path, name: str) -> None:
    old, new = ((trees / "ref" / f"{one}.png").read_bytes() for one in ("coffee", "rocket"))
    (trees / "ref" / name).write_bytes(old)
    (trees / "bad" / name).write_bytes(new)
    sides = ("--reference", "ref", "--candidate", "bad")
    found = qg("approve", "--all-failed", "--reason", "the new look", *sides, *RUN, "--format", "json")
    assert found.code == 1, found.err
    told = {one["id"]: one for one in json.loads(found.out)["pictures"]}
    assert told[name]["action"] == "refused"
    assert "[QG-1931]" in told[name]["why"]
    assert (trees / "ref" / name).read_bytes() == old
    assert [one["action"] for one in told.values()].count("replaced") == 1


def test_a_report_may_have_the_longest_name_there_is(qg: Callable[..., Any], trees: Path) -> None:
    name = "y" * 250 + ".json"
    assert qg("check", "ref", "good", *RUN, "--format", "json", "-o", name).code == 0
    assert json.loads((trees / name).read_text())["verdict"] == "passed"
