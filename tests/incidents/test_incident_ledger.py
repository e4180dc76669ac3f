"""The ledger under two writers, kill -9 at any moment and a full disk: no acknowledged event lost, no half file."""

from __future__ import annotations

import csv
import errno
import io
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest
from killing import die_before, forked
from ledger_cases import FIRST, MORNING, later, open_and_note, opened, record, write_notes

from qualitygate.cli.postmortem_merging import synced
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.events import Acknowledged, Noted
from qualitygate.incidents.free_ids import free_id
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import defects
from qualitygate.incidents.postmortem import from_json, to_json
from qualitygate.incidents.views import as_written, is_followed

POSIX = pytest.mark.skipif(os.name == "nt", reason="forks and kills as POSIX does")


def test_an_event_is_on_the_disk_when_the_call_returns(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    after = ledger.append(FIRST, Acknowledged(), actor="on-call", at=later(5), recorded=later(6))
    again = Ledger(tmp_path)
    assert again.record(FIRST) == after
    assert from_json(again.paths(FIRST).json.read_bytes()) == after
    event = again.lines(FIRST)[-1].event
    assert (event.at, event.recorded, event.actor) == ("2025-09-27T04:17:00Z", "2025-09-27T04:18:00Z", "on-call")
    assert "Incident acknowledged" in again.paths(FIRST).markdown.read_text(encoding="utf-8")


def test_each_line_is_canonical_and_names_the_one_before(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    for number in range(5):
        ledger.append(FIRST, Noted(text=f"note {number} Ωé漢"), actor="a", at=later(number), recorded=later(number))
    lines = ledger.lines(FIRST)
    assert [line.event.seq for line in lines] == list(range(6))
    assert [line.event.prev for line in lines[1:]] == [(line.sha256,) for line in lines[:-1]]
    assert len({line.event.uid for line in lines}) == 6
    # An independent reader: RFC 8785 sorts keys, writes no space and no escape it does not need.
    import hashlib
    import json

    previous: list[str] = []
    for raw in ledger.paths(FIRST).events.read_bytes().splitlines():
        plain = json.loads(raw)
        canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert raw == canonical
        assert plain["prev"] == previous
        previous = [hashlib.sha256(raw).hexdigest()]
    assert from_json(ledger.paths(FIRST).json.read_bytes()).chain.heads == tuple(previous)  # type: ignore[union-attr]


def test_the_table_has_a_row_for_each_and_no_formula(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    evil = "PM-2025-09-27-02"
    ledger.open(record(evil, title='=HYPERLINK("http://x")'), actor="+1", recorded=MORNING)
    path = ledger.paths(FIRST).folder / "reports.csv"
    first = path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(first.decode())))
    assert [row["id"] for row in rows] == [FIRST, evil]
    assert rows[1]["title"] == '\'=HYPERLINK("http://x")'
    assert rows[0]["head"] == ledger.lines(FIRST)[-1].sha256
    path.unlink()
    ledger.refresh(FIRST)
    assert path.read_bytes() == first


def test_an_edited_markdown_is_not_overwritten(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    path = ledger.paths(FIRST).markdown
    edited = path.read_text(encoding="utf-8").replace("Stakeholders: Marketing, Legal", "Stakeholders: Marketing, SRE")
    path.write_text(edited, encoding="utf-8")
    ledger.append(FIRST, Acknowledged(), actor="on-call", at=later(5), recorded=later(5))
    # The row of the event is added; what was edited stands, and is still to be merged.
    rows = edited.replace("## Root Cause", "| 04:17 | Incident acknowledged | on-call |\n## Root Cause")
    assert path.read_text(encoding="utf-8") == rows
    assert not is_followed(ledger.paths(FIRST), ledger.record(FIRST))


def test_an_edited_json_is_not_overwritten(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    path = ledger.paths(FIRST).json
    edited = path.read_text(encoding="utf-8").replace("Marketing", "Branding")
    path.write_text(edited, encoding="utf-8")
    ledger.append(FIRST, Acknowledged(), actor="on-call", at=later(5), recorded=later(5))
    assert path.read_text(encoding="utf-8") == edited


def test_an_id_is_used_once(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    before = ledger.paths(FIRST).events.read_bytes()
    assert ledger.open(record(title="another"), actor="a", recorded=MORNING) is None
    assert ledger.paths(FIRST).events.read_bytes() == before
    numbers = iter([7, 7, 8])
    assert free_id(ledger.root, MORNING.date(), lambda _: next(numbers)) == "PM-2025-09-27-000007"
    ledger.open(record("PM-2025-09-27-000007"), actor="a", recorded=MORNING)
    assert free_id(ledger.root, MORNING.date(), lambda _: next(numbers)) == "PM-2025-09-27-000008"


def test_two_writers_with_two_hundred_events_each_lose_none(tmp_path: Path) -> None:
    opened(tmp_path)
    told = [tmp_path / f"told-{writer}" for writer in range(2)]
    words = [[f"{writer}/{number}" for number in range(200)] for writer in range(2)]
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=write_notes, args=(str(tmp_path), FIRST, words[writer], str(told[writer])))
        for writer in range(2)
    ]
    for process in writers:
        process.start()
    for process in writers:
        process.join(240)
        assert process.exitcode == 0
    ledger = Ledger(tmp_path)
    assert not list(defects(FIRST, ledger.log(FIRST)))
    lines = ledger.lines(FIRST)
    assert len(lines) == 401
    notes = [line.event.data.text for line in lines if isinstance(line.event.data, Noted)]
    for writer in range(2):
        # All of them, in the order of their writer.
        assert [note for note in notes if note.startswith(f"{writer}/")] == words[writer]
        assert told[writer].read_text().splitlines() == [f"{FIRST} {word}" for word in words[writer]]
    assert ledger.paths(FIRST).json.read_bytes() == to_json(ledger.record(FIRST))
    assert len(ledger.record(FIRST).timeline) == 401


def assert_nothing_lost(root: Path, told: Path) -> int:
    """Every acknowledged incident and note is there, every visible file is whole; returns what was acknowledged."""
    ledger = Ledger(root)
    acknowledged = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    known: dict[str, list[str]] = {}
    for incident_id in ledger.ids():
        assert not list(defects(incident_id, ledger.log(incident_id)))
        lines = ledger.lines(incident_id)
        known[incident_id] = [line.event.data.text for line in lines if isinstance(line.event.data, Noted)]
        content = ledger.paths(incident_id).json
        if content.exists():  # it may be behind, never broken and never ahead
            assert as_written(ledger.paths(incident_id), lines) is not None
    for line in acknowledged:
        incident_id, _, note = line.partition(" ")
        assert incident_id in known
        if note:
            assert note in known[incident_id]
    for path in (root / "run/_/postmortems").glob("*"):
        assert path.name.endswith((".jsonl", ".json", ".md", ".csv", ".lock", ".gitignore", ".gitattributes", ".tmp"))
    return len(acknowledged)


@POSIX
@pytest.mark.slow
def test_a_writer_killed_three_hundred_times_at_random_loses_nothing_acknowledged(tmp_path: Path) -> None:
    pause = random.Random(20250927)
    total = 0
    for round_ in range(300):
        root, told = tmp_path / f"{round_ // 20}", tmp_path / f"told-{round_ // 20}"
        child = forked(lambda root=root, told=told, round_=round_: open_and_note(str(root), round_, str(told)))
        time.sleep(pause.uniform(0.001, 0.15))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        seen = assert_nothing_lost(root, told)
        total += seen if round_ % 20 == 19 else 0
    assert total > 150
    # What killed writers left behind is made good by the next one, and their locks ended with them.
    for number in range(15):
        ledger = Ledger(tmp_path / f"{number}")
        for incident_id in ledger.ids():
            notes = [one.event.data.text for one in ledger.lines(incident_id) if isinstance(one.event.data, Noted)]
            # Not even for a sync, which could take what a file lacks for a deletion.
            synced(ledger, incident_id, actor="a", at=later(9))
            fresh = ledger.record(incident_id)
            assert [row.event for row in fresh.timeline if row.event.startswith("note")] == notes
            assert ledger.paths(incident_id).json.read_bytes() == to_json(fresh)
            text = ledger.paths(incident_id).markdown.read_text(encoding="utf-8")
            assert all(note in text for note in notes)


@POSIX
def test_a_writer_that_dies_before_any_one_step_loses_nothing(tmp_path: Path) -> None:
    for step in range(1, 200):
        root, told = tmp_path / str(step), tmp_path / f"told-{step}"
        opened(root)
        child = forked(
            lambda root=root, told=told, step=step: die_before(
                step, lambda: write_notes(str(root), FIRST, ["a", "b"], str(told))
            )
        )
        died = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert_nothing_lost(root, told)
        words = [line.event.data.text for line in Ledger(root).lines(FIRST) if isinstance(line.event.data, Noted)]
        assert words in ([], ["a"], ["a", "b"])
        synced(Ledger(root), FIRST, actor="next", at=later(1))
        assert [row.event for row in Ledger(root).record(FIRST).timeline if row.event in "ab"] == words
        Ledger(root).append(FIRST, Noted(text="c"), actor="next", at=later(1), recorded=later(1))
        after = Ledger(root).record(FIRST)
        assert [entry.event for entry in after.timeline][-1] == "c"
        assert Ledger(root).paths(FIRST).json.read_bytes() == to_json(after)
        if not died:
            break
    assert step > 15


def test_a_full_disk_is_one_clear_error_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = opened(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ConfigError, match="No space left on device") as caught:
            ledger.append(FIRST, Acknowledged(), actor="on-call", at=later(5), recorded=later(5))
    assert caught.value.code == "QG-1412"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert ledger.append(FIRST, Acknowledged(), actor="on-call", at=later(5), recorded=later(5)).state == "acknowledged"


@POSIX
def test_a_limit_on_file_size_leaves_no_half_log(tmp_path: Path) -> None:
    """The system itself cuts a write short, as a full disk does."""
    import resource

    opened(tmp_path)
    before = Ledger(tmp_path).paths(FIRST).events.read_bytes()

    def attempt() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, len(before) + 50))
        try:
            Ledger(tmp_path).append(FIRST, Noted(text="x" * 500), actor="a", at=later(1), recorded=later(1))
        except ConfigError as error:
            os._exit(7 if error.code == "QG-1412" else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(forked(attempt), 0)[1]) == 7
    assert Ledger(tmp_path).paths(FIRST).events.read_bytes() == before


def test_one_broken_log_does_not_hide_the_others(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    ledger.open(record("PM-2025-09-27-02"), actor="a", recorded=MORNING)
    ledger.paths(FIRST).events.write_text("{half", encoding="utf-8")
    found = ledger.records()
    assert [one.id for one in found.records] == ["PM-2025-09-27-02"]
    assert len(found.warnings) == 1
    assert "QG-1702" in found.warnings[0]
    with pytest.raises(ConfigError, match="line 1") as caught:
        ledger.append(FIRST, Acknowledged(), actor="a", at=later(1), recorded=later(1))
    assert caught.value.code == "QG-1702"
    assert ledger.paths(FIRST).events.read_text(encoding="utf-8") == "{half"


@pytest.mark.parametrize(
    "name", ["PM-2025-13-01-01", "PM-2025-09-27-1", "../x", "PM-2025-09-27-01\n", "PM-２０２５-09-27-01"]
)
def test_what_is_no_id_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Ledger(tmp_path).record(name)
    assert caught.value.code == "QG-1701"
