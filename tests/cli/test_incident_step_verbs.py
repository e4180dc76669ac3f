"""The verbs of the main line: each on its way, from the wrong state, at the wrong time, and several in one call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from incident_text import ACTIONS, write
from msgspec.structs import replace

from qualitygate.incidents.events import Approved, Proved
from qualitygate.incidents.facts import Proof
from qualitygate.incidents.ledger import Ledger

if TYPE_CHECKING:
    from conftest import Desk

FIRST = "PM-2025-09-27-01"
LINE: tuple[tuple[str, ...], ...] = (
    ("ack",),
    ("mitigate", "--start"),
    ("mitigate", "--kind", "rollback"),
    ("draft",),
    ("review",),
    ("approve",),
    ("publish",),
    ("remediate",),
    ("resolve",),
    ("close",),
)
STATES = (
    "acknowledged", "mitigating", "mitigated", "draft", "in_review", "approved", "published", "remediating", "resolved",
    "closed",
)  # fmt: skip
HOURS = ("04:20", "04:21", "04:22", "05:00", "05:10", "05:20", "06:00", "06:15", "06:30", "07:10")


def words(step: tuple[str, ...], incident_id: str = FIRST) -> tuple[str, ...]:
    return (step[0], incident_id, *step[1:])


def prove(root: Path, incident_id: str = FIRST, *, result: str = "passed", at: str) -> Path:
    """What `qualitygate prove` leaves behind."""
    from qualitygate.clock import rfc3339_time

    path = root / "evidence" / incident_id.lower() / "proof.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"cells": []}\n', encoding="utf-8")
    name = path.relative_to(root).as_posix()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    proof = Proof(result=result, at=at, path=name, sha256=sha256, check_id="QG-1602", runs=3)  # type: ignore[arg-type]
    moment = rfc3339_time(at, "")
    Ledger(root).append(incident_id, Proved(proof=proof), actor="gate", at=moment, recorded=moment)
    return path


def carry(desk: Desk, last: str, *, severity: str = "S2", incident_id: str = FIRST) -> None:
    """Carry an incident step by step up to a state."""
    desk.open(incident_id, severity=severity)
    for step, state, hour in zip(LINE, STATES, HOURS, strict=True):
        if last == "detected":
            return
        desk.now(hour)
        if state == "draft":
            desk.json("impact", incident_id, "--count", "4200", "--source", "CDN log", "--no-personal-data")
        if state == "in_review":
            write(desk.root, incident_id, at="2025-09-27T05:01:00Z")
        if state == "closed":
            prove(desk.root, incident_id, at="2025-09-27T07:05:00Z")
        if state == "approved" and severity in ("S0", "S1"):
            approve_on_the_platform(desk.root, incident_id, at="2025-09-27T05:20:00Z")
        else:
            by = {"approve": "board", "draft": "lead"}.get(step[0], "on-call")
            told = desk.json(*words(step, incident_id), by=by)
            assert told["state"] == state
        if state == last:
            return


def approve_on_the_platform(root: Path, incident_id: str, at: str) -> None:
    from qualitygate.clock import rfc3339_time
    from qualitygate.incidents.document import content_digest, document_of

    ledger, moment = Ledger(root), rfc3339_time(at, "")
    digest = content_digest(document_of(ledger.record(incident_id)))
    approved = Approved(content_sha256=digest, source="platform_review", url="https://code.example/1", commit="c" * 40)
    ledger.append(incident_id, approved, actor="board", at=moment, recorded=moment)


@pytest.mark.parametrize("severity", ["S1", "S3"])
def test_an_incident_is_carried_from_detected_to_closed(desk: Desk, severity: str) -> None:
    carry(desk, "closed", severity=severity)
    record = desk.json("show", FIRST)
    assert record["state"] == "closed"
    times = record["times"]
    order = ["detected", "acknowledged", "mitigated", "draft", "approved", "published", "resolved", "closed"]
    assert [times[name] for name in order] == sorted(times[name] for name in order)
    assert record["mitigation"] == {"kind": "rollback", "ref": None}
    assert record["roles"]["on_call"] == ["on-call"]
    assert "lead" in record["roles"]["postmortem_lead"]
    assert record["roles"]["control_board"] == ["board"]
    assert record["checklist"] == {
        "mitigated_in_30_minutes": True,
        "published_in_48_hours": True,
        "causes_covered": True,
        "actions_tracked": True,
        "lessons_in_training": True,
    }
    assert "0 errors, 0 to look at" in desk("verify").out
    assert "nothing" in desk("next", FIRST).out
    shown = desk("show", FIRST).out
    assert shown.count("[x]") == 5
    assert "closed" in shown


@pytest.mark.parametrize("step", [*LINE, ("note", "x"), ("escalate", "--to", "a", "--reason", "b")], ids=" ".join)
def test_every_verb_takes_time_actor_and_json(desk: Desk, step: tuple[str, ...]) -> None:
    states = ["detected", *STATES]
    before = states[STATES.index(dict(zip(LINE, STATES, strict=True))[step])] if step in LINE else "detected"
    carry(desk, before)
    if step == ("close",):
        prove(desk.root, at="2025-09-27T07:05:00Z")
    desk.now("2025-09-28T12:00:00Z")
    by = "a-board" if step == ("approve",) else "somebody"
    told = desk.json(*words(step), at="2025-09-28T13:30:00+02:00", by=by)
    assert told["id"] == FIRST
    event = json.loads((desk.root / f"run/_/postmortems/{FIRST}.events.jsonl").read_bytes().splitlines()[-1])
    assert (event["at"], event["recorded"], event["actor"]) == ("2025-09-28T11:30:00Z", "2025-09-28T12:00:00Z", by)
    plain = desk(*words(step), by=by)
    assert plain.code == 0 or "QG-1711" in plain.err


@pytest.mark.parametrize("step", LINE, ids=" ".join)
def test_no_step_leads_back(desk: Desk, step: tuple[str, ...]) -> None:
    carry(desk, "closed")
    code, message = desk.refused(*words(step))
    assert code == 1
    assert "QG-1711" in message
    assert f"incident next {FIRST}" in message


@pytest.mark.parametrize("severity", ["S0", "S1"])
def test_serious_incidents_take_every_step(desk: Desk, severity: str) -> None:
    desk.open(severity=severity)
    for number, step in enumerate(LINE[1:5], 1):
        code, message = desk.refused(*words(step))
        assert code == 1
        assert "QG-1712" in message
        named = LINE[number - 1]
        assert f"`qualitygate incident {named[0]} {FIRST}" in message
        desk.json(*words(named))


@pytest.mark.parametrize("severity", ["S2", "S3"])
def test_others_pass_several_states_in_one_call(desk: Desk, severity: str) -> None:
    desk.open(severity=severity)
    desk.now("04:30")
    assert desk.json("mitigate", FIRST, "--kind", "cdn-off", "--ref", "https://cdn.example/1")["state"] == "mitigated"
    desk.json("impact", FIRST, "--count", "3", "--source", "log", "--no-personal-data")
    write(desk.root, FIRST, at="2025-09-27T05:00:00Z")
    desk.now("06:00")
    # A draft and its review are passed on the way to the approval; that the board wrote it does not follow.
    assert desk.json("approve", FIRST, by="board")["state"] == "approved"
    assert desk.json("publish", FIRST, by="lead")["state"] == "published"
    assert desk.json("resolve", FIRST)["state"] == "resolved"
    record = desk.json("show", FIRST)
    assert record["times"]["draft"] == record["times"]["approved"] == "2025-09-27T06:00:00Z"
    lines = (desk.root / f"run/_/postmortems/{FIRST}.events.jsonl").read_bytes().splitlines()
    implied = [event["data"]["type"] for event in map(json.loads, lines) if event["implied"]]
    assert implied == ["acknowledged", "mitigation_started", "drafted", "submitted", "remediating"]
    assert desk("show", FIRST).out.count("(passed)") == 5
    assert "0 errors" in desk("verify").out


@pytest.mark.parametrize(
    ("step", "first"),
    [("review", "mitigate"), ("draft", "mitigate"), ("publish", "mitigate"), ("close", "mitigate")],
)
def test_what_somebody_has_to_decide_is_never_passed(desk: Desk, step: str, first: str) -> None:
    desk.open(severity="S3")
    code, message = desk.refused(step, FIRST)
    assert code == 1
    assert "QG-1712" in message
    assert f"`qualitygate incident {first} {FIRST}" in message


def test_a_draft_is_taken_back_from_review(desk: Desk) -> None:
    carry(desk, "in_review")
    assert desk.json("draft", FIRST, by="lead")["state"] == "draft"
    assert desk.json("approve", FIRST, by="board")["state"] == "approved"
    assert desk.json("draft", FIRST, by="lead")["state"] == "draft"


@pytest.mark.parametrize("step", [*LINE, ("next",), ("show",), ("note", "x")], ids=" ".join)
@pytest.mark.parametrize(
    "wrong", ["PM-2025-09-27-99", "nonsense", "pm-2025-09-27-01", "", "../x", "PM-2025-09-27-01\n"]
)
def test_an_unknown_incident_is_one_line(desk: Desk, step: tuple[str, ...], wrong: str) -> None:
    desk.open()
    code, message = desk.refused(*words(step, wrong))
    assert code == 2
    assert "QG-1701" in message


def test_times_must_follow_each_other(desk: Desk) -> None:
    desk.open(severity="S1")
    desk.now("05:00")
    code, message = desk.refused("ack", FIRST, at="2025-09-27T04:11:59Z")
    assert (code, "QG-1713" in message) == (2, True)
    desk.json("ack", FIRST, at="2025-09-27T04:20:00Z")
    code, message = desk.refused("mitigate", FIRST, "--start", at="2025-09-27T04:19:00Z")
    assert (code, "04:20:00Z" in message) == (2, True)
    code, message = desk.refused("mitigate", FIRST, "--start", at="2025-09-27T05:03:00Z")
    assert (code, "future" in message) == (2, True)
    for zoneless in ("2025-09-27T04:30:00", "2025-09-27", "04:30", "1758947400", ""):
        code, message = desk.refused("mitigate", FIRST, "--start", "--at", zoneless)
        assert (code, "QG-1405" in message) == (2, True)
    desk.json("mitigate", FIRST, "--start", at="2025-09-27T06:20:00+02:00")


def test_an_event_ahead_of_the_clock_holds_up_no_later_step(desk: Desk, qg: Callable[..., Any]) -> None:
    desk.now("2035-01-01T00:00:00Z")
    desk.json("open", "--severity", "S1", "--title", "x", "--id", "PM-2035-01-01-01", by="monitor")
    desk.now("05:00")
    for words in (("ack",), ("mitigate", "--start"), ("mitigate", "--kind", "rollback"), ("note", "x"), ("draft",)):
        told = desk(words[0], "PM-2035-01-01-01", *words[1:])
        assert (told.code, told.err.count("\n")) == (0, 1)
        assert "an event of 2035-01-01T00:00:00Z, and the clock says 2025-09-27T05:00:00Z" in told.err
    # What was not ahead still comes first, and the future is still none.
    assert "earlier than the step before" in desk.refused("review", "PM-2035-01-01-01", at="2025-09-27T04:59:59Z")[1]
    assert "future" in desk.refused("review", "PM-2035-01-01-01", at="2035-01-01T00:00:01Z")[1]
    assert "QG-211" in qg("postmortem", "lint", "PM-2035-01-01-01").out
    # Clocks that are a little apart are none that are wrong.
    desk.now("04:59")
    assert desk("review", "PM-2035-01-01-01").code == 0


def test_a_clock_of_the_environment_that_is_none_is_one_line(desk: Desk) -> None:
    desk.open()
    desk.patch.setenv("QUALITYGATE_NOW", "soon")
    code, message = desk.refused("ack", FIRST)
    assert (code, "QUALITYGATE_NOW" in message) == (2, True)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--start", "--kind", "isolate"],
        ["--start", "--ref", "x"],
        ["--kind", "gate"],
        ["--kind", "rollback", "--ref", " "],
    ],
)
def test_mitigation_either_begins_or_is_said(desk: Desk, options: list[str]) -> None:
    desk.open()
    assert desk.refused("mitigate", FIRST, *options)[0] == 2


@pytest.mark.parametrize("kind", ["isolate", "rollback", "cdn-off"])
def test_how_the_damage_was_stopped_is_kept(desk: Desk, kind: str) -> None:
    desk.open()
    desk.json("mitigate", FIRST, "--kind", kind, "--ref", "https://cdn.example/rule/9")
    record = desk.json("show", FIRST)
    assert record["mitigation"] == {"kind": kind, "ref": "https://cdn.example/rule/9"}
    assert "https://cdn.example/rule/9" in record["timeline"][-1]["event"]


def test_edits_that_are_not_merged_are_not_handed_on(desk: Desk) -> None:
    carry(desk, "draft")
    path = desk.root / f"run/_/postmortems/{FIRST}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Colour drift", "Colour shift"), encoding="utf-8")
    code, message = desk.refused("review", FIRST)
    assert (code, "QG-1715" in message, "postmortem sync" in message) == (1, True, True)
    assert desk.json("next", FIRST)["next"]["command"] == f"postmortem sync {FIRST}"
    assert desk.json("next", FIRST)["followed"] is False


def test_a_text_changed_after_its_approval_is_not_published(desk: Desk) -> None:
    carry(desk, "approved")
    desk.json("note", FIRST, "One more thing")
    code, message = desk.refused("publish", FIRST)
    assert (code, "QG-1714" in message) == (1, True)
    assert desk.json("next", FIRST)["next"]["command"] == f"incident approve {FIRST}"
    desk.json("approve", FIRST, by="board")
    desk.json("publish", FIRST, "--url", "https://wiki.example/1")


def test_a_text_with_errors_is_not_published(desk: Desk) -> None:
    desk.open()
    desk.json("mitigate", FIRST, "--kind", "rollback")
    desk.json("approve", FIRST, by="board")
    code, message = desk.refused("publish", FIRST)
    assert (code, "QG-1716" in message, "postmortem lint" in message) == (1, True, True)


def test_work_that_nobody_tracks_is_not_left_behind(desk: Desk) -> None:
    carry(desk, "published")
    write(desk.root, FIRST, at="2025-09-27T06:40:00Z", actions=(replace(ACTIONS[0], owner=None),))
    desk.now("06:50")
    code, message = desk.refused("remediate", FIRST)
    assert (code, "QG-1717" in message, "owner" in message) == (1, True, True)
    write(desk.root, FIRST, at="2025-09-27T06:51:00Z", actions=(replace(ACTIONS[0], ticket_url=None),))
    desk.now("06:52")
    assert desk.json("next", FIRST)["next"]["command"] == f"actions sync {FIRST}"
    desk.json("remediate", FIRST)
    code, message = desk.refused("resolve", FIRST)
    assert (code, "QG-1717" in message, "ticket" in message) == (1, True, True)
    write(desk.root, FIRST, at="2025-09-27T06:53:00Z", actions=(replace(ACTIONS[0], ticket_url=None, status="done"),))
    desk.now("06:54")
    desk.json("resolve", FIRST)


def test_only_what_is_proved_is_closed(desk: Desk) -> None:
    carry(desk, "resolved")
    desk.now("08:00")
    code, message = desk.refused("close", FIRST)
    assert (code, "QG-1718" in message) == (1, True)
    assert desk.json("next", FIRST)["next"]["command"] == f"prove {FIRST}"
    prove(desk.root, result="failed", at="2025-09-27T08:00:00Z")
    assert desk.refused("close", FIRST)[0] == 1
    path = prove(desk.root, at="2025-09-27T08:01:00Z")
    desk.now("08:05")
    path.write_text("another", encoding="utf-8")
    code, message = desk.refused("close", FIRST)
    assert (code, "not the file that was recorded" in message) == (1, True)
    path.unlink()
    code, message = desk.refused("close", FIRST)
    assert (code, "gone" in message) == (1, True)
    path.write_text('{"cells": []}\n', encoding="utf-8")
    assert desk.json("close", FIRST)["state"] == "closed"


def test_a_failure_that_cannot_be_reproduced_goes_back_to_gathering(desk: Desk) -> None:
    carry(desk, "resolved")
    ledger = Ledger(desk.root)
    from qualitygate.clock import rfc3339_time

    proof = Proof(result="failed", at="2025-09-27T08:00:00Z", path="evidence/x", sha256="0" * 64, check_id="QG-1602")
    moment = rfc3339_time("2025-09-27T08:00:00Z", "")
    ledger.append(
        FIRST, Proved(proof=proof, reproduced=False, reason="passed"), actor="gate", at=moment, recorded=moment
    )
    told = desk.json("next", FIRST)
    assert told["state"] == "draft"
    assert told["next"]["command"] == f"evidence collect {FIRST}"
    assert "the proof failed" in told["next"]["why"]


def test_what_was_closed_and_came_back_is_neither_resolved_nor_closed(desk: Desk) -> None:
    carry(desk, "closed")
    desk.now("2025-10-01T08:00:00Z")
    desk.json("reopen", FIRST, "--reason", "the same drift")
    times = desk.json("show", FIRST)["times"]
    assert (times["resolved"], times["closed"], times["reopened"]) == (None, None, "2025-10-01T08:00:00Z")
    assert times["published"] == "2025-09-27T06:00:00Z"
