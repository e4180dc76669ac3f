"""From a red `qualitygate check` to an incident: near misses, real ones, drills, and the way home from CI."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Pillow

if TYPE_CHECKING:
    from conftest import Desk, Outcome

FAST = ("--metric", "delta_e_2000", "--workers", "1", "--format", "json")
PROFILE = """
schema = 1
description = "Two limits of two severities."

[limits.delta_e_2000]
mean = {{ fail = {mean}, severity = "{severity}" }}
p95 = {{ fail = 1.0, severity = "S3" }}
"""


@pytest.fixture
def fail(qg: Callable[..., Any], desk: Desk, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Two pictures of which one is off, judged by a mean limit of the given severity and a p95 limit of S3."""
    for name, colour in (("ref", (200, 80, 40)), ("out", (160, 120, 40))):
        (tmp_path / name).mkdir()
        Pillow.new("RGB", (96, 96), colour).save(tmp_path / name / "a.png")
        Pillow.new("RGB", (96, 96), (10, 20, 30)).save(tmp_path / name / "b.png")

    def call(severity: str, *words: str, mean: float = 2.0) -> dict[str, Any]:
        (tmp_path / "thresholds").mkdir(exist_ok=True)
        text = PROFILE.format(severity=severity, mean=mean)
        (tmp_path / "thresholds" / "strict.toml").write_text(text, encoding="utf-8")
        found = qg("check", "ref", "out", "--profile", "strict", *FAST, *words)
        assert found.code == 1, found.err + found.out
        incident: dict[str, Any] = json.loads(found.out)["incident"]
        return incident

    return call


def clocks(desk: Desk, incident_id: str) -> set[str]:
    return {one["clock"] for one in desk.json("status", incident_id)["clocks"]}


@pytest.mark.parametrize(("severity", "owed"), [("S0", True), ("S1", True), ("S2", False), ("S3", False)])
def test_what_the_gate_catches_is_a_near_miss_and_stopped(
    desk: Desk, fail: Callable[..., dict[str, Any]], severity: str, owed: bool
) -> None:
    incident = fail(severity)
    record = desk.json("show", incident["id"])
    assert (record["kind"], record["state"], record["severity"]) == ("near_miss", "mitigated", severity)
    assert record["mitigation"]["kind"] == "gate"
    assert record["times"]["mitigated"] == record["times"]["detected"] == "2025-09-27T04:12:00Z"
    assert record["checklist"]["mitigated_in_30_minutes"] is True
    assert clocks(desk, incident["id"]) - {f"action {number}" for number in range(9)} == (
        {"publication"} if owed else set()
    )
    assert desk("status", at="2025-09-29T04:13:00Z").code == int(owed)
    # Nobody is held to what was only proposed.
    assert desk("status", at="2026-09-27T04:12:00Z").code == int(owed)
    assert {action["due"] is not None for action in record["actions"]} == {owed}
    assert "0 errors, 0 to look at" in desk("verify").out
    assert desk.json("next", incident["id"])["next"]["command"] == f"incident draft {incident['id']}"


@pytest.mark.parametrize("kind", ["real", "drill"])
def test_what_got_through_or_is_rehearsed_runs_every_clock(
    desk: Desk, fail: Callable[..., dict[str, Any]], kind: str
) -> None:
    incident = fail("S3", "--incident-kind", kind)
    record = desk.json("show", incident["id"])
    assert (record["kind"], record["state"], record["mitigation"]) == (kind, "detected", None)
    assert clocks(desk, incident["id"]) >= {"mitigation", "publication"}
    assert desk("status", at="2025-09-27T04:43:00Z").code == 1


def test_severity_is_that_of_the_worst_threshold_that_failed(desk: Desk, fail: Callable[..., dict[str, Any]]) -> None:
    # The mean limit of S0 holds, that of S3 fails.
    incident = fail("S0", mean=90.0)
    assert desk.json("show", incident["id"])["severity"] == "S3"
    desk.json("escalate", incident["id"], "--severity", "S2", "--reason", "the hero page is concerned")
    assert desk.json("show", incident["id"])["severity"] == "S2"


def test_the_same_failure_is_the_same_incident_until_it_is_closed(
    desk: Desk, fail: Callable[..., dict[str, Any]]
) -> None:
    first = fail("S2")
    assert fail("S2")["id"] == first["id"]
    desk.json("false-positive", first["id"], "--reason", "x")
    assert fail("S2")["id"] != first["id"]


def test_an_incident_of_ci_comes_home(desk: Desk, fail: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    incident = fail("S1")
    for name in ("run", "evidence"):
        (tmp_path / "ci").mkdir(exist_ok=True)
        shutil.move(tmp_path / name, tmp_path / "ci" / name)
    bundle = shutil.make_archive(str(tmp_path / "artifact"), "zip", tmp_path / "ci")
    told = desk.json("import", bundle)["incidents"]
    assert told == [{"id": incident["id"], "was": incident["id"], "outcome": "new"}]
    assert sorted(path.name for path in (tmp_path / "evidence").rglob("*.png")) == sorted(
        path.name for path in (tmp_path / "ci" / "evidence").rglob("*.png")
    )
    assert "0 errors, 0 to look at" in desk("verify").out
    assert desk.json("import", bundle)["incidents"][0]["outcome"] == "same"
    # The next red run there is another first event of the same failure.
    shutil.rmtree(tmp_path / "ci")
    (tmp_path / "ci").mkdir()
    desk.now("05:00")
    again = fail("S1", "--incident-dir", "ci")
    told = desk.json("import", tmp_path / "ci")["incidents"]
    assert told == [{"id": incident["id"], "was": again["id"], "outcome": "joined by key"}]
    assert "0 errors, 0 to look at" in desk("verify").out
    assert "1 incident" in desk("verify").out


def test_the_labels_of_a_stub_are_in_the_configured_language(qg: Callable[..., Outcome], trees: Path) -> None:
    (trees / "qualitygate.toml").write_text(
        '[[sets]]\nname = "hero"\nreference = "ref"\ncandidate = "bad"\nprofile = "product"\n'
        'metrics = ["delta_e_2000"]\n\n[incident]\nlang = "ja"\n',
        encoding="utf-8",
    )
    assert qg("check").code == 1
    (stub,) = (trees / "run/_/postmortems").glob("PM-*.md")
    text = stub.read_text(encoding="utf-8")
    assert "| 時刻 | イベント | 担当 |" in text
    assert qg("postmortem", "sync", stub.stem).code == 0
    assert stub.read_text(encoding="utf-8") == text
