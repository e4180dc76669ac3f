"""`qualitygate approve`: what it refuses, and why."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import CONFIG, encoded, everything, known, put


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "", "a\nb", "-x", "x" * 200])
def test_a_name_is_one_plain_name(qg: Callable[..., Any], tree: list[Path], name: str) -> None:
    before = everything()
    assert qg("approve", "red.png", "--reason", "x", f"--as={name}").code == 2
    assert everything() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("zebra.png",), "[QG-1930]"),
        (("red.png", "--stack", "gpu"), "KEY=VALUE"),
        (("red.png", "--stack", "gpu=1", "--stack", "gpu=2"), "twice"),
        (("red.png", "--incident", "PM-1"), "no incident id"),
        (("red.png", "--reference", "ref", "--candidate", "cand"), "profile"),
    ],
)
def test_wrong_usage_is_one_line(
    qg: Callable[..., Any], tree: list[Path], arguments: tuple[str, ...], says: str
) -> None:
    before = everything()
    outcome = qg("approve", *arguments, "--reason", "x")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert says in outcome.err
    assert everything() == before


def test_a_reason_says_something(qg: Callable[..., Any], tree: list[Path]) -> None:
    assert qg("approve", "red.png").code == 2
    assert qg("approve", "red.png", "--reason", " \n").code == 2


def test_an_incident_that_nobody_knows_is_refused(qg: Callable[..., Any], tree: list[Path]) -> None:
    outcome = qg("approve", "red.png", "--reason", "x", "--incident", "PM-2025-09-27-01")
    assert outcome.code == 2, "where there are none, too"
    assert "incident open" in outcome.err
    assert qg("incident", "open", "--severity", "S2", "--title", "t", "--id", "PM-2026-11-20-01").code == 0
    assert qg("approve", "red.png", "--reason", "x", "--incident", "PM-2025-09-27-01").code == 2
    assert qg("approve", "red.png", "--reason", "x", "--incident", "PM-2026-11-20-01").code == 0
    assert known("ref/red.png").incident == "PM-2026-11-20-01"


def test_what_fails_at_s0_is_approved_in_an_incident_only(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("thresholds/own.toml", 'schema = 1\n[limits.delta_e_2000]\nmean = { fail = 2.0, severity = "S0" }\n')
    put("qualitygate.toml", CONFIG.replace('"product"', '"own"'))
    before = everything()
    outcome = qg("approve", "red.png", "--reason", "x")
    assert (outcome.code, everything()) == (1, before)
    assert "--incident" in outcome.out
    assert qg("incident", "open", "--severity", "S0", "--title", "t", "--id", "PM-2026-11-20-01").code == 0
    assert qg("approve", "red.png", "--reason", "x", "--incident", "PM-2026-11-20-01").code == 0


def test_an_approval_answers_no_absolute_rule(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("thresholds/own.toml", 'schema = 1\nextends = "product"\n[rules]\nformats = ["webp"]\n')
    put("qualitygate.toml", CONFIG.replace('"product"', '"own"'))
    before = everything()
    outcome = qg("approve", "red.png", "deep/*", "--reason", "x")
    assert (outcome.code, everything()) == (1, before)
    assert outcome.out.count("QG-1011") >= 2, "neither a replaced nor a first reference"


def test_what_cannot_be_measured_is_not_approved(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/deep/new ü.png", b"no picture")
    put("cand/red.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    before = everything()
    outcome = qg("approve", "**", "--reason", "x", "--format", "json", "--dry-run")
    assert outcome.code == 3
    actions = {one["id"]: one["action"] for one in json.loads(outcome.out)["pictures"]}
    assert (actions["red.png"], actions["deep/new ü.png"]) == ("unmeasurable", "unmeasurable")
    assert everything() == before


def test_one_that_is_refused_keeps_no_other_from_being_approved(qg: Callable[..., Any], tree: list[Path]) -> None:
    Path("cand/fine.webp").unlink()
    outcome = qg("approve", "--all-failed", "--reason", "x")
    assert outcome.code == 1
    assert "candidate missing" in outcome.out
    assert Path("ref/red.png").read_bytes() == Path("cand/red.png").read_bytes()


def test_a_reference_that_is_a_link_is_refused(qg: Callable[..., Any], tree: list[Path]) -> None:
    """Others may point at the same file."""
    shared = put("shared/red.png", Path("ref/red.png").read_bytes())
    Path("ref/red.png").unlink()
    Path("ref/red.png").symlink_to("../shared/red.png")
    before = shared.read_bytes()
    outcome = qg("approve", "red.png", "--reason", "x")
    assert (outcome.code, shared.read_bytes()) == (1, before)
    assert "link" in outcome.out


def test_what_lies_where_a_first_reference_would_is_not_overwritten(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("qualitygate.toml", CONFIG)
    precious = put("ref/deep/new ü.png/precious.txt", "x")
    outcome = qg("approve", "deep/*", "--reason", "x")
    assert (outcome.code, precious.read_text()) == (1, "x")
    assert "is there already" in outcome.out


def test_a_name_that_is_no_utf_8(qg: Callable[..., Any], tree: list[Path]) -> None:
    for side, gain in (("ref", 1.0), ("cand", 1.3)):
        Path(os.fsdecode(side.encode() + b"/a\xff.png")).write_bytes(encoded(tree[0], gain=gain))
    outcome = qg("approve", "a*.png", "--reason", "x", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    assert known(os.fsdecode(b"ref/a\xff.png")).file == "a\\udcff.png"
    assert qg("approve", "a*.png", "--reason", "x", "--passing").code == 0


def test_two_files_of_two_formats_are_refused(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    options = ("--reference", "ref/fine.png", "--candidate", "cand/fine.webp", "--profile", "product")
    outcome = qg("approve", "fine.webp", *options, "--metric", "delta_e_2000", "--reason", "x")
    assert outcome.code == 1
    assert "save it as .png" in outcome.out
