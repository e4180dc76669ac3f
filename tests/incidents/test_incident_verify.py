"""`incident verify` finds every way of tampering with a log, with what was made from it, and with evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ledger_cases import FIRST, MORNING, later, opened, record

from qualitygate.core.level import Level
from qualitygate.incidents.events import Acknowledged, EvidenceAdded, Mitigated, MitigationStarted, Noted
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Evidence
from qualitygate.incidents.verifying import verify_incident, verify_missing, verify_table


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = opened(tmp_path)
    for minute, event in enumerate((Acknowledged(), MitigationStarted(), Mitigated(kind="rollback"), Noted(text="a"))):
        ledger.append(FIRST, event, actor="on-call", at=later(minute), recorded=later(minute))
    ledger.append(FIRST, Noted(text="b"), actor="on-call", at=later(9), recorded=later(9))
    return ledger


def errors(ledger: Ledger) -> list[str]:
    names = ledger.ids()
    found = [one for name in names for one in verify_incident(ledger, name)]
    found += [*verify_table(ledger), *verify_missing(ledger)]
    return [f"{one.code} {one.path} {one.message}" for one in found if one.level is Level.ERROR]


def change(ledger: Ledger, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    path = ledger.paths(FIRST).events
    path.write_bytes(b"".join(line + b"\n" for line in edit(path.read_bytes().splitlines())))


def test_what_nobody_touched_is_clean(ledger: Ledger) -> None:
    assert errors(ledger) == []
    assert [*verify_incident(ledger, FIRST), *verify_table(ledger)] == []


@pytest.mark.parametrize("line", range(6))
def test_an_edited_event_is_found(ledger: Ledger, line: int) -> None:
    def edit(lines: list[bytes]) -> list[bytes]:
        lines[line] = lines[line].replace(b'"recorded":"2025', b'"recorded":"2024')
        return lines

    change(ledger, edit)
    assert any("QG-1705" in text for text in errors(ledger))


@pytest.mark.parametrize("line", range(6))
def test_a_missing_event_is_found(ledger: Ledger, line: int) -> None:
    change(ledger, lambda lines: lines[:line] + lines[line + 1 :])
    assert any("QG-1705" in text or "QG-1702" in text for text in errors(ledger))


@pytest.mark.parametrize(("one", "other"), [(1, 2), (4, 5), (0, 5), (2, 4)])
def test_reordered_events_are_found(ledger: Ledger, one: int, other: int) -> None:
    def edit(lines: list[bytes]) -> list[bytes]:
        lines[one], lines[other] = lines[other], lines[one]
        return lines

    change(ledger, edit)
    assert any("QG-1705" in text for text in errors(ledger))


@pytest.mark.parametrize("kept", range(1, 6))
def test_a_cut_off_end_is_found_by_the_record_and_by_the_table(ledger: Ledger, kept: int) -> None:
    change(ledger, lambda lines: lines[:kept])
    found = errors(ledger)
    assert any(f"{FIRST}.json" in text and "cut off" in text for text in found)
    assert any("reports.csv" in text and "cut off" in text for text in found)


def test_a_chain_forged_anew_from_the_middle_is_found_by_the_head_that_stands_elsewhere(ledger: Ledger) -> None:
    """Whoever rewrites the log with digests that fit still does not have the digest in JSON and CSV."""

    def forge(lines: list[bytes]) -> list[bytes]:
        events = [json.loads(line) for line in lines]
        events[4]["data"]["text"] = "nothing happened"
        forged = lines[:4]
        for event in events[4:]:
            event["prev"] = [hashlib.sha256(forged[-1]).hexdigest()]
            forged.append(json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
        return forged

    change(ledger, forge)
    found = errors(ledger)
    assert any(f"{FIRST}.json" in text for text in found)
    assert any("reports.csv" in text for text in found)


def test_a_doubled_event_is_found(ledger: Ledger) -> None:
    change(ledger, lambda lines: [*lines, lines[-1]])
    assert any("repeats the uid" in text for text in errors(ledger))


def test_an_event_of_another_incident_is_found(ledger: Ledger) -> None:
    ledger.open(record("PM-2025-09-27-02"), actor="a", recorded=MORNING)
    foreign = ledger.paths("PM-2025-09-27-02").events.read_bytes().splitlines()[0]
    change(ledger, lambda lines: [*lines, foreign])
    assert any("belongs to PM-2025-09-27-02" in text for text in errors(ledger))


def test_a_step_the_machine_refuses_is_found(ledger: Ledger) -> None:
    """Written through the ledger, but past the guards: a valid chain over an impossible course."""
    from qualitygate.incidents.events import Closed

    ledger.append(FIRST, Closed(), actor="a", at=later(20), recorded=later(20))
    assert any("does not lead" in text for text in errors(ledger))


def test_garbage_conflict_markers_and_half_lines_are_found(ledger: Ledger) -> None:
    path = ledger.paths(FIRST).events
    sound = path.read_bytes()
    for broken in (sound + b"{}\n", sound + b"<<<<<<< HEAD\n", sound[:-20], sound + b"\x00\xff\n", b"[" * 100_000):
        path.write_bytes(broken)
        assert any("QG-1705" in text for text in errors(ledger)), broken[-30:]


def test_a_log_that_is_gone_is_found(ledger: Ledger) -> None:
    ledger.paths(FIRST).events.unlink()
    found = errors(ledger)
    assert any("the event log is gone" in text for text in found)
    assert any("the log is gone" in text and "reports.csv" in text for text in found)


def test_records_behind_their_log_are_told_and_made_again(ledger: Ledger) -> None:
    paths = ledger.paths(FIRST)
    before = paths.json.read_bytes(), paths.markdown.read_bytes(), (paths.folder / "reports.csv").read_bytes()
    log = paths.events.read_bytes()
    ledger.append(FIRST, Noted(text="c"), actor="a", at=later(10), recorded=later(10))
    paths.json.write_bytes(before[0])
    paths.markdown.write_bytes(before[1])
    (paths.folder / "reports.csv").write_bytes(before[2])
    assert log != paths.events.read_bytes()
    told = [*verify_incident(ledger, FIRST), *verify_table(ledger)]
    assert {one.code for one in told} == {"QG-1707"}
    assert {one.level for one in told} == {Level.WARNING}
    ledger.refresh(FIRST)
    assert [*verify_incident(ledger, FIRST), *verify_table(ledger)] == []


def test_line_ends_that_git_turned_are_no_tampering(ledger: Ledger) -> None:
    path = ledger.paths(FIRST).events
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert errors(ledger) == []


def test_evidence_whose_digest_changed_is_found(ledger: Ledger) -> None:
    from qualitygate.incidents.collecting.verify import evidence_findings

    folder = ledger.paths(FIRST).evidence
    folder.mkdir(parents=True)
    (folder / "ci.log").write_bytes(b"log")
    item = Evidence(
        kind="ci_log", sha256=hashlib.sha256(b"log").hexdigest(), bytes=3, path=f"evidence/{FIRST.lower()}/ci.log"
    )
    ledger.append(FIRST, EvidenceAdded(items=(item,)), actor="a", at=later(11), recorded=later(11))
    assert not [one for one in evidence_findings(ledger.root, ledger.record(FIRST)) if one.level is Level.ERROR]
    (folder / "ci.log").write_bytes(b"l0g")
    assert [one for one in evidence_findings(ledger.root, ledger.record(FIRST)) if one.level is Level.ERROR]
    (folder / "ci.log").unlink()
    assert [one for one in evidence_findings(ledger.root, ledger.record(FIRST)) if one.level is Level.ERROR]
