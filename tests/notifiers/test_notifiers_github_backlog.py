"""One issue per action, whatever happens in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from github_server import REPOSITORY, TOKEN, Platform, Scripted

from qualitygate.core.backlog import BacklogItem
from qualitygate.core.delivery import Delivered, Rejected, Retryable
from qualitygate.notifiers.github.backlog import Backlog
from qualitygate.notifiers.github.client import Client
from qualitygate.notifiers.github.errors import DeniedError
from qualitygate.notifiers.github.target import Endpoint

MARKER = "<!-- qualitygate:action PM-2025-09-27-01/0123456789abcdef -->"
ITEM = BacklogItem(
    incident="PM-2025-09-27-01",
    key="0123456789abcdef",
    title="Check LUT versions before the export",
    lines=("Owner: `@octocat`", "Due: 2025-10-15"),
    labels=("incident", "severity/S1", "size/M", "type/prevent"),
    assignee="octocat",
    since="2025-09-27T04:12:00Z",
)
Make = Callable[..., Backlog]


def test_it_is_created_once(backlog: Make, platform: Platform) -> None:
    assert backlog().deliver(ITEM) == Delivered(f"{platform.url}/{REPOSITORY}/issues/1", "created")
    issue = platform.issues[1]
    assert issue["title"] == ITEM.title
    assert issue["body"].splitlines()[:3] == [MARKER, "- Owner: `@octocat`", "- Due: 2025-10-15"]
    assert [label["name"] for label in issue["labels"]] == list(ITEM.labels)
    assert issue["assignees"] == [{"login": "octocat"}]
    writes = platform.writes()
    again = backlog().deliver(ITEM)
    assert isinstance(again, Delivered)
    assert again.change == "unchanged"
    assert platform.writes() == writes


def test_it_is_found_on_a_later_page(backlog: Make, platform: Platform) -> None:
    platform.page = 10
    for _ in range(35):
        platform.add_issue(labels=[{"name": "incident"}], body="<!-- qualitygate:action PM-2025-09-27-01/0 -->")
    backlog().deliver(ITEM)
    again = backlog().deliver(ITEM)
    assert isinstance(again, Delivered)
    assert again.url == f"{platform.url}/{REPOSITORY}/issues/36"
    assert len(platform.issues) == 36


def test_it_is_found_when_its_labels_are_gone(backlog: Make, platform: Platform) -> None:
    backlog().deliver(ITEM)
    platform.issues[1]["labels"] = [{"name": "theirs"}]
    again = backlog().deliver(ITEM)
    assert isinstance(again, Delivered)
    assert again.change == "updated"
    assert [label["name"] for label in platform.issues[1]["labels"]] == ["theirs", *ITEM.labels]
    assert len(platform.issues) == 1


def test_it_is_found_by_its_recorded_address_and_renamed(backlog: Make, platform: Platform) -> None:
    first = backlog().deliver(ITEM)
    assert isinstance(first, Delivered)
    renamed = replace(ITEM, title="Check all LUTs", key="f" * 16, url=first.url)
    assert backlog().deliver(renamed) == Delivered(first.url, "updated")
    assert platform.issues[1]["title"] == "Check all LUTs"
    assert MARKER not in platform.issues[1]["body"]
    assert "ffff" in platform.issues[1]["body"]
    assert len(platform.issues) == 1


def test_what_people_wrote_around_our_part_stays(backlog: Make, platform: Platform) -> None:
    backlog().deliver(ITEM)
    platform.issues[1]["body"] = f"Before.\r\n\r\n{platform.issues[1]['body']}\r\n\r\nAfter, with\r\n- [ ] a box"
    platform.issues[1]["assignees"] = [{"login": "hubot"}]
    later = replace(ITEM, lines=("Owner: `@octocat`", "Due: 2025-11-01"))
    told = backlog().deliver(later)
    assert isinstance(told, Delivered)
    assert told.change == "updated"
    assert told.notes == ("it is assigned to hubot, and the action to octocat [QG-1779]",)
    body = platform.issues[1]["body"].replace("\r\n", "\n")
    assert body.startswith(f"Before.\n\n{MARKER}\n")
    assert body.endswith("\n\nAfter, with\n- [ ] a box")
    assert "2025-11-01" in body
    assert "2025-10-15" not in body
    assert platform.issues[1]["assignees"] == [{"login": "hubot"}]


def test_labels_that_no_longer_hold_go_and_others_stay(backlog: Make, platform: Platform) -> None:
    backlog().deliver(ITEM)
    platform.issues[1]["labels"].append({"name": "help wanted"})
    backlog().deliver(replace(ITEM, labels=("incident", "severity/S2", "size/M", "type/prevent")))
    found = {label["name"] for label in platform.issues[1]["labels"]}
    assert found == {"incident", "severity/S2", "size/M", "type/prevent", "help wanted"}


def test_dropped_labels_and_assignees_are_said_once_and_again(backlog: Make, platform: Platform) -> None:
    """Without push access GitHub answers 201 as if nothing were missing."""
    platform.push = False
    for change in ("created", "unchanged"):
        told = backlog().deliver(ITEM)
        assert isinstance(told, Delivered)
        assert told.change == change
        assert told.notes == (
            "the labels incident, severity/S1, size/M, type/prevent were dropped, for the token has no push access "
            "[QG-1777]",
            "the assignee octocat was dropped, for the token has no push access [QG-1777]",
        )
    assert len(platform.issues) == 1
    assert len(platform.writes()) == 1


def test_an_assignee_that_does_not_exist_is_left_out_and_said(backlog: Make, platform: Platform) -> None:
    told = backlog().deliver(replace(ITEM, assignee="nobody-here"))
    assert told == Delivered(
        f"{platform.url}/{REPOSITORY}/issues/1",
        "created",
        notes=("the platform refuses the assignees nobody-here [QG-1777]",),
    )
    again = backlog().deliver(replace(ITEM, assignee="nobody-here"))
    assert isinstance(again, Delivered)
    assert "nobody-here" in again.notes[0]


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (201, b"<html>"), (201, b'{"id": 1}'), (None, b"")])
def test_created_without_an_answer_is_found_again(
    backlog: Make, platform: Platform, status: int | None, body: bytes
) -> None:
    platform.then("POST", "/issues", Scripted(status, body, done=True))
    told = backlog().deliver(ITEM)
    assert told == Delivered(f"{platform.url}/{REPOSITORY}/issues/1", "created")
    assert len(platform.issues) == 1


def test_not_created_is_tried_again(backlog: Make, platform: Platform, passing: Any) -> None:
    platform.then("POST", "/issues", Scripted(502), Scripted(500))
    assert isinstance(backlog().deliver(ITEM), Delivered)
    assert len(platform.issues) == 1
    platform.then("POST", "/issues", *[Scripted(500)] * 9)
    lasting = backlog().deliver(replace(ITEM, key="1" * 16))
    assert isinstance(lasting, Retryable)
    assert "fault 500" in lasting.reason
    assert len(platform.issues) == 1


def test_a_closed_issue_is_left_alone(backlog: Make, platform: Platform) -> None:
    backlog().deliver(ITEM)
    writes = platform.writes()
    for reason, status in (("completed", "done"), (None, "done"), ("not_planned", "dropped"), ("duplicate", "dropped")):
        platform.issues[1].update(state="closed", state_reason=reason, title="renamed by somebody")
        told = backlog().deliver(ITEM)
        assert isinstance(told, Delivered)
        assert (told.change, told.status) == ("unchanged", status)
    assert platform.writes() == writes


def test_two_with_the_same_marker(backlog: Make, platform: Platform) -> None:
    backlog().deliver(ITEM)
    platform.add_issue(body=platform.issues[1]["body"], labels=platform.issues[1]["labels"])
    told = backlog().deliver(ITEM)
    assert isinstance(told, Delivered)
    assert told.url == f"{platform.url}/{REPOSITORY}/issues/1"
    assert "#1 is taken; #2 carry the same marker [QG-1778]" in told.notes


def test_a_pull_request_with_the_marker_is_none(backlog: Make, platform: Platform) -> None:
    platform.add_issue(body=MARKER, pull_request={"url": "x"}, labels=[{"name": "incident"}])
    backlog().deliver(ITEM)
    assert len(platform.issues) == 2


@pytest.mark.parametrize("text", [f"quoted: {MARKER}", f"> {MARKER}", f"    {MARKER}", MARKER.upper()])
def test_a_marker_that_is_only_mentioned_is_none(backlog: Make, platform: Platform, text: str) -> None:
    platform.add_issue(body=text, labels=[{"name": "incident"}])
    backlog().deliver(ITEM)
    assert len(platform.issues) == 2


@pytest.mark.parametrize(
    ("changed", "says"), [({"title": "Other"}, "its title is 'Other'"), ({"body": f"{MARKER}\nlost"}, "its body")]
)
def test_read_back_and_compared(backlog: Make, platform: Platform, changed: dict[str, str], says: str) -> None:
    platform.after_read = lambda issue: issue | changed
    told = backlog().deliver(ITEM)
    assert isinstance(told, Rejected)
    assert told.code == "QG-1776"
    assert says in told.reason
    assert told.url == f"{platform.url}/{REPOSITORY}/issues/1"


def test_not_read_back_is_said_and_the_address_kept(backlog: Make, platform: Platform) -> None:
    ready = backlog()
    platform.then("GET", "/issues/1$", *[Scripted(500)] * 9)
    told = ready.deliver(ITEM)
    assert isinstance(told, Delivered)
    assert told.url == f"{platform.url}/{REPOSITORY}/issues/1"
    assert "not read back" in told.notes[0]


def test_the_recorded_ticket_is_gone(backlog: Make, platform: Platform) -> None:
    """It is not created again behind somebody's back who deleted it."""
    told = backlog().deliver(replace(ITEM, url=f"{platform.url}/{REPOSITORY}/issues/77"))
    assert isinstance(told, Rejected)
    assert told.code == "QG-1773"
    assert platform.issues == {}


def test_addresses_of_this_repository(backlog: Make, platform: Platform) -> None:
    ready = backlog()
    assert ready.owns(f"{platform.url}/Octo-Org/LOOKS/issues/5")
    for url in (
        f"{platform.url}/octo-org/looks/pull/5",
        f"{platform.url}/octo-org/other/issues/5",
        "https://jira.example/browse/A-5",
        f"https://evil.example/{REPOSITORY}/issues/5",
        f"{platform.url}/octo-org/looks/issues/0",
        "https://[",
        "",
    ):
        assert not ready.owns(url)


def test_a_rate_limit_in_the_middle(backlog: Make, platform: Platform) -> None:
    ready = backlog()
    assert isinstance(ready.deliver(ITEM), Delivered)
    limit = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1760009999"}
    platform.then("POST", "/issues", Scripted(403, b'{"message": "API rate limit exceeded"}', limit))
    told = ready.deliver(replace(ITEM, key="2" * 16))
    assert isinstance(told, Retryable)
    assert told.after is not None
    assert told.after > 9000
    assert len(platform.issues) == 1


@pytest.mark.parametrize(
    ("change", "says"), [({"has_issues": False}, "issues are disabled"), ({"archived": True}, "is archived")]
)
def test_a_repository_without_issues(backlog: Make, platform: Platform, change: dict[str, bool], says: str) -> None:
    vars(platform).update(change)
    with pytest.raises(DeniedError, match=says):
        backlog()


def test_issues_are_disabled_meanwhile(backlog: Make, platform: Platform) -> None:
    ready = backlog()
    platform.has_issues = False
    told = ready.deliver(ITEM)
    assert isinstance(told, Rejected)
    assert (told.code, "issues are disabled" in told.reason) == ("QG-1773", True)


def test_invalid_content_is_refused_with_its_reason(backlog: Make, platform: Platform) -> None:
    body = json.dumps({"message": "Validation Failed", "errors": [{"field": "title", "code": "missing_field"}]})
    platform.then("POST", "/issues", Scripted(422, body.encode()))
    told = backlog().deliver(ITEM)
    assert isinstance(told, Rejected)
    assert (told.code, "title missing_field" in told.reason) == ("QG-1774", True)


def test_a_long_title_is_cut_and_stays_so(backlog: Make, platform: Platform) -> None:
    long = replace(ITEM, title="Größe " * 60)
    assert isinstance(backlog().deliver(long), Delivered)
    assert len(platform.issues[1]["title"]) == 256
    assert backlog().deliver(long) == Delivered(f"{platform.url}/{REPOSITORY}/issues/1", "unchanged")


def test_a_dry_run_writes_nothing(backlog: Make, platform: Platform) -> None:
    assert backlog(dry_run=True).deliver(ITEM) == Delivered(None, "created")
    backlog().deliver(ITEM)
    writes = platform.writes()
    told = backlog(dry_run=True).deliver(replace(ITEM, title="Another"))
    assert told == Delivered(f"{platform.url}/{REPOSITORY}/issues/1", "updated")
    assert platform.writes() == writes


def test_a_wrong_token(platform: Platform, passing: Any) -> None:
    with (
        Client(Endpoint(platform.url, TOKEN + "x"), sleep=passing.sleep, clock=passing.clock) as client,
        pytest.raises(DeniedError, match="the token is not known"),
    ):
        Backlog(client, REPOSITORY).open()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://evil.example/x", "", "\x1b[1m", "https://["])
def test_an_address_that_is_none_is_not_recorded(backlog: Make, platform: Platform, url: str) -> None:
    platform.then("POST", "/issues", Scripted(500, done=True))
    ready = backlog()
    platform.after_read = lambda issue: issue | {"html_url": url}
    told = ready.deliver(ITEM)
    assert isinstance(told, Delivered)
    assert told.url == f"{platform.url}/{REPOSITORY}/issues/1"
