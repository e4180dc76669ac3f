"""Whether the platform makes people heed CODEOWNERS."""

from __future__ import annotations

import pytest
from github_server import REPOSITORY, Platform, Scripted

from qualitygate.notifiers.github.client import Client
from qualitygate.notifiers.github.protection import (
    CannotTell,
    NotRequired,
    Required,
    codeowners_errors,
    owner_review,
)

RULE = {"type": "pull_request", "ruleset_id": 42, "parameters": {"require_code_owner_review": True}}


def test_a_ruleset(client: Client, platform: Platform) -> None:
    platform.rules = [{"type": "deletion"}, {"type": "pull_request", "parameters": {}}, RULE]
    platform.page = 1
    assert owner_review(client, REPOSITORY) == Required("main", "ruleset 42")
    assert owner_review(client, REPOSITORY, "release/1") == Required("release/1", "ruleset 42")
    assert platform.requests[-1][1].endswith(("/rules/branches/release%2F1", "/rules/branches/release/1"))


@pytest.mark.parametrize(
    ("protection", "expected"),
    [
        (None, NotRequired("main")),
        ({}, NotRequired("main")),
        ({"require_code_owner_reviews": False}, NotRequired("main")),
        ({"require_code_owner_reviews": True}, Required("main", "branch protection")),
    ],
)
def test_branch_protection(client: Client, platform: Platform, protection: object, expected: object) -> None:
    platform.protection = {"required_pull_request_reviews": protection} if protection else protection
    assert owner_review(client, REPOSITORY) == expected


def test_without_the_right_to_read_it(client: Client, platform: Platform) -> None:
    platform.admin = False
    assert owner_review(client, REPOSITORY) == NotRequired("main")  # the branch is not protected at all
    platform.protection = {"required_pull_request_reviews": {"require_code_owner_reviews": True}}
    told = owner_review(client, REPOSITORY)
    assert isinstance(told, CannotTell)
    assert "administrators only" in told.reason


def test_no_such_repository(client: Client) -> None:
    told = owner_review(client, "octo-org/other")
    assert isinstance(told, CannotTell)
    assert "the token may not see it" in told.reason


def test_errors_of_the_file(client: Client, platform: Platform) -> None:
    assert codeowners_errors(client, REPOSITORY) == ()
    platform.codeowners_errors = [
        {"line": 3, "kind": "Invalid pattern", "path": ".github/CODEOWNERS", "suggestion": "Did you mean `**/*.rb`?"},
        {"line": 7, "kind": "Unknown owner", "path": ".github/CODEOWNERS", "suggestion": None},
    ]
    assert codeowners_errors(client, REPOSITORY, "main") == (
        ".github/CODEOWNERS:3: Invalid pattern, Did you mean `**/*.rb`?",
        ".github/CODEOWNERS:7: Unknown owner",
    )
    platform.then("GET", "/codeowners", Scripted(403))
    assert isinstance(codeowners_errors(client, REPOSITORY), CannotTell)
