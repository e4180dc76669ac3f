"""Whether commands of a case may be run here. A case is a file of the change that is judged: on a pull request from
outside anybody could write any command into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What people with write access, or a clock, start. Whatever else starts a run is refused until it is known.
_OWN_EVENTS = frozenset({"push", "schedule", "workflow_dispatch", "merge_group", "release", "create"})
_PULLS = frozenset({"pull_request", "pull_request_review", "pull_request_review_comment"})


def refusal(environ: Mapping[str, str], payload: Mapping[str, Any] | None) -> str | None:
    """Why commands are not run in this CI job; None where they may be.

    Args:
        environ: Environment variables; those of GitHub Actions and GitLab CI are understood. In any other CI, and on a
            person's machine, asking for it is enough.
        payload: The event that started a GitHub job; None where it could not be read.
    """
    event = environ.get("GITHUB_EVENT_NAME", "")
    if environ.get("GITHUB_ACTIONS") == "true" or event:
        return _github(event, payload)
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ)
    return None


def _github(event: str, payload: Mapping[str, Any] | None) -> str | None:
    if event in _OWN_EVENTS:
        return None
    if event == "pull_request_target":
        return (
            "the job was started by pull_request_target, which gives a stranger's change the secrets of this repository"
        )
    if event in _PULLS:
        pull = _at(payload, "pull_request")
        return _foreign(_at(pull, "head", "repo", "full_name"), _at(pull, "base", "repo", "full_name"), "pull request")
    if event == "workflow_run":
        run = _at(payload, "workflow_run")
        if _at(run, "event") in _OWN_EVENTS:
            return None
        theirs, ours = _at(run, "head_repository", "full_name"), _at(payload, "repository", "full_name")
        return _foreign(theirs, ours, "workflow run")
    return f"the job was started by the event {event or '(unknown)'!r}, which does not say whose change is judged"


def _foreign(theirs: Any, ours: Any, what: str) -> str | None:
    if not isinstance(theirs, str) or not isinstance(ours, str):
        return f"the event does not say where the {what} comes from"
    return None if theirs == ours else f"the {what} comes from the fork {theirs}"


def _gitlab(environ: Mapping[str, str]) -> str | None:
    source = environ.get("CI_PIPELINE_SOURCE", "")
    if source == "external_pull_request_event":
        return "the job was started by a pull request from outside"
    if source == "merge_request_event":
        theirs = environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
        ours = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get("CI_PROJECT_ID")
        if not theirs or theirs != ours or environ.get("CI_PROJECT_ID", ours) != ours:
            return "the merge request comes from a fork"
    return None


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
