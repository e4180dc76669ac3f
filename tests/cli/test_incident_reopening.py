"""What comes back: its old proof, its old approval and its first thirty minutes do not cover it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from incident_text import write

from qualitygate.clock import rfc3339_time
from qualitygate.incidents.events import EvidenceAdded, Proved
from qualitygate.incidents.facts import Evidence, Proof
from qualitygate.incidents.kpi.measured import Deadline, measure
from qualitygate.incidents.ledger import Ledger

if TYPE_CHECKING:
    from conftest import Desk

FIRST = "PM-2025-09-27-01"
DAY = "2025-09-27T{}:00Z"


def prove(desk: Desk, at: str) -> None:
    path = desk.root / "evidence" / FIRST.lower() / "proof.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"cells": []}\n', encoding="utf-8")
    name, digest = path.relative_to(desk.root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()
    moment, ledger = rfc3339_time(at, ""), Ledger(desk.root)
    item = Evidence(kind="proof", sha256=digest, bytes=path.stat().st_size, path=name)
    ledger.append(FIRST, EvidenceAdded(items=(item,)), actor="gate", at=moment, recorded=moment)
    proof = Proof(result="passed", at=at, path=name, sha256=digest, check_id="QG-1602", runs=3)
    ledger.append(FIRST, Proved(proof=proof), actor="gate", at=moment, recorded=moment)


def carry(desk: Desk, hour: int) -> None:
    """From the beginning to resolved, in one hour; stopped after five minutes."""
    desk.now(f"{hour:02}:20")
    desk.json("mitigate", FIRST, "--kind", "rollback")
    carry_on(desk, hour)


def carry_on(desk: Desk, hour: int) -> None:
    desk.now(f"{hour:02}:55")
    desk.json("impact", FIRST, "--count", "4200", "--source", "CDN log", "--no-personal-data")
    desk.json("draft", FIRST, by="lead")
    write(desk.root, FIRST, at=DAY.format(f"{hour:02}:55"))
    desk.json("review", FIRST, by="lead")
    desk.json("approve", FIRST, by="board")
    desk.json("publish", FIRST)
    desk.json("resolve", FIRST)


@pytest.fixture
def reopened(desk: Desk) -> Desk:
    """Closed at 05:00 and reopened at 06:15."""
    desk.open()
    carry(desk, 4)
    desk.now("05:00")
    prove(desk, DAY.format("05:00"))
    desk.json("close", FIRST)
    desk.now("06:15")
    desk.json("reopen", FIRST, "--reason", "the drift is back")
    return desk


def test_a_proof_from_before_does_not_close_it(reopened: Desk, qg: Callable[..., Any]) -> None:
    assert "since it was reopened" in qg("postmortem", "lint", FIRST).out
    carry(reopened, 6)
    code, message = reopened.refused("close", FIRST)
    assert (code, "QG-1718" in message) == (1, True)
    assert "older than its reopening at 2025-09-27T06:15:00Z" in message
    step = reopened.json("next", FIRST)["next"]
    assert (step["command"], "prove it again" in step["why"]) == (f"prove {FIRST}", True)
    assert "QG-601" in qg("postmortem", "lint", FIRST).out
    reopened.now("07:00")
    prove(reopened, DAY.format("07:00"))
    assert reopened.json("close", FIRST)["state"] == "closed"
    record = reopened.json("show", FIRST)
    assert [one["proof"]["at"] for one in record["reopenings"]] == ["2025-09-27T05:00:00Z"]
    assert "0 errors, 0 to look at" in reopened("verify").out


def test_the_order_of_the_log_says_which_proof_is_older(desk: Desk) -> None:
    """What is told afterwards of an earlier time came back in spite of the proof all the same."""
    desk.open()
    carry(desk, 4)
    desk.now("06:20")
    prove(desk, DAY.format("06:20"))
    desk.now("06:30")
    desk.json("reopen", FIRST, "--reason", "the drift is back", at=DAY.format("06:15"))
    record = desk.json("show", FIRST)
    assert (record["proof"], record["reopenings"][0]["proof"]["result"]) == (None, "passed")


@pytest.mark.parametrize(("stopped", "in_time"), [("06:45", True), ("06:46", False)])
def test_the_second_thirty_minutes_count_as_well(
    reopened: Desk, qg: Callable[..., Any], stopped: str, in_time: bool
) -> None:
    assert reopened.json("show", FIRST)["checklist"]["mitigated_in_30_minutes"] is None
    assert reopened("status", at=DAY.format("06:46")).code == 1
    reopened.now(stopped)
    reopened.json("mitigate", FIRST, "--kind", "rollback")
    record = reopened.json("show", FIRST)
    assert record["times"]["mitigated"] == "2025-09-27T04:20:00Z"
    assert [one["mitigated"] for one in record["reopenings"]] == [DAY.format(stopped)]
    assert record["checklist"]["mitigated_in_30_minutes"] is in_time
    shown = reopened("show", FIRST).out
    assert "mitigation  from 2025-09-27T04:12:00Z: met" in shown
    assert f"mitigation  from 2025-09-27T06:15:00Z: {'met' if in_time else 'missed by 1 min'}" in shown
    assert ("mitigated 31 minutes after reopening" in qg("postmortem", "lint", FIRST).out) is not in_time
    measured = measure(Ledger(reopened.root).record(FIRST), rfc3339_time(DAY.format("09:00"), ""))
    assert measured.mitigation is (Deadline.MET if in_time else Deadline.MISSED)
    # Whatever follows, a round that was missed stays missed.
    reopened.json("note", FIRST, "The rollback took longer than 30 minutes: the CDN was slow")
    carry_on(reopened, 7)
    reopened.now("08:00")
    reopened.json("reopen", FIRST, "--reason", "again")
    reopened.json("mitigate", FIRST, "--kind", "rollback")
    assert reopened.json("show", FIRST)["checklist"]["mitigated_in_30_minutes"] is in_time
    assert len(reopened.json("show", FIRST)["reopenings"]) == 2


def test_the_text_has_to_be_approved_again(reopened: Desk) -> None:
    reopened.now("06:20")
    reopened.json("mitigate", FIRST, "--kind", "rollback")
    reopened.json("review", FIRST, by="lead")
    assert reopened.refused("publish", FIRST)[0] == 1
    reopened.json("approve", FIRST, by="board")
    assert reopened.json("publish", FIRST)["state"] == "published"


def test_what_was_no_incident_has_its_minutes_from_the_reopening(desk: Desk) -> None:
    desk.open()
    desk.json("false-positive", FIRST, "--reason", "x")
    desk.now("09:00")
    desk.json("reopen", FIRST, "--reason", "it was one")
    desk.now("09:10")
    desk.json("mitigate", FIRST, "--kind", "rollback")
    assert desk.json("show", FIRST)["checklist"]["mitigated_in_30_minutes"] is True
