"""Whose change a CI job judges, and with it whether commands of a case may be run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qualitygate.proofs.trust import refusal
from qualitygate.proving.commands import filled, leave


def pull(head: str | None, base: str = "team/shop") -> dict:
    repo = None if head is None else {"full_name": head}
    return {"pull_request": {"head": {"repo": repo}, "base": {"repo": {"full_name": base}}}}


def github(event: str) -> dict[str, str]:
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "CI": "true"}


def workflow(event: str, head: str) -> dict:
    return {
        "workflow_run": {"event": event, "head_repository": {"full_name": head}},
        "repository": {"full_name": "team/shop"},
    }


def gitlab(**more: str) -> dict[str, str]:
    return {"GITLAB_CI": "true", "CI_PROJECT_ID": "1", **more}


@pytest.mark.parametrize(
    ("environ", "payload"),
    [
        ({}, None),
        ({"CI": "true"}, None),
        (github("push"), None),
        (github("schedule"), None),
        (github("workflow_dispatch"), None),
        (github("merge_group"), None),
        (github("pull_request"), pull("team/shop")),
        (github("workflow_run"), workflow("push", "team/shop")),
        (github("workflow_run"), workflow("pull_request", "team/shop")),
        (gitlab(CI_PIPELINE_SOURCE="push"), None),
        (
            gitlab(
                CI_PIPELINE_SOURCE="merge_request_event",
                CI_MERGE_REQUEST_SOURCE_PROJECT_ID="1",
                CI_MERGE_REQUEST_PROJECT_ID="1",
            ),
            None,
        ),
    ],
)
def test_a_change_of_the_team_may(environ, payload) -> None:
    assert refusal(environ, payload) is None


@pytest.mark.parametrize(
    ("environ", "payload"),
    [
        (github("pull_request"), pull("stranger/shop")),
        (github("pull_request"), pull(None)),
        (github("pull_request"), None),
        (github("pull_request"), {}),
        (github("pull_request"), {"pull_request": []}),
        (github("pull_request_review"), pull("stranger/shop")),
        (github("pull_request_target"), pull("team/shop")),
        (github("workflow_run"), workflow("pull_request", "stranger/shop")),
        (github("workflow_run"), None),
        (github("issue_comment"), {}),
        (github(""), None),
        (gitlab(CI_PIPELINE_SOURCE="external_pull_request_event"), None),
        (gitlab(CI_PIPELINE_SOURCE="merge_request_event"), None),
        (
            gitlab(
                CI_PIPELINE_SOURCE="merge_request_event",
                CI_MERGE_REQUEST_SOURCE_PROJECT_ID="2",
                CI_MERGE_REQUEST_PROJECT_ID="1",
            ),
            None,
        ),
    ],
)
def test_a_stranger_may_not_and_neither_may_whoever_is_unknown(environ, payload) -> None:
    assert refusal(environ, payload)


def test_the_event_is_read_from_its_file_and_an_unreadable_one_refuses(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    environ = {**github("pull_request"), "GITHUB_EVENT_PATH": str(event)}
    assert leave(True, environ).refused is not None
    event.write_text(json.dumps(pull("team/shop")))
    assert leave(True, environ).refused is None
    event.write_text(json.dumps(pull("stranger/shop")))
    assert "stranger/shop" in (leave(True, environ).refused or "")
    event.write_text("[" * 100_000)
    assert leave(True, environ).refused is not None
    assert leave(False, {}).refused is not None


def test_a_value_is_never_searched_for_placeholders() -> None:
    values = {"prompt": "a {output} {x", "output": "/tmp/out.png"}
    assert filled(["{prompt}", "--to={output}", "{}", "{ prompt }"], values) == [
        "a {output} {x",
        "--to=/tmp/out.png",
        "{}",
        "{ prompt }",
    ]
