"""Days that no calendar has, and days too far off to reckon with: none comes in, and one that is there does no harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.narrative import Action, TimelineEntry
from qualitygate.incidents.postmortem import Postmortem, to_json

ID = "PM-2025-09-27-01"
MORNING = datetime(2025, 9, 27, 4, 12, tzinfo=UTC)
VERBS = (
    ("incident", "status"),
    ("incident", "status", ID),
    ("incident", "list"),
    ("incident", "show", ID),
    ("incident", "next", ID),
    ("incident", "verify"),
    ("kpi",),
    ("actions", "list"),
    ("dashboard", "build"),
)


def record(
    due: str = "2025-10-01", row: str = "2025-09-27T04:12:00Z", detected: str = "2025-09-27T04:12:00Z"
) -> Postmortem:
    return Postmortem(
        id=ID,
        title="Hero pictures too green",
        severity=Severity.S1,
        state=IncidentState.DETECTED,
        kind=IncidentKind.REAL,
        times=Times(detected=detected),
        impact=Impact(summary="seen by users", count=0),
        timeline=(TimelineEntry(at=row, event="Alert", owner="Monitor"),),
        actions=(Action(title="Pin the table", due=due, owner="Brand"),),
    )


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Markdown and JSON of an incident."""
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-28T09:00:00Z")
    monkeypatch.setenv("QUALITYGATE_ACTOR", "lead")
    paths = Ledger(tmp_path).paths(ID)
    return paths.markdown, paths.json


def opened(root: Path, one: Postmortem) -> None:
    assert Ledger(root).open(one, actor="Monitor", recorded=MORNING) is not None


@pytest.mark.parametrize("due", ["9999-12-31", "1969-12-31", "2025-02-30", "0000-00-00"])
def test_no_such_due_date_comes_in_by_the_markdown(
    qg: Callable[..., Any], files: tuple[Path, Path], tmp_path: Path, due: str
) -> None:
    opened(tmp_path, record())
    text = files[0].read_text(encoding="utf-8").replace("2025-10-01", due)
    files[0].write_text(text, encoding="utf-8")
    told = qg("postmortem", "sync", ID)
    line = 1 + text[: text.index(due)].count("\n")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert f"{ID}.md:{line}: '{due}' " in told.err
    for verb in VERBS:
        assert qg(*verb).code in (0, 1)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("2025-09-27T04:12:00Z", "2025-09-31T00:00:00Z", "$.timeline[0].at"),
        ("2025-09-27T04:12:00Z", "2025-09-27T25:61:00Z", "$.timeline[0].at"),
        ("2025-09-27T04:12:00Z", "9999-12-31T23:59:59Z", "$.timeline[0].at"),
        ("2025-10-01", "2025-02-30", "$.actions[0].due"),
        ("2025-10-01", "9999-12-31", "$.actions[0].due"),
    ],
)
@pytest.mark.parametrize("version", ["logged", "without a log"])
def test_none_comes_in_by_the_json(
    qg: Callable[..., Any], files: tuple[Path, Path], tmp_path: Path, old: str, new: str, path: str, version: str
) -> None:
    if version == "logged":
        opened(tmp_path, record())
    else:
        files[1].parent.mkdir(parents=True)
        files[1].write_bytes(to_json(record()))
    raw = json.loads(files[1].read_bytes())
    place = raw["timeline"][0] if "timeline" in path else raw["actions"][0]
    name = path.rpartition(".")[2]
    assert place[name] == old
    place[name] = new
    files[1].write_text(json.dumps(raw), encoding="utf-8")
    markdown = files[0].read_bytes() if files[0].exists() else None
    told = qg("postmortem", "sync", ID)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert f"{ID}.json: {path}: '{new}' " in told.err
    assert "[QG-1759]" in told.err
    assert (files[0].read_bytes() if files[0].exists() else None) == markdown


@pytest.mark.parametrize(
    ("due", "row"),
    [
        ("9999-12-31", "2025-09-31T00:00:00Z"),
        ("2025-02-30", "9999-12-31T23:59:59Z"),
        ("0001-01-01", "٢٠٢٥-٠٩-٢٧T٠٤:١٢:٠٠Z"),
    ],
)
def test_one_that_is_in_the_log_is_survived_told_and_mended(
    qg: Callable[..., Any], files: tuple[Path, Path], tmp_path: Path, due: str, row: str
) -> None:
    opened(tmp_path, record(due, row))
    for verb in VERBS:
        for form in ((), ("--format", "json"))[: 1 if verb[0] == "dashboard" else 2]:
            told = qg(*verb, *form)
            assert told.code in (0, 1), (verb, told.err)
            assert not told.err, verb
    told = qg("postmortem", "sync", ID)
    assert told.code == 2
    assert f"{ID}.md:" in told.err
    files[0].write_text(
        "\n".join(
            "| 04:12 | Alert | Monitor |" if "| Alert |" in line else line.replace(due, "2025-10-01")
            for line in files[0].read_text(encoding="utf-8").split("\n")
        ),
        encoding="utf-8",
    )
    assert qg("postmortem", "sync", ID).code == 0
    assert Ledger(tmp_path).record(ID).actions[0].due == "2025-10-01"
    assert Ledger(tmp_path).record(ID).timeline[0].at == "2025-09-27T04:12:00Z"
    assert qg("postmortem", "sync", "--check", ID).out == f"{ID}  in step\n"


@pytest.mark.parametrize("detected", ["9999-12-31T23:59:59Z", "2025-02-30T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_a_log_whose_facts_cannot_be_reckoned_with_is_no_log(
    qg: Callable[..., Any], files: tuple[Path, Path], tmp_path: Path, detected: str
) -> None:
    opened(tmp_path, record())
    log = Ledger(tmp_path).paths(ID).events
    log.write_bytes(log.read_bytes().replace(b'"detected":"2025-09-27T04:12:00Z"', f'"detected":"{detected}"'.encode()))
    told = qg("incident", "show", ID)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert detected in told.err
    assert "[QG-1702]" in told.err
