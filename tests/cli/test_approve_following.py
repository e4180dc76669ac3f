"""What `qualitygate approve` leaves to do, and what it says of files that are lossy or gone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import CONFIG, encoded, put

SCHEMA = json.loads(files("qualitygate").joinpath("schemas/approve.schema.json").read_text(encoding="utf-8"))


def test_what_is_left_to_do_is_said(qg: Callable[..., Any], tree: list[Path]) -> None:
    """The audit that every check runs, and the incident that the failed check had opened."""
    assert "waiver" not in qg("approve", "red.png", "--reason", "x", "--dry-run").out
    assert qg("check").code == 1
    (opened,) = sorted(path.stem for path in Path("run/_/postmortems").glob("PM-*.md"))
    put("qualitygate.toml", CONFIG + '[check]\nalso = ["audit"]\n')
    elsewhere = qg("approve", "fine.webp", "--reason", "x")
    assert opened not in elsewhere.out, "the incident says nothing of this one"
    assert "waiver" not in elsewhere.out, "a reference that stays loosens nothing"
    outcome = qg("approve", "red.png", "--reason", "warmer look")
    told = " ".join(outcome.out.split())
    assert f"{opened} is still open: qualitygate incident next {opened}" in told
    assert "asks for a waiver: qualitygate audit prints it" in told
    assert qg("incident", "next", opened).code == 0
    shutil.copy("cand/red.png", "cand/again.png")
    put("ref/again.png", encoded(tree[0]))
    assert qg("check").code == 1
    new = sorted(path.stem for path in Path("run/_/postmortems").glob("PM-*.md"))
    document = json.loads(qg("approve", "again.png", "--reason", "x", "--format", "json").out)
    jsonschema.validate(document, SCHEMA)
    assert document["open_incidents"] == [one for one in new if one != opened]


def test_a_closed_incident_is_not_named(qg: Callable[..., Any], tree: list[Path]) -> None:
    assert qg("check").code == 1
    (opened,) = sorted(path.stem for path in Path("run/_/postmortems").glob("PM-*.md"))
    assert qg("incident", "false-positive", opened, "--reason", "a meant change").code == 0
    assert opened not in qg("approve", "red.png", "--reason", "x").out


@pytest.mark.parametrize(("form", "suffix", "lossy"), [("WEBP", "webp", True), ("PNG", "png", False)])
def test_that_a_lossy_file_takes_the_place_of_a_lossless_one_is_said(
    qg: Callable[..., Any], tree: list[Path], form: str, suffix: str, lossy: bool
) -> None:
    Path("cand/red.png").unlink()
    put(f"cand/red.{suffix}", encoded(tree[0], form, gain=1.3))
    dry = json.loads(qg("approve", f"red.{suffix}", "--reason", "x", "--dry-run", "--format", "json").out)
    jsonschema.validate(dry, SCHEMA)
    assert dry["pictures"][0]["lossless_to_lossy"] is lossy
    outcome = qg("approve", f"red.{suffix}", "--reason", "x")
    assert outcome.code == 0
    assert ("lossless to lossy: png before, webp now" in outcome.out) is lossy


@pytest.mark.parametrize("in_git", [True, False])
def test_of_a_picture_that_is_gone_it_says_how_its_reference_goes(
    qg: Callable[..., Any], tree: list[Path], git: Callable[..., str], in_git: bool
) -> None:
    put("ref/old cup.png", encoded(tree[0]))
    put("ref/old cup.png.provenance.json", "{}")
    if in_git:
        git("init", "-q", ".")
        git("add", ".")
        git("commit", "-qm", "x")
    outcome = qg("approve", "old cup.png", "--reason", "x", "--format", "json")
    assert outcome.code == 1
    command = json.loads(outcome.out)["pictures"][0]["why"].partition("goes, too: ")[2]
    assert command == f"{'git rm' if in_git else 'rm'} 'ref/old cup.png' 'ref/old cup.png.provenance.json'"
    assert subprocess.run(command, shell=True, capture_output=True, check=False).returncode == 0
    assert not Path("ref/old cup.png").exists()
