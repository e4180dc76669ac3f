"""`qualitygate incident status|next`: what runs, what is late, exit codes, and the watch that ends on Ctrl-C."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from incident_text import ACTIONS, write
from msgspec.structs import replace

if TYPE_CHECKING:
    from conftest import Desk

FIRST, SECOND = "PM-2025-09-27-01", "PM-2025-09-27-02"


def clocks(desk: Desk, at: str) -> dict[str, tuple[str, int]]:
    found = desk("status", "--format", "json", at=at)
    return {one["clock"]: (one["status"], one["seconds_left"]) for one in json.loads(found.out)["clocks"]}


def test_nothing_runs_where_nothing_happened(desk: Desk) -> None:
    told = desk("status")
    assert (told.code, told.out) == (0, "nothing runs\n")
    assert desk.json("status") == {"now": "2025-09-27T04:12:00Z", "late": False, "clocks": []}


@pytest.mark.parametrize(
    ("at", "code", "mitigation", "publication"),
    [
        ("2025-09-27T04:12:00Z", 0, ("running", 1800), ("running", 172_800)),
        ("2025-09-27T04:42:00Z", 0, ("running", 0), ("running", 171_000)),
        ("2025-09-27T04:42:01Z", 1, ("late", -1), ("running", 170_999)),
        ("2025-09-29T04:12:00Z", 1, ("late", -171_000), ("running", 0)),
        ("2025-09-29T04:12:01Z", 1, ("late", -171_001), ("late", -1)),
    ],
)
def test_thirty_minutes_and_forty_eight_hours(
    desk: Desk, at: str, code: int, mitigation: tuple[str, int], publication: tuple[str, int]
) -> None:
    desk.open()
    assert clocks(desk, at) == {"mitigation": mitigation, "publication": publication}
    plain = desk("status", at=at)
    assert plain.code == code
    assert ("late by" in plain.out) is (code == 1)
    assert json.loads(desk("status", "--format", "json", at=at).out)["late"] is (code == 1)


def test_what_was_done_in_time_is_late_no_more(desk: Desk) -> None:
    desk.open()
    desk.now("04:30")
    desk.json("mitigate", FIRST, "--kind", "rollback")
    assert clocks(desk, "2025-09-28T00:00:00Z").keys() == {"publication"}
    assert desk("status", at="2025-09-28T00:00:00Z").code == 0
    assert desk.json("show", FIRST)["checklist"]["mitigated_in_30_minutes"] is True


def test_what_was_done_too_late_is_no_alarm_and_leaves_its_box_empty(desk: Desk) -> None:
    desk.open()
    desk.now("05:00")
    desk.json("mitigate", FIRST, "--kind", "rollback")
    assert desk("status").code == 0
    assert desk.json("show", FIRST)["checklist"]["mitigated_in_30_minutes"] is False
    assert "[!] mitigated in 30 minutes" in desk("show", FIRST).out


def test_actions_are_due_at_the_end_of_their_day(desk: Desk) -> None:
    desk.open()
    desk.now("04:20")
    desk.json("mitigate", FIRST, "--kind", "rollback")
    due = (replace(ACTIONS[0], due="2025-09-28"), replace(ACTIONS[0], due="2025-09-27", status="done"))
    write(desk.root, FIRST, at="2025-09-27T05:00:00Z", actions=due)
    found = clocks(desk, "2025-09-28T23:59:59Z")
    assert found["action 1"] == ("running", 1)
    assert "action 2" not in found
    assert desk("status", at="2025-09-29T00:00:00Z").code == 0
    late = desk("status", at="2025-09-29T00:00:01Z")
    assert late.code == 1
    assert ACTIONS[0].title[:10] in late.out


def test_the_most_urgent_stands_first_and_one_may_be_asked_for(desk: Desk) -> None:
    desk.open()
    desk.now("04:30")
    desk.json("open", "--severity", "S1", "--title", "later", "--id", SECOND)
    at = "2025-09-27T04:50:00Z"
    rows = json.loads(desk("status", "--format", "json", at=at).out)["clocks"]
    assert [(row["incident"][-2:], row["clock"]) for row in rows] == [
        ("01", "mitigation"), ("02", "mitigation"), ("01", "publication"), ("02", "publication")
    ]  # fmt: skip
    assert desk("status", SECOND, at=at).code == 0
    assert desk("status", FIRST, at=at).code == 1
    code, message = desk.refused("status", "PM-2025-09-27-99")
    assert (code, "QG-1701" in message) == (2, True)


def test_next_names_whose_turn_it_is(desk: Desk) -> None:
    desk.open()
    told = desk("next", FIRST)
    assert f"qualitygate incident ack {FIRST}" in told.out
    assert "On-call" in told.out
    assert desk.json("next", FIRST)["next"] == {
        "command": f"incident ack {FIRST}",
        "why": "somebody has to take it over",
        "role": "On-call",
    }


def test_a_drill_is_carried_like_any_other(desk: Desk) -> None:
    desk.json("open", "--severity", "S2", "--title", "Fire drill", "--kind", "drill", "--id", FIRST)
    assert clocks(desk, "2025-09-27T04:20:00Z").keys() == {"mitigation", "publication"}
    assert desk("status", at="2025-09-27T05:00:00Z").code == 1


@pytest.mark.parametrize(("severity", "owed"), [("S0", True), ("S1", True), ("S2", False), ("S3", False)])
def test_a_near_miss_owes_a_postmortem_only_where_it_is_serious(desk: Desk, severity: str, owed: bool) -> None:
    desk.json("open", "--severity", severity, "--title", "Caught", "--kind", "near_miss", "--id", FIRST)
    assert ("publication" in clocks(desk, "2025-09-27T04:20:00Z")) is owed
    desk.json("escalate", FIRST, "--severity", "S1", "--reason", "worse than it looked")
    assert "publication" in clocks(desk, "2025-09-27T04:20:00Z")


def test_watching_is_for_people(desk: Desk) -> None:
    assert desk.refused("status", "--watch", "--format", "json")[0] == 2
    assert desk.refused("status", "--watch", "--interval", "0")[0] == 2
    code, message = desk.refused("status", "--watch", at="2025-09-27T05:00:00Z")
    assert (code, "--at" in message) == (2, True)


class Watch:
    """`qualitygate incident status --watch` in a terminal of its own."""

    def __init__(self, where: Path, environment: dict[str, str], now: str) -> None:
        self.screen, terminal = os.openpty()
        words = [sys.executable, "-m", "qualitygate", "incident", "status", "--watch", "--interval", "0.1"]
        shown = {**environment, "QUALITYGATE_NOW": now, "TERM": "xterm", "COLUMNS": "120"}
        self.process = subprocess.Popen(
            words,
            cwd=where,
            env=shown,
            stdout=terminal,
            stderr=subprocess.PIPE,
            # Even where whoever runs the tests has had it ignored, as a shell does for its background jobs.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(terminal)

    def until(self, text: str) -> str:
        """What is shown until a text appears."""
        seen, end = "", time.monotonic() + 30
        while text not in seen and time.monotonic() < end:
            if select.select([self.screen], [], [], 0.2)[0]:
                seen += os.read(self.screen, 65_536).decode(errors="replace")
        assert text in seen
        return seen

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what was said of it."""
        self.process.send_signal(signal.SIGINT)
        try:
            _, err = self.process.communicate(timeout=30)
        finally:
            self.process.kill()
            os.close(self.screen)
        return self.process.returncode, err.decode()


@pytest.mark.skipif(os.name == "nt", reason="interrupts as POSIX does")
@pytest.mark.parametrize(("now", "shown", "code"), [("04:20", "22 min left", 0), ("05:00", "late by 18 min", 1)])
def test_the_watch_sees_what_others_write_and_ends_on_an_interrupt(
    desk: Desk, shell_environment: dict[str, str], tmp_path: Path, now: str, shown: str, code: int
) -> None:
    desk.open()
    watch = Watch(tmp_path, shell_environment, f"2025-09-27T{now}:00Z")
    try:
        watch.until(shown)
        assert watch.process.poll() is None
        desk.open(SECOND)
        watch.until(SECOND)
    finally:
        ended = watch.interrupt()
    assert ended == (code, "")
