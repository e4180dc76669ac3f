"""Approvals: by whom, of which commit, and what voids them."""

from __future__ import annotations

from typing import Any

import pytest
from github_server import REPOSITORY, Platform, Scripted

from qualitygate.notifiers.github.client import Client
from qualitygate.notifiers.github.errors import DeniedError, UnansweredError
from qualitygate.notifiers.github.reviews import NoReview, PlatformReview, platform_review

HEAD, OLD = "a" * 40, "b" * 40


def review(state: str, login: str | None = "Board-Member", commit: str | None = HEAD, minute: int = 0) -> Any:
    return {
        "id": minute,
        "state": state,
        "html_url": f"https://github.com/{REPOSITORY}/pull/7#pullrequestreview-{minute}",
        "user": {"login": login} if login is not None else None,
        "commit_id": commit,
        "submitted_at": f"2025-09-28T10:{minute:02d}:00Z" if state != "PENDING" else None,
    }


@pytest.fixture
def ask(client: Client, platform: Platform) -> Any:
    platform.pulls[7] = {"head": {"sha": HEAD}, "user": {"login": "author"}, "state": "open"}

    def call(*reviews: dict[str, Any], login: str = "board-member", head: str = HEAD) -> PlatformReview | NoReview:
        platform.reviews[7] = list(reviews)
        return platform_review(client, REPOSITORY, 7, head=head, login=login)

    return call


@pytest.mark.parametrize("login", ["board-member", "@Board-Member", "BOARD-MEMBER"])
def test_an_approval_of_this_commit(ask: Any, login: str) -> None:
    url = f"https://github.com/{REPOSITORY}/pull/7#pullrequestreview-3"
    found = ask(review("APPROVED", minute=3), review("COMMENTED", minute=9), login=login, head=HEAD.upper())
    assert found == PlatformReview("Board-Member", "2025-09-28T10:03:00Z", url, HEAD)


def test_later_comments_and_others_decide_nothing(ask: Any) -> None:
    found = ask(
        review("CHANGES_REQUESTED", minute=1),
        review("APPROVED", minute=2),
        review("COMMENTED", minute=3),
        review("PENDING", minute=4),
        review("CHANGES_REQUESTED", "somebody", minute=5),
        review("CHANGES_REQUESTED", None, minute=6),
    )
    assert isinstance(found, PlatformReview)


@pytest.mark.parametrize(
    ("reviews", "says"),
    [
        ([], "has not reviewed #7"),
        ([review("APPROVED", "somebody")], "has not reviewed #7"),
        ([review("COMMENTED")], "has only commented on #7"),
        ([review("PENDING")], "has only commented on #7"),
        ([review("APPROVED", commit=OLD)], "approved bbbbbbbbbb, not the head aaaaaaaaaa"),
        ([review("APPROVED", commit=None)], "approved an unknown"),
        ([review("APPROVED", minute=1), review("CHANGES_REQUESTED", minute=2)], "asks for changes"),
        ([review("CHANGES_REQUESTED", minute=2), review("APPROVED", minute=1)], "asks for changes"),
        ([review("DISMISSED")], "was dismissed"),
        ([review("APPROVED", minute=1), review("DISMISSED", minute=2)], "was dismissed"),
        ([review("APPROVED", minute=1), review("APPROVED", commit=OLD, minute=2)], "approved bbbbbbbbbb"),
    ],
)
def test_what_does_not_count(ask: Any, reviews: list[Any], says: str) -> None:
    found = ask(*reviews)
    assert isinstance(found, NoReview)
    assert says in found.reason


def test_the_author_cannot_approve(ask: Any) -> None:
    found = ask(review("APPROVED", "author"), login="Author")
    assert found == NoReview("author is the author of #7, and nobody approves their own change")


def test_another_head(ask: Any) -> None:
    found = ask(review("APPROVED", commit=OLD), head=OLD)
    assert found == NoReview("the head of #7 is aaaaaaaaaa, not bbbbbbbbbb")
    assert isinstance(ask(head="main"), NoReview)


def test_reviews_of_every_page_count(ask: Any, platform: Platform) -> None:
    platform.page = 4
    many = [review("COMMENTED", minute=minute) for minute in range(30)]
    found = ask(review("APPROVED"), *many, review("CHANGES_REQUESTED", minute=40))
    assert found == NoReview("Board-Member asks for changes of #7")


def test_what_cannot_be_told_is_an_error(client: Client, platform: Platform) -> None:
    with pytest.raises(DeniedError, match="pull request #8"):
        platform_review(client, REPOSITORY, 8, head=HEAD, login="x")
    platform.then("GET", "/pulls", *[Scripted(500)] * 9)
    with pytest.raises(UnansweredError):
        platform_review(client, REPOSITORY, 7, head=HEAD, login="x")
