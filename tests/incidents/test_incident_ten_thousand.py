"""Ten thousand incidents: each log is read once, and lists and KPIs stay within what a person waits for."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ledger_cases import record

from qualitygate.cli import root as command
from qualitygate.cli import run
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents import views
from qualitygate.incidents.events import Event
from qualitygate.incidents.facts import Times
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line, from_line, to_line
from qualitygate.incidents.postmortem import to_json

COUNT = 10_000
# The limit, and three times that where others work on the machine, too.
SECONDS = 2.0
STEPS = (
    of.Acknowledged(), of.MitigationStarted(), of.Mitigated(kind="rollback"), of.Noted(text="a note"),
    of.ImpactRecorded(count=5, unit="images", source="log"), of.Drafted(), of.Submitted(),
)  # fmt: skip


def lines_of(incident_id: str, number: int, at: datetime) -> list[Line]:
    times = [f"{at + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}" for minute in range(len(STEPS) + 1)]
    made = record(incident_id, severity=list(Severity)[number % 4], times=Times(detected=times[0]))
    lines: list[Line] = []
    for seq, (data, time_) in enumerate(zip((of.Opened(record=made), *STEPS), times, strict=True)):
        event = Event(
            uid=f"{number:024x}{seq:08x}",
            incident=incident_id,
            seq=seq,
            at=time_,
            recorded=time_,
            actor="on-call",
            prev=tuple(line.sha256 for line in lines[-1:]),
            data=data,
        )
        lines.append(from_line(to_line(event)))
    return lines


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand incidents with eight events each, written without waiting for the disk."""
    root = tmp_path_factory.mktemp("many")
    ledger = Ledger(root)
    views.prepare(ledger.paths("PM-2025-01-01-01").folder)
    rows = {}
    for number in range(COUNT):
        at = datetime(2025, 1, 1, 4, 12, tzinfo=UTC) + timedelta(hours=number % 8_000)
        incident_id = f"PM-{at:%Y-%m-%d}-{100_000 + number}"
        lines = lines_of(incident_id, number, at)
        paths = ledger.paths(incident_id)
        paths.events.write_bytes(b"".join(to_line(line.event) + b"\n" for line in lines))
        rows[incident_id] = fold(lines)
        paths.json.write_bytes(to_json(rows[incident_id]))
        paths.markdown.write_bytes(b"")
    views.write_csv(root, None, list(rows), rows.__getitem__)
    return root


def within(limit: float, work: Callable[[], object]) -> None:
    """Whether work takes no more processor time than that, at the best of three attempts."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
        if spent[-1] <= limit:
            return
    assert min(spent) <= limit * 3, f"took {min(spent):.2f} s of processor time, allowed are {limit} s"


@pytest.mark.slow
def test_every_log_is_read_once(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    original = os.open

    def counted(path: str, *arguments: int, **options: int) -> int:
        opened.append(Path(path).name)
        return original(path, *arguments, **options)

    monkeypatch.setattr(os, "open", counted)
    found = Ledger(many).records()
    assert (len(found.records), found.warnings) == (COUNT, [])
    logs = [name for name in opened if name.endswith(".events.jsonl")]
    assert len(logs) == len(set(logs)) == COUNT
    assert len(opened) == COUNT


@pytest.mark.slow
@pytest.mark.parametrize("words", [["incident", "list"], ["incident", "list", "--format", "json"], ["kpi"]])
def test_lists_and_kpis_are_quick(
    many: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUALITYGATE_NOW", "2026-01-01T00:00:00Z")
    code = 0

    def work() -> None:
        nonlocal code
        capsys.readouterr()
        code = run(command, [*words, "--incident-dir", str(many)], "qualitygate")

    within(SECONDS, work)
    shown = capsys.readouterr()
    assert code in (0, 1)
    assert shown.err == ""
    if words[-1] == "json":
        assert len(json.loads(shown.out)["incidents"]) == COUNT


@pytest.mark.slow
def test_one_more_event_does_not_read_all_the_others(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(many)
    name = ledger.ids()[5_000]
    read: list[str] = []
    original = Ledger.content

    def counted(self: Ledger, incident_id: str) -> bytes:
        read.append(incident_id)
        return original(self, incident_id)

    monkeypatch.setattr(Ledger, "content", counted)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ledger.append(name, of.Noted(text="x"), actor="a", at=now, recorded=now)
    assert set(read) == {name}
