"""`qualitygate check --comment`: what stands on the pull request, and that nothing there ever changes the verdict."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from github_server import REPOSITORY, Platform, Scripted
from PIL import Image as Pillow

from qualitygate.cli.sticky_comment import run_link
from qualitygate.notifiers.github import comment
from qualitygate.reporters import markdown

CHECK = ("--profile", "ui", "--metric", "delta_e_2000", "--workers", "1", "--no-incident", "--comment")
FORBIDDEN = b'{"message": "Resource not accessible by integration"}'


@pytest.fixture
def check(qg: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Judge one small picture, as it should be or red, in a run for pull request 12."""
    for name, colour in (("reference", "#808080"), ("good", "#808080"), ("bad", "#ff0000")):
        (tmp_path / name).mkdir()
        Pillow.new("RGB", (64, 64), colour).save(tmp_path / name / "icon.png")
    monkeypatch.setenv("GITHUB_REF", "refs/pull/12/merge")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_RUN_ID", "4711")

    def call(candidate: str, *more: str) -> Any:
        return qg("check", "reference", candidate, *CHECK, *more)

    return call


def test_a_failure_is_told_and_renewed_until_it_passed(check: Callable[..., Any], platform: Platform) -> None:
    told = check("bad")
    assert told.code == 1
    (only,) = platform.comments[12]
    assert told.err.strip() == f"qualitygate: comment on #12 created: {only['html_url']}"
    assert only["body"].startswith(comment.MARKER)
    assert "icon.png" in only["body"]
    assert f"https://github.com/{REPOSITORY}/actions/runs/4711" in only["body"]
    assert "unchanged" in check("bad").err
    first = only["body"]
    told = check("good")
    assert told.code == 0
    assert "updated" in told.err
    assert only["body"] != first
    assert "passed" in only["body"]
    assert "icon.png" not in only["body"].partition("<details>")[0]
    assert len(platform.comments[12]) == 1


def test_a_run_that_passed_begins_none(check: Callable[..., Any], platform: Platform) -> None:
    told = check("good")
    assert told.code == 0
    assert told.err == "qualitygate: no comment on #12: all is well, and none is there to be renewed\n"
    assert platform.comments == {}


def test_a_strangers_comment_with_the_marker_stays(check: Callable[..., Any], platform: Platform) -> None:
    theirs = platform.add_comment(12, body=f"{comment.MARKER}\nQuality gate: passed", user={"login": "mallory"})
    assert check("bad").code == 1
    assert theirs["body"].endswith("passed")
    assert [one["user"]["login"] for one in platform.comments[12]] == ["mallory", "github-actions[bot]"]


@pytest.mark.parametrize(("candidate", "code"), [("good", 0), ("bad", 1)])
@pytest.mark.parametrize(
    ("method", "pattern", "scripted"),
    [
        ("GET", "/comments", Scripted(403, FORBIDDEN)),
        ("GET", "/comments", Scripted(404)),
        ("GET", "/comments", Scripted(401)),
        ("GET", "/comments", Scripted(403, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1760003600"})),
        ("GET", "/comments", Scripted(200, b"<html>")),
        ("GET", "/comments", Scripted(200, b'{"id": "x"}')),
        ("GET", "/comments", Scripted(200, b'[{"id": "x", "body": 7}]')),
        ("GET", "/comments", Scripted(302, headers={"Location": "http://127.0.0.1:9/elsewhere"})),
        ("POST", "/graphql", Scripted(None)),
        ("POST", "/graphql", Scripted(401)),
        ("PATCH", "/comments", Scripted(403, FORBIDDEN)),
        ("PATCH", "/comments", Scripted(422)),
        ("PATCH", "/comments", Scripted(500)),
    ],
    ids=lambda value: f"{value.status}" if isinstance(value, Scripted) else None,
)
def test_nothing_there_changes_the_verdict(
    check: Callable[..., Any], platform: Platform, candidate: str, code: int, method: str, pattern: str, scripted: Any
) -> None:
    ours = platform.add_comment(12, body=f"{comment.MARKER}\nold")
    platform.then(method, pattern, *[scripted] * 9)
    told = check(candidate)
    assert told.code == code
    *waits, line = told.err.splitlines()
    assert all("waiting" in wait for wait in waits)
    assert line.startswith("qualitygate: no comment: ")
    assert "[QG-17" in line
    assert ours["body"].endswith("old")
    assert ("PASSED" if code == 0 else "FAILED") in told.out


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GITHUB_TOKEN", "", "no token"),
        ("GITHUB_TOKEN", "a b", "is no token"),
        ("GITHUB_REF", "refs/heads/main", "no run for a pull request"),
        ("GITHUB_REF", "", "no run for a pull request"),
        ("GITHUB_REPOSITORY", "../..", "is no repository"),
        ("GITHUB_API_URL", "http://example.org", "not encrypted"),
        ("GITHUB_API_URL", "http://127.0.0.1:1", "cannot be reached"),
    ],
)
def test_what_is_missing_is_said(
    check: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, platform: Platform, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    told = check("bad")
    assert told.code == 1
    (line,) = told.err.splitlines()
    assert said in line
    assert platform.comments == {}


def test_without_the_extra_it_says_which(check: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    told = check("bad")
    assert told.code == 1
    assert "image-qualitygate[github]" in told.err


def test_the_report_is_whole_on_standard_output(check: Callable[..., Any], platform: Platform) -> None:
    told = check("bad", "--format", "json")
    assert json.loads(told.out)["verdict"] == "failed"


def test_within_the_queue_it_is_the_same_comment(
    check: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, platform: Platform
) -> None:
    check("bad")
    monkeypatch.setenv("GITHUB_REF", f"refs/heads/gh-readonly-queue/main/pr-12-{'a' * 40}")
    monkeypatch.setenv("GITHUB_RUN_ID", "4712")
    assert "updated" in check("bad").err
    assert len(platform.comments[12]) == 1


def test_marker_and_size_are_those_of_the_report() -> None:
    assert comment.MARKER == markdown.MARKER
    assert markdown.MAX_BYTES + 1_000 <= comment.MAX_BYTES <= 65_536


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"GITHUB_SERVER_URL": "javascript:alert(1)", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "1"},
        {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b)[x](c", "GITHUB_RUN_ID": "1"},
        {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "1)"},
    ],
)
def test_a_link_that_is_none_is_left_out(given: dict[str, str]) -> None:
    assert run_link(given) == ""


def test_it_waits_for_a_rate_limit_but_not_long(check: Callable[..., Any], platform: Platform, passing: Any) -> None:
    platform.then("GET", "/comments", Scripted(429, headers={"Retry-After": "20"}))
    assert "created" in check("bad").err
    assert sum(passing.slept) < 40
    platform.then("GET", "/comments", Scripted(429, headers={"Retry-After": "31"}))
    assert "rate limit" in check("bad").err
