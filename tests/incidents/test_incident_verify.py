"""`incident verify` finds every way of tampering with a log, with what was made from it, and with evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ledger_cases import FIRST, MORNING, later, opened, record

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding_level import Level
from qualitygate.incidents.events import Acknowledged, EvidenceAdded, Mitigated, MitigationStarted, Noted
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.markdown import render
from qualitygate.incidents.postmortem import to_json
from qualitygate.incidents.verifying import verify_incident, verify_missing, verify_orphans, verify_table
from qualitygate.incidents.views import is_followed


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


def test_nothing_is_written_behind_a_broken_chain(ledger: Ledger) -> None:
    def edit(lines: list[bytes]) -> list[bytes]:
        lines[2] = lines[2].replace(b'"actor":"on-call"', b'"actor":"somebody"')
        return lines

    change(ledger, edit)
    before = {path: path.read_bytes() for path in ledger.root.rglob("*") if path.is_file()}
    for write in (
        lambda: ledger.append(FIRST, Noted(text="x"), actor="a", at=later(9), recorded=later(9)),
        lambda: ledger.refresh(FIRST),
    ):
        with pytest.raises(ConfigError) as caught:
            write()
        assert caught.value.code == "QG-1705"
        assert ":4" in str(caught.value.where)
    assert {path: path.read_bytes() for path in ledger.root.rglob("*") if path.is_file()} == before
    found = ledger.records()
    assert [one.id for one in found.records] == [FIRST]
    assert "chain" in found.warnings[0]


def test_a_log_that_is_gone_or_cut_off_is_not_covered_up_by_what_is_written_next(ledger: Ledger) -> None:
    """Neither by writing to it, nor to another incident, nor by repairing, nor by opening its id anew."""
    ledger.open(record("PM-2025-09-27-02"), actor="a", recorded=MORNING)
    change(ledger, lambda lines: lines[:4])
    ledger.paths(FIRST).json.unlink()
    for write in (
        lambda: ledger.append(FIRST, Noted(text="x"), actor="a", at=later(9), recorded=later(9)),
        lambda: ledger.refresh(FIRST),
    ):
        with pytest.raises(ConfigError, match="cut off"):
            write()
    ledger.append("PM-2025-09-27-02", Noted(text="x"), actor="a", at=later(9), recorded=later(9))
    ledger.tabulate()
    assert any("cut off" in text for text in errors(ledger))
    for path in (ledger.paths(FIRST).events, ledger.paths(FIRST).markdown):
        path.unlink()
    ledger.append("PM-2025-09-27-02", Noted(text="y"), actor="a", at=later(9), recorded=later(9))
    ledger.tabulate()
    assert any("the log is gone" in text for text in errors(ledger))
    with pytest.raises(ConfigError, match="is gone") as caught:
        ledger.open(record(), actor="a", recorded=MORNING)
    assert caught.value.code == "QG-1705"


def test_a_cell_edited_by_hand_and_lines_of_nobody_are_told_and_made_anew(ledger: Ledger) -> None:
    path = ledger.paths(FIRST).folder / "reports.csv"
    sound = path.read_bytes()
    for broken in (
        sound.replace(b",mitigated,", b",closed,"),
        sound + b"a,b,c\n",
        sound + sound.splitlines()[1] + b"\n",
    ):
        assert broken != sound
        path.write_bytes(broken)
        assert [one.code for one in verify_table(ledger)] == ["QG-1707"]
        ledger.tabulate()
        assert path.read_bytes() == sound


def test_a_table_left_by_a_merge_is_settled_by_a_sync(ledger: Ledger) -> None:
    from qualitygate.cli.postmortem_merging import synced

    path = ledger.paths(FIRST).folder / "reports.csv"
    sound = path.read_bytes()
    path.write_bytes(sound + sound.splitlines()[1].replace(b",mitigated,", b",detected,") + b"\n")
    synced(ledger, FIRST, actor="a", at=later(12))
    assert path.read_bytes() == sound


def test_markers_of_a_merge_in_the_markdown_are_an_error(ledger: Ledger) -> None:
    path = ledger.paths(FIRST).markdown
    path.write_text(path.read_text(encoding="utf-8") + "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n", encoding="utf-8")
    assert any("unresolved merge" in text for text in errors(ledger))


def test_evidence_of_an_incident_that_is_gone_is_told(ledger: Ledger) -> None:
    (ledger.root / "evidence" / "pm-2025-09-20-01").mkdir(parents=True)
    assert [one.subject for one in verify_orphans(ledger)] == ["PM-2025-09-20-01"]


def test_what_an_earlier_version_wrote_is_no_tampering(ledger: Ledger) -> None:
    """A later version adds fields with defaults; logs and records of before lack them, and are as sound as ever."""
    later_fields = ("mitigation", "merged_into", "proof")

    def without(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: without(one) for key, one in value.items() if key not in ("mitigation", "merged_into", "proof")
            }
        return [without(one) for one in value] if isinstance(value, list) else value

    forged: list[bytes] = []
    for raw in ledger.paths(FIRST).events.read_bytes().splitlines():
        event = without(json.loads(raw))
        assert isinstance(event, dict)
        event["prev"] = [hashlib.sha256(forged[-1]).hexdigest()] if forged else []
        forged.append(json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    change(ledger, lambda _: forged[:1])
    first = ledger.lines(FIRST)
    old = json.loads(to_json(fold(first)))
    for key in later_fields:
        del old[key]
    ledger.paths(FIRST).json.write_text(json.dumps(old, indent=2) + "\n", encoding="utf-8")
    ledger.paths(FIRST).markdown.write_text(render(fold(first)), encoding="utf-8")
    (ledger.paths(FIRST).folder / "reports.csv").unlink()
    ledger.tabulate()
    assert [*verify_incident(ledger, FIRST), *verify_table(ledger)] == []
    assert is_followed(ledger.paths(FIRST), ledger.record(FIRST))
    ledger.append(FIRST, Acknowledged(), actor="a", at=later(1), recorded=later(1))
    assert [*verify_incident(ledger, FIRST), *verify_table(ledger)] == []
    assert ledger.paths(FIRST).json.read_bytes() == to_json(ledger.record(FIRST))
    change(ledger, lambda lines: [lines[0].replace(b'"v":1', b'"v": 1'), *lines[1:]])
    assert errors(ledger)
