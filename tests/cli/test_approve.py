"""`qualitygate approve`: what it writes, and what it leaves as it is."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import CONFIG, encoded, everything, known, put, sha256

SCHEMA = json.loads(files("qualitygate").joinpath("schemas/approve.schema.json").read_text(encoding="utf-8"))


def test_a_candidate_becomes_the_reference(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = Path("ref/red.png").read_bytes()
    outcome = qg("approve", "red.png", "--reason", "warmer  look", "--stack", "gpu=H100")
    assert (outcome.code, outcome.err) == (0, "")
    assert Path("ref/red.png").read_bytes() == Path("cand/red.png").read_bytes()
    found = known("ref/red.png")
    assert found.sha256 == sha256(Path("ref/red.png").read_bytes())
    assert found.previous_sha256 == sha256(before)
    assert (found.file, found.approved_by, found.reason) == ("red.png", "brand owner", "warmer look")
    assert found.approved == "2026-11-20T09:30:00Z"
    assert found.stack == {"gpu": "H100", "Model hash": "abc", "Model": "sdxl 1.0"}
    assert (found.seed, found.incident) == ("1234", None)
    assert "exceeds" in outcome.out, "the numbers before are shown"
    assert qg("check", "--no-incident", "--format", "json").code == 1, "the picture without a reference is left"
    assert not Path("ref/deep").exists()


def test_what_the_user_says_goes_before_the_metadata(qg: Callable[..., Any], tree: list[Path]) -> None:
    qg("approve", "red.png", "--reason", "x", "--by", "art director", "--seed", "7", "--stack", "Model=flux")
    found = known("ref/red.png")
    assert (found.approved_by, found.seed, found.stack["Model"]) == ("art director", "7", "flux")


def test_a_sidecar_of_the_generator_is_read(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/red.png", encoded(tree[0], gain=1.3))
    put("cand/red.json", json.dumps({"model": "flux.1", "seed": 42, "api_key": "sk-" + "a" * 40}))
    qg("approve", "red.png", "--reason", "x")
    found = known("ref/red.png")
    assert (found.stack, found.seed) == ({"model": "flux.1"}, "42")


def test_seeds_that_disagree_are_none(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/red.json", json.dumps({"seed": 42}))
    qg("approve", "red.png", "--reason", "x")
    assert known("ref/red.png").seed is None


def test_a_picture_gets_its_first_reference(qg: Callable[..., Any], tree: list[Path]) -> None:
    assert qg("approve", "deep/*", "--reason", "first").code == 0
    assert Path("ref/deep/new ü.png").read_bytes() == Path("cand/deep/new ü.png").read_bytes()
    assert known("ref/deep/new ü.png").previous_sha256 is None


def test_everything_that_fails_and_nothing_else(qg: Callable[..., Any], tree: list[Path]) -> None:
    fine = Path("ref/fine.png").read_bytes()
    outcome = qg("approve", "--all-failed", "--reason", "x", "--format", "json")
    assert outcome.code == 0
    document = json.loads(outcome.out)
    jsonschema.validate(document, SCHEMA)
    assert [(one["id"], one["action"]) for one in document["pictures"]] == [
        ("deep/new ü.png", "added"),
        ("red.png", "replaced"),
    ]
    assert Path("ref/fine.png").read_bytes() == fine
    assert qg("check", "--no-incident").code == 0
    assert "nothing failed" in qg("approve", "--all-failed", "--reason", "x").out


def test_never_silently_everything(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = everything()
    for arguments in ((), ("--all-failed", "red.png")):
        outcome = qg("approve", *arguments, "--reason", "x")
        assert (outcome.code, everything()) == (2, before)


def test_a_dry_run_writes_nothing(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = everything()
    outcome = qg("approve", "red.png", "--reason", "x", "--dry-run")
    assert (outcome.code, everything()) == (0, before)
    assert "would approve 1 of 1" in outcome.out
    assert "commit" not in outcome.out


def test_another_format_takes_the_place_of_the_old_one(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    put("ref/fine.png.accepted/h100.png", encoded(tree[1], gain=0.3))
    before = Path("ref/fine.png").read_bytes()
    qg("approve", "fine.webp", "--reason", "first")
    assert qg("approve", "fine.webp", "--reason", "x").code == 0
    assert not Path("ref/fine.png").exists()
    assert not Path("ref/fine.png.provenance.json").exists()
    assert Path("ref/fine.webp").read_bytes() == Path("cand/fine.webp").read_bytes()
    assert known("ref/fine.webp").previous_sha256 == sha256(before)
    assert Path("ref/fine.webp.accepted/h100.png").is_file()
    assert not Path("ref/fine.png.accepted").exists()


def test_a_reference_that_is_passed_stays_and_gets_a_sidecar(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = Path("ref/fine.png").read_bytes()
    assert "recorded" in qg("approve", "fine.webp", "--reason", "as it is").out
    assert Path("ref/fine.png").read_bytes() == before
    assert known("ref/fine.png").sha256 == sha256(before)
    files_before = everything()
    assert "unchanged" in qg("approve", "fine.webp", "--reason", "again").out
    assert everything() == files_before
    assert "replaced" in qg("approve", "fine.webp", "--reason", "meant", "--passing").out
    assert Path("ref/fine.webp").read_bytes() == Path("cand/fine.webp").read_bytes()


def test_provenance_that_is_required_can_be_given(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("qualitygate.toml", CONFIG + '[references]\nprovenance = "required"\n')
    assert qg("check", "--no-incident").code == 1
    assert qg("approve", "--all-failed", "--reason", "all were looked at").code == 0
    assert qg("check", "--no-incident").code == 0
    put("ref/fine.png", encoded(tree[1], gain=1.01))
    assert "QG-1920" in qg("check", "--no-incident").out
    assert qg("approve", "fine.webp", "--reason", "the master was fixed").code == 0
    assert qg("check", "--no-incident").code == 0


def test_another_one_is_accepted_beside_it(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = Path("ref/red.png").read_bytes()
    assert qg("approve", "red.png", "--reason", "made on H100", "--as", "h100").code == 0
    assert Path("ref/red.png").read_bytes() == before
    assert Path("ref/red.png.accepted/h100.png").read_bytes() == Path("cand/red.png").read_bytes()
    assert known("ref/red.png.accepted/h100.png").previous_sha256 is None
    document = json.loads(qg("check", "--no-incident", "--format", "json").out)
    assert {pair["id"]: pair["accepted"] for pair in document["pairs"]}["red.png"] == "h100"


def test_an_accepted_one_is_replaced_by_name_whatever_its_format(qg: Callable[..., Any], tree: list[Path]) -> None:
    old = put("ref/red.png.accepted/h100.webp", encoded(tree[0], "WEBP", gain=0.5)).read_bytes()
    outcome = qg("approve", "red.png", "--reason", "x", "--as", "h100", "--format", "json")
    (picture,) = json.loads(outcome.out)["pictures"]
    assert picture["action"] == "accepted"
    assert picture["previous"] == "ref/red.png.accepted/h100.webp"
    assert picture["previous_sha256"] == sha256(old)
    assert [path.name for path in sorted(Path("ref/red.png.accepted").iterdir())] == [
        "h100.png",
        "h100.png.provenance.json",
    ]


def test_the_first_references_make_their_directory(qg: Callable[..., Any], tmp_path: Path, photos: list[Path]) -> None:
    """Nobody has to know that an empty directory is needed; the check says what is to be done."""
    (tmp_path / "made").mkdir()
    shutil.copy(photos[0], tmp_path / "made")
    (tmp_path / "qualitygate.toml").write_text(
        '[[sets]]\nreference = "approved"\ncandidate = "made"\nprofile = "product"\nmetrics = ["ssim"]\n'
    )
    checked = qg("check")
    assert checked.code == 2
    assert "qualitygate approve '*'" in checked.err
    assert qg("approve", "*", "--reason", "first", "--dry-run").code == 0
    assert not (tmp_path / "approved").exists()
    assert qg("approve", "*", "--reason", "first").code == 0
    assert (tmp_path / "approved" / photos[0].name).read_bytes() == photos[0].read_bytes()
    assert qg("check").code == 0
