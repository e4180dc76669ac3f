"""What was taken for a near miss and is real: by hand, by the gate, and what its clocks and boxes say from then on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from incident_text import write
from PIL import Image as Pillow

if TYPE_CHECKING:
    from conftest import Desk

FAST = ("--profile", "hero", "--metric", "delta_e_2000", "--workers", "1", "--format", "json")


@pytest.fixture
def check(qg: Callable[..., Any], desk: Desk, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """A red check; returns its report."""
    for name, colour in (("ref", (200, 80, 40)), ("out", (160, 120, 40))):
        (tmp_path / name).mkdir()
        Pillow.new("RGB", (96, 96), colour).save(tmp_path / name / "a.png")

    def call(*words: str) -> dict[str, Any]:
        found = qg("check", "ref", "out", *FAST, *words)
        assert found.code == 1, found.err + found.out
        report: dict[str, Any] = json.loads(found.out)
        return report

    return call


def clocks(desk: Desk, incident_id: str, at: str | None = None) -> dict[str, str]:
    found = json.loads(desk("status", incident_id, "--format", "json", at=at).out)["clocks"]
    return {one["clock"]: one["due"] for one in found if not one["clock"].startswith("action")}


def warned(report: dict[str, Any]) -> list[str]:
    return [one["message"] for one in report["findings"] if one["code"] == "QG-1723"]


def test_a_near_miss_that_is_found_to_be_real_starts_its_clocks(
    desk: Desk, check: Callable[..., dict[str, Any]]
) -> None:
    name = check()["incident"]["id"]
    desk.now("06:00")
    told = desk.json("escalate", name, "--kind", "real", "--reason", "customers saw it")
    assert (told["kind"], told["state"]) == ("real", "detected")
    record = desk.json("show", name)
    assert (record["mitigation"], record["times"]["mitigated"]) == (None, None)
    assert (record["times"]["detected"], record["times"]["reclassified"]) == (
        "2025-09-27T04:12:00Z", "2025-09-27T06:00:00Z"
    )  # fmt: skip
    assert record["checklist"]["mitigated_in_30_minutes"] is None
    assert "real instead of near miss: customers saw it" in record["timeline"][-1]["event"]
    assert clocks(desk, name) == {"mitigation": "2025-09-27T06:30:00Z", "publication": "2025-09-29T06:00:00Z"}
    desk.now("06:29")
    for words in (("ack",), ("mitigate", "--start"), ("mitigate", "--kind", "rollback")):
        desk.json(words[0], name, *words[1:])
    assert desk.json("show", name)["checklist"]["mitigated_in_30_minutes"] is True
    assert "0 errors, 0 to look at" in desk("verify").out


def test_its_mitigation_is_judged_from_then_on(desk: Desk, qg: Callable[..., Any]) -> None:
    name = "PM-2025-09-27-01"
    desk.json("open", "--severity", "S2", "--title", "x", "--kind", "drill", "--id", name)
    desk.json("mitigate", name, "--kind", "rollback")
    desk.json("draft", name)
    desk.now("06:00")
    desk.json("escalate", name, "--kind", "real", "--reason", "it is in the shop")
    desk.now("06:31")
    desk.json("mitigate", name, "--kind", "cdn-off")
    record = desk.json("show", name)
    assert record["checklist"]["mitigated_in_30_minutes"] is False
    lint = qg("postmortem", "lint", name).out
    assert "mitigated 31 minutes after it was found to be real" in lint
    assert "QG-204" not in lint


def test_the_gate_makes_a_near_miss_real(desk: Desk, check: Callable[..., dict[str, Any]]) -> None:
    name = check()["incident"]["id"]
    desk.now("06:00")
    report = check("--incident-kind", "real")
    assert (report["incident"]["id"], report["incident"]["created"]) == (name, False)
    assert warned(report) == [f"{name} was a near miss and is real from now on"]
    assert desk.json("show", name)["kind"] == "real"
    assert clocks(desk, name)["mitigation"] == "2025-09-27T06:30:00Z"
    before = desk.files()
    assert warned(check("--incident-kind", "real")) == []
    assert warned(check()) == []
    assert warned(check("--incident-kind", "drill")) == [
        f"{name} is no drill and stays what it is: "
        f"`qualitygate incident escalate {name} --kind drill --reason …` if it is one"
    ]
    assert desk.files() == before


def test_what_is_published_as_a_near_miss_has_to_be_reopened(desk: Desk, check: Callable[..., dict[str, Any]]) -> None:
    name = check()["incident"]["id"]
    severity = desk.json("show", name)["severity"]
    if severity in ("S0", "S1"):
        desk.json("escalate", name, "--severity", "S2", "--reason", "a test")
    desk.json("impact", name, "--count", "1", "--source", "gate", "--no-personal-data")
    write(desk.root, name, at="2025-09-27T04:12:00Z")
    desk.json("review", name, by="lead")
    desk.json("approve", name, by="board")
    desk.json("publish", name)
    code, message = desk.refused("escalate", name, "--kind", "real", "--reason", "x")
    assert (code, "QG-1711" in message, f"incident reopen {name}" in message) == (1, True, True)
    (said,) = warned(check("--incident-kind", "real"))
    assert f"incident reopen {name}" in said
    assert desk.json("show", name)["kind"] == "near_miss"
    desk.now("08:00")
    desk.json("reopen", name, "--reason", "it is in the shop")
    assert warned(check("--incident-kind", "real")) == [f"{name} was a near miss and is real from now on"]
    assert desk.json("show", name)["kind"] == "real"
    assert clocks(desk, name)["mitigation"] == "2025-09-27T08:30:00Z"


@pytest.mark.parametrize(("kind", "code"), [("real", 1), ("joke", 2)])
def test_a_kind_that_it_has_or_that_there_is_not_is_refused(desk: Desk, kind: str, code: int) -> None:
    desk.open()
    assert desk.refused("escalate", "PM-2025-09-27-01", "--kind", kind, "--reason", "x")[0] == code


def test_no_clock_is_set_back_by_calling_it_a_drill_for_a_while(desk: Desk) -> None:
    name = desk.open()
    desk.now("05:00")
    desk.json("mitigate", name, "--kind", "rollback")
    desk.json("escalate", name, "--kind", "drill", "--reason", "we meant to")
    told = desk.json("escalate", name, "--kind", "real", "--reason", "no, it was real")
    assert (told["kind"], told["state"]) == ("real", "mitigated")
    assert desk.json("show", name)["checklist"]["mitigated_in_30_minutes"] is False
    assert clocks(desk, name) == {"publication": "2025-09-29T04:12:00Z"}
