"""What is said of pictures that are stored already when an incident becomes one of which nothing may leak."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from qualitygate.incidents.events import EvidenceAdded
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.ledger import Ledger

if TYPE_CHECKING:
    from conftest import Desk

FIRST = "PM-2025-09-27-01"
MORNING = datetime(2025, 9, 27, 4, 12, tzinfo=UTC)


def test_personal_data_is_said_without_a_count(desk: Desk) -> None:
    desk.open()
    desk.json("impact", FIRST, "--count", "7", "--unit", "faces", "--source", "log")
    desk.json("impact", FIRST, "--personal-data")
    impact = desk.json("show", FIRST)["impact"]
    assert (impact["count"], impact["unit"], impact["source"], impact["personal_data"]) == (7, "faces", "log", True)
    desk.json("impact", FIRST, "--no-personal-data")
    assert desk.json("show", FIRST)["impact"]["personal_data"] is False


@pytest.mark.parametrize(
    "words", [("escalate", "--severity", "S0", "--reason", "a leak"), ("impact", "--personal-data")]
)
def test_what_is_stored_and_must_go_is_told_at_once(desk: Desk, words: tuple[str, ...]) -> None:
    desk.open()
    ledger = Ledger(desk.root)
    path = f"evidence/{FIRST.lower()}/worst.png"
    (desk.root / path).parent.mkdir(parents=True)
    (desk.root / path).write_bytes(b"\x89PNG")
    item = Evidence(kind="heat_map", path=path, sha256=hashlib.sha256(b"\x89PNG").hexdigest(), bytes=4)
    ledger.append(FIRST, EvidenceAdded(items=(item,)), actor="gate", at=MORNING, recorded=MORNING)
    case = desk.root / "fixtures/incidents" / FIRST
    case.mkdir(parents=True)
    (case / "case.toml").write_text("")
    (case / "bad.PNG").write_bytes(b"x")
    (case / "camouflaged.dat").write_bytes(b"\xff\xd8\xff\xe0")
    told = desk.qg("incident", words[0], FIRST, *words[1:])
    assert told.code == 0
    assert "3 stored files must not be in git" in told.err
    assert "[QG-1797]" in told.err
    for name in (path, f"fixtures/incidents/{FIRST}/bad.PNG", f"fixtures/incidents/{FIRST}/camouflaged.dat"):
        assert f"--path {name}" in told.err
    assert "case.toml can do without pictures" in told.err
    for verb in ("evidence", "incident"):
        verified = desk.qg(verb, "verify", FIRST)
        assert verified.code == 1
        assert verified.out.count("must not be in git") == 3
    (desk.root / path).unlink()
    for picture in ("bad.PNG", "camouflaged.dat"):
        (case / picture).unlink()
    assert desk.qg("incident", *words[:1], FIRST, *words[1:]).err == ""
    assert desk.qg("incident", "verify", FIRST).code == 0


def test_an_incident_of_which_all_may_be_stored_is_told_nothing(desk: Desk) -> None:
    desk.open()
    case = desk.root / "fixtures/incidents" / FIRST
    case.mkdir(parents=True)
    (case / "bad.png").write_bytes(b"x")
    assert desk.qg("incident", "impact", FIRST, "--no-personal-data").err == ""
    assert desk.qg("evidence", "verify", FIRST).code == 0
