"""The verbs beside the main line: note, impact, escalate, reopen, merge, false-positive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from incident_text import write

if TYPE_CHECKING:
    from conftest import Desk

FIRST, SECOND = "PM-2025-09-27-01", "PM-2025-09-27-02"


def published(desk: Desk) -> None:
    desk.open()
    desk.now("04:30")
    desk.json("mitigate", FIRST, "--kind", "rollback")
    desk.json("impact", FIRST, "--count", "4200", "--source", "log", "--no-personal-data")
    write(desk.root, FIRST, at="2025-09-27T05:00:00Z")
    desk.now("06:00")
    desk.json("approve", FIRST, by="board")
    desk.json("publish", FIRST, by="lead")


def timeline(desk: Desk) -> list[tuple[str, str]]:
    return [(row["at"][11:16], row["event"]) for row in desk.json("show", FIRST)["timeline"]]


def test_a_note_may_tell_of_something_earlier(desk: Desk) -> None:
    desk.open()
    desk.now("05:00")
    desk.json("note", FIRST, "Palette path cleared", by="Nacht-Dienst")
    desk.json("note", FIRST, "The export ran", at="2025-09-27T03:50:00Z")
    desk.json("note", FIRST, "In between", at="2025-09-27T04:30:00Z")
    assert timeline(desk) == [
        ("03:50", "The export ran"),
        ("04:12", "Incident opened: Colour drift"),
        ("04:30", "In between"),
        ("05:00", "Palette path cleared"),
    ]
    assert "| 03:50 | The export ran" in (desk.root / f"run/_/postmortems/{FIRST}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_a_note_says_something(desk: Desk, text: str) -> None:
    desk.open()
    code, message = desk.refused("note", FIRST, text)
    assert (code, "QG-1405" in message) == (2, True)


def test_a_note_of_the_future_is_refused(desk: Desk) -> None:
    desk.open()
    code, message = desk.refused("note", FIRST, "x", at="2025-09-28T00:00:00Z")
    assert (code, "QG-1713" in message) == (2, True)


def test_notes_are_taken_in_every_state(desk: Desk) -> None:
    published(desk)
    desk.json("note", FIRST, "after")
    desk.open(SECOND)
    desk.json("false-positive", SECOND, "--reason", "test")
    assert desk.json("note", SECOND, "after")["state"] == "false_positive"


def test_impact_is_recorded_with_unit_and_source(desk: Desk) -> None:
    desk.open()
    told = desk.json("impact", FIRST, "--count", "4200", "--unit", "pictures", "--source", "CDN log, query 12")
    assert told["impact"] == {"count": 4200, "unit": "pictures"}
    impact = desk.json("show", FIRST)["impact"]
    assert impact["source"] == "CDN log, query 12"
    assert impact["personal_data"] is None
    desk.json("impact", FIRST, "--count", "0", "--source", "log", "--personal-data")
    desk.json("impact", FIRST, "--count", str(2**53 - 1), "--source", "log")
    impact = desk.json("show", FIRST)["impact"]
    assert (impact["count"], impact["unit"], impact["personal_data"]) == (2**53 - 1, "images", True)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--count", "3"],
        ["--source", "log"],
        ["--count", "-1", "--source", "log"],
        ["--count", "4,200", "--source", "log"],
        ["--count", "4.2", "--source", "log"],
        ["--count", str(2**53), "--source", "log"],
        ["--count", "1", "--source", " "],
        ["--count", "1", "--source", "log", "--unit", ""],
    ],
)
def test_an_impact_that_is_no_number_is_refused(desk: Desk, options: list[str]) -> None:
    desk.open()
    assert desk.refused("impact", FIRST, *options)[0] == 2


def test_severity_is_changed_with_a_reason(desk: Desk) -> None:
    desk.open(severity="S3")
    assert desk.refused("escalate", FIRST, "--severity", "S1")[0] == 2
    assert desk.refused("escalate", FIRST, "--reason", "why")[0] == 2
    assert desk.refused("escalate", FIRST, "--severity", "S1", "--reason", " ")[0] == 2
    assert desk.refused("escalate", FIRST, "--to", " ", "--reason", "x")[0] == 2
    told = desk.json("escalate", FIRST, "--severity", "S1", "--to", "Legal", "--reason", "a logo is concerned")
    assert told["severity"] == "S1"
    events = [event for _, event in timeline(desk)]
    assert "Severity changed from S3 to S1: a logo is concerned" in events
    assert any("Legal" in event and "a logo is concerned" in event for event in events)
    assert "Severity: S1" in (desk.root / f"run/_/postmortems/{FIRST}.md").read_text(encoding="utf-8")
    # From then on every step is taken by itself.
    code, message = desk.refused("mitigate", FIRST, "--kind", "rollback")
    assert (code, "QG-1712" in message) == (1, True)
    desk.json("escalate", FIRST, "--severity", "S3", "--reason", "it was not")
    desk.json("mitigate", FIRST, "--kind", "rollback")


def test_a_severity_that_stays_leaves_no_trace_in_the_timeline(desk: Desk) -> None:
    desk.open(severity="S2")
    before = timeline(desk)
    desk.json("escalate", FIRST, "--severity", "S2", "--reason", "sure")
    assert timeline(desk) == before


@pytest.mark.parametrize("verb", ["escalate", "merge", "false-positive"])
def test_what_has_ended_is_not_ended_again(desk: Desk, verb: str) -> None:
    desk.open()
    desk.open(SECOND)
    desk.json("false-positive", FIRST, "--reason", "none")
    options = {"escalate": ["--to", "x", "--reason", "y"], "merge": ["--into", SECOND]}.get(verb, ["--reason", "z"])
    code, message = desk.refused(verb, FIRST, *options)
    assert (code, "QG-1711" in message) == (1, True)


def test_a_false_alarm_ends_everywhere_and_owes_nothing(desk: Desk) -> None:
    desk.open(severity="S0")
    assert desk.refused("false-positive", FIRST)[0] == 2
    assert desk.refused("false-positive", FIRST, "--reason", "")[0] == 2
    assert desk.json("false-positive", FIRST, "--reason", "a test picture")["state"] == "false_positive"
    desk.now("2025-10-27T04:12:00Z")
    assert desk("status").code == 0
    assert desk.json("next", FIRST)["next"]["command"] is None
    assert desk.json("show", FIRST)["checklist"]["published_in_48_hours"] is None


def test_an_incident_is_merged_into_another(desk: Desk) -> None:
    desk.open()
    desk.open(SECOND)
    assert desk.refused("merge", SECOND)[0] == 2
    assert desk.json("merge", SECOND, "--into", FIRST)["state"] == "merged"
    assert desk.json("show", SECOND)["merged_into"] == FIRST
    assert desk.json("next", SECOND)["next"]["command"] == f"incident next {FIRST}"
    assert desk.json("list", "--open")["incidents"][0]["id"] == FIRST


@pytest.mark.parametrize(
    ("into", "code", "told"),
    [("PM-2025-09-27-99", 2, "QG-1701"), ("x", 2, "QG-1701"), (FIRST, 1, "itself"), (SECOND, 1, "merged")],
)
def test_what_it_is_merged_into_goes_on(desk: Desk, into: str, code: int, told: str) -> None:
    desk.open()
    desk.open(SECOND)
    desk.open("PM-2025-09-27-03")
    desk.json("merge", SECOND, "--into", "PM-2025-09-27-03")
    found, message = desk.refused("merge", FIRST, "--into", into)
    assert (found, told in message) == (code, True)


@pytest.mark.parametrize("ended", ["published", "false_positive", "merged"])
def test_what_came_back_stands_at_the_beginning_again(desk: Desk, ended: str) -> None:
    published(desk)
    desk.open(SECOND)
    desk.now("06:00")
    if ended == "false_positive":
        desk.json("reopen", FIRST, "--reason", "first")
        desk.json("false-positive", FIRST, "--reason", "none")
    if ended == "merged":
        desk.json("merge", FIRST, "--into", SECOND)
    desk.now("2025-10-01T08:00:00Z")
    assert desk.refused("reopen", FIRST)[0] == 2
    told = desk.json("reopen", FIRST, "--reason", "the same drift in ui")
    assert told["state"] == "reopened"
    record = desk.json("show", FIRST)
    assert record["times"]["reopened"] == "2025-10-01T08:00:00Z"
    assert record["times"]["published"] == "2025-09-27T06:00:00Z"
    assert (record["merged_into"], record["mitigation"]) == (None, None)
    assert told["next"]["command"] == f"incident ack {FIRST}"
    # 30 minutes again.
    assert desk("status", FIRST).code == 0
    assert desk("status", FIRST, at="2025-10-01T08:31:00Z").code == 1
    desk.json("mitigate", FIRST, "--kind", "isolate", at="2025-10-01T08:00:00Z")
    assert desk("status", FIRST, at="2025-10-01T08:31:00Z").code == 0
    assert "0 errors" in desk("verify", FIRST).out


def test_what_still_runs_is_not_reopened(desk: Desk) -> None:
    desk.open()
    code, message = desk.refused("reopen", FIRST, "--reason", "x")
    assert (code, "QG-1711" in message) == (1, True)


def test_words_in_the_language_of_the_incident(desk: Desk) -> None:
    desk.json("open", "--severity", "S3", "--title", "色ずれ", "--lang", "ja", "--id", FIRST)
    desk.json("ack", FIRST)
    desk.json("escalate", FIRST, "--severity", "S2", "--reason", "広がった")
    told = " ".join(event for _, event in timeline(desk))
    assert "広がった" in told
    assert "acknowledged" not in told


def test_the_only_open_incident_need_not_be_named_to_be_shown(desk: Desk) -> None:
    code, message = desk.refused("show")
    assert (code, "name the incident; none is open" in message) == (2, True)
    desk.open(FIRST)
    assert desk.json("show")["id"] == FIRST
    assert desk("show").out == desk("show", FIRST).out
    desk.open(SECOND)
    code, message = desk.refused("show")
    assert code == 2
    assert f"name the incident; open are {FIRST}, {SECOND}" in message
    desk.json("false-positive", FIRST, "--reason", "test")
    assert desk.json("show")["id"] == SECOND
