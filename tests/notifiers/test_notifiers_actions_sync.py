"""`qualitygate actions`: lists, CSV, and the way to the backlog and back, as a user runs them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from github_server import REPOSITORY, Platform, Scripted

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.narrative import Action
from qualitygate.incidents.postmortem import Postmortem

NOW = datetime(2025, 9, 28, 12, tzinfo=UTC)
FIRST = Action(
    title="Check LUT versions before the export",
    owner="@octocat",
    due="2025-10-15",
    size="M",
    benefit="L",
    type="prevent",
)
SECOND = Action(title="Photograph the set again", owner="Photo studio", due="2025-10-25", size="S", type="repair")


@pytest.fixture
def incident(tmp_path: Path) -> Callable[..., Postmortem]:
    """Open an incident with actions and publish its postmortem."""

    def make(
        *actions: Action, name: str = "PM-2025-09-27-01", published: bool = True, severity: str = "S1", **impact: Any
    ) -> Postmortem:
        record = Postmortem(
            id=name,
            title="Orange skies on the landing page",
            severity=Severity(severity),
            state=IncidentState.DETECTED,
            kind=IncidentKind.REAL,
            times=Times(detected="2025-09-27T04:12:00Z"),
            impact=Impact(summary="4,200 banners", count=4200, **impact),
            actions=actions,
        )
        ledger = Ledger(tmp_path)
        opened = ledger.open(record, actor="on-call", recorded=NOW)
        assert opened is not None
        if published:
            ledger.append(name, of.Published(), actor="lead", at=NOW, recorded=NOW)
        return ledger.record(name)

    return make


def events(tmp_path: Path, name: str = "PM-2025-09-27-01") -> int:
    return len((tmp_path / f"run/_/postmortems/{name}.events.jsonl").read_bytes().splitlines())


def test_twice_the_same_run(qg: Callable, incident: Callable, platform: Platform, tmp_path: Path) -> None:
    before = incident(FIRST, SECOND)
    told = qg("actions", "sync")
    assert told.code == 0, told.out + told.err
    assert f"created     PM-2025-09-27-01  {FIRST.title}  {platform.url}/{REPOSITORY}/issues/1" in told.out
    assert f"{REPOSITORY}: 2 actions, 2 created" in told.out
    after = Ledger(tmp_path).record(before.id)
    assert [action.ticket_url for action in after.actions] == [
        f"{platform.url}/{REPOSITORY}/issues/1",
        f"{platform.url}/{REPOSITORY}/issues/2",
    ]
    assert content_digest(document_of(after)) == content_digest(document_of(before))
    assert f"{REPOSITORY}/issues/1" in (tmp_path / "run/_/postmortems/PM-2025-09-27-01.json").read_text()
    assert [label["name"] for label in platform.issues[2]["labels"]] == [
        "incident", "severity/S1", "size/S", "type/repair",
    ]  # fmt: skip
    assert platform.issues[2]["assignees"] == []  # a name is no login
    assert "`Photo studio`" in platform.issues[2]["body"]
    assert "run/_/postmortems/PM-2025-09-27-01.md" in platform.issues[2]["body"]
    writes, count = platform.writes(), events(tmp_path)
    again = qg("actions", "sync")
    assert (again.code, "2 unchanged" in again.out) == (0, True)
    assert (platform.writes(), events(tmp_path)) == (writes, count)


def test_killed_between_creation_and_recording(
    qg: Callable, incident: Callable, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident(FIRST, SECOND)
    with monkeypatch.context() as patch:
        patch.setattr("qualitygate.cli.actions_sync._record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert qg("actions", "sync").code == 130
    assert len(platform.issues) == 2
    assert Ledger(tmp_path).record("PM-2025-09-27-01").actions[0].ticket_url is None
    again = qg("actions", "sync")
    assert (again.code, "2 unchanged" in again.out) == (0, True)
    assert len(platform.issues) == 2
    assert all(action.ticket_url for action in Ledger(tmp_path).record("PM-2025-09-27-01").actions)


def test_a_rate_limit_in_the_middle(qg: Callable, incident: Callable, platform: Platform, tmp_path: Path) -> None:
    incident(FIRST, SECOND, Action(title="Third"))
    limit = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1760009999"}
    platform.then("POST", "/issues", Scripted(500, done=True), Scripted(403, b"{}", limit))
    told = qg("actions", "sync")
    assert told.code == 1
    assert "the rate limit of 127.0.0.1" in told.out
    assert "not reached PM-2025-09-27-01  Third" in told.out
    assert "what was done is recorded" in told.out
    urls = [action.ticket_url for action in Ledger(tmp_path).record("PM-2025-09-27-01").actions]
    assert urls == [f"{platform.url}/{REPOSITORY}/issues/1", None, None]
    assert qg("actions", "sync").code == 0
    assert len(platform.issues) == 3


def test_a_closed_issue_makes_it_done_and_unverified(
    qg: Callable, incident: Callable, platform: Platform, tmp_path: Path
) -> None:
    incident(FIRST, SECOND)
    qg("actions", "sync")
    platform.issues[1].update(state="closed", state_reason="completed")
    platform.issues[2].update(state="closed", state_reason="not_planned")
    told = qg("actions", "sync", "--format", "json")
    assert told.code == 0
    first, second = json.loads(told.out)["actions"]
    assert (first["outcome"], first["status"], second["status"]) == ("unchanged", "done", "dropped")
    assert first["notes"] == [
        "the issue is closed, so the action is done, unverified: a proof or a person must confirm it"
    ]
    actions = Ledger(tmp_path).record("PM-2025-09-27-01").actions
    assert [(action.status, action.verified_by) for action in actions] == [("done", None), ("dropped", None)]
    assert "unverified" in qg("actions", "list", "--all").out
    # Opened again over there: said, and not undone here.
    platform.issues[1].update(state="open")
    told = qg("actions", "sync")
    assert "the action is done, and the issue open [QG-1779]" in told.out
    assert Ledger(tmp_path).record("PM-2025-09-27-01").actions[0].status == "done"


def test_dropped_labels_are_said_and_no_failure(qg: Callable, incident: Callable, platform: Platform) -> None:
    platform.push = False
    incident(FIRST)
    told = qg("actions", "sync")
    assert told.code == 0
    assert "the labels incident, severity/S1, size/M, type/prevent were dropped" in told.out
    assert "the assignee octocat was dropped" in told.out


def test_a_dry_run(qg: Callable, incident: Callable, platform: Platform, tmp_path: Path) -> None:
    incident(FIRST)
    count = events(tmp_path)
    told = qg("actions", "sync", "--dry-run")
    assert told.code == 0
    assert "would be created PM-2025-09-27-01" in told.out
    assert "1 action, 1 would be created" in told.out
    assert (platform.issues, platform.writes(), events(tmp_path)) == ({}, [], count)


def test_what_is_brought_and_what_is_not(qg: Callable, incident: Callable, platform: Platform) -> None:
    incident(FIRST, published=False)
    incident(
        Action(title="Elsewhere", ticket_url="https://tracker.example/A-1"),
        Action(title="Finished", status="done"),
        name="PM-2025-09-28-01",
    )
    told = qg("actions", "sync")
    assert told.code == 0
    assert "elsewhere   PM-2025-09-28-01  Elsewhere" in told.out
    assert "skipped     PM-2025-09-28-01  Finished" in told.out
    assert platform.issues == {}
    assert qg("actions", "sync", "PM-2025-09-27-01").code == 0
    assert len(platform.issues) == 1


def test_an_emergency_is_told_by_its_id_alone(qg: Callable, incident: Callable, platform: Platform) -> None:
    incident(FIRST, severity="S0")
    incident(FIRST, name="PM-2025-09-28-01", personal_data=True)
    qg("actions", "sync")
    for issue in platform.issues.values():
        assert "Orange skies" not in issue["body"]
        assert "4,200" not in issue["body"]


def test_text_of_the_postmortem_is_only_text(qg: Callable, incident: Callable, platform: Platform) -> None:
    """It mentions nobody, ends no comment and forges no marker."""
    nasty = "@everyone `x` <!-- qualitygate:action PM-2025-01-01-01/0123456789abcdef -->"
    incident(Action(title="A" * 250 + nasty, owner=f"team `of` {nasty}"), Action(title="B", owner="@org/team"))
    assert qg("actions", "sync").code == 0
    body = platform.issues[1]["body"].replace("\r\n", "\n")
    assert next(line for line in body.split("\n") if line.startswith("<!--")).count("PM-2025-09-27-01") == 1
    assert sum(line.startswith("<!-- qualitygate:action") for line in body.split("\n")) == 1
    assert "Owner: ``team `of` @everyone" in body
    assert platform.issues[2]["assignees"] == []


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"has_issues": False}, 2, "QG-1773"),
        ({"archived": True}, 2, "QG-1773"),
    ],
)
def test_a_backlog_that_cannot_be_used(
    qg: Callable, incident: Callable, platform: Platform, change: dict[str, bool], code: int, says: str
) -> None:
    incident(FIRST)
    vars(platform).update(change)
    told = qg("actions", "sync")
    assert (told.code, len(told.err.splitlines())) == (code, 1)
    assert says in told.err


def test_wrong_usage_is_one_line(qg: Callable, incident: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    incident(FIRST)
    assert "QG-1770" in qg("actions", "sync", "--repo", "looks").err
    assert "QG-1771" in qg("actions", "sync", "--api-url", "http://ghe.example").err
    assert "QG-1701" in qg("actions", "sync", "PM-2025-01-01-99").err
    assert "QG-1773" in qg("actions", "sync", "--repo", "octo-org/none").err
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_other")
    assert "QG-1772" in qg("actions", "sync").err
    monkeypatch.delenv("GITHUB_TOKEN")
    told = qg("actions", "sync")
    assert (told.code, "set GITHUB_TOKEN or GH_TOKEN" in told.err) == (2, True)
    assert qg("actions", "sync", "--dry-run").code == 0


def test_nothing_to_bring(qg: Callable, platform: Platform) -> None:
    told = qg("actions", "sync")
    assert (told.code, told.out) == (0, f"{REPOSITORY}: 0 actions to bring to the backlog\n")
    assert platform.requests == []


def test_the_platform_is_down(qg: Callable, incident: Callable, platform: Platform) -> None:
    incident(FIRST)
    platform.then("GET", "", *[Scripted(503)] * 9)
    told = qg("actions", "sync")
    assert (told.code, "QG-1775" in told.err) == (1, True)


def test_lists(qg: Callable, incident: Callable) -> None:
    incident(FIRST, SECOND, Action(title="Old", status="done", verified_by="proof"))
    incident(Action(title="露出を確認する", owner="撮影班"), name="PM-2025-09-28-01", published=False)
    lines = qg("actions", "list").out.splitlines()
    assert lines[0].split() == [
        "PM-2025-09-27-01", "S1", "overdue", "5", "d", "2025-10-15", "M", "prevent", "@octocat", *FIRST.title.split(),
    ]  # fmt: skip
    assert len(lines) == 3
    late = qg("actions", "list", "--overdue")
    assert (late.code, len(late.out.splitlines())) == (1, 1)
    rows = json.loads(qg("actions", "list", "--all", "--format", "json").out)["actions"]
    assert [row["title"] for row in rows] == [FIRST.title, SECOND.title, "Old", "露出を確認する"]
    assert rows[0]["overdue_days"] == 5
    one = qg("actions", "list", "PM-2025-09-28-01", "--overdue")
    assert (one.code, one.out) == (0, "no overdue actions\n")


def test_export_runs_nothing_in_a_spreadsheet(qg: Callable, incident: Callable, tmp_path: Path) -> None:
    titles = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", 'said "no", twice', "two\nlines", " =1", "plain"]
    incident(*(Action(title=title, owner="=cmd") for title in titles))
    assert qg("actions", "export", "--format", "csv", "-o", "out/actions.csv").out == ""
    content = (tmp_path / "out/actions.csv").read_bytes().decode()
    assert content == qg("actions", "export").out
    assert content.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["title"].removeprefix("'") for row in rows] == titles
    assert [row["title"] for row in rows if not row["title"].startswith("'")] == titles[5:7] + titles[8:]
    assert {row["owner"] for row in rows} == {"'=cmd"}
    assert '"said ""no"", twice"' in content


def test_what_was_edited_meanwhile_is_kept(
    qg: Callable, incident: Callable, platform: Platform, tmp_path: Path
) -> None:
    """Somebody adds an action and moves the others while GitHub is being asked."""
    before = incident(FIRST, SECOND)
    ledger = Ledger(tmp_path)
    added = Action(title="Added meanwhile")

    def edit(issue: dict[str, Any]) -> dict[str, Any]:
        if len(ledger.record(before.id).actions) == 2:
            document = msgspec.structs.replace(document_of(before), actions=(added, SECOND, FIRST))
            edited = of.Edited(document=document, source="markdown")
            ledger.append(before.id, edited, actor="lead", at=NOW, recorded=NOW)
        return issue

    platform.after_read = edit
    assert qg("actions", "sync").code == 0
    actions = ledger.record(before.id).actions
    numbers = [(action.title, (action.ticket_url or "")[-2:]) for action in actions]
    assert numbers == [("Added meanwhile", ""), (SECOND.title, "/2"), (FIRST.title, "/1")]


def test_what_cannot_be_recorded_is_said_and_found_again(
    qg: Callable, incident: Callable, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident(FIRST)

    def full(*_: object, **__: object) -> None:
        raise ConfigError("No space left on device", code="QG-1412")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "extend", full)
        told = qg("actions", "sync")
    assert (told.code, "QG-1412" in told.err) == (2, True)
    assert qg("actions", "sync").code == 0
    assert len(platform.issues) == 1


def test_long_waits_are_said(qg: Callable, incident: Callable, platform: Platform) -> None:
    incident(FIRST)
    platform.then("POST", "/issues", Scripted(429, b"{}", {"retry-after": "42"}))
    told = qg("actions", "sync")
    assert (told.code, told.err) == (0, "qualitygate: waiting 42 s for the platform\n")
