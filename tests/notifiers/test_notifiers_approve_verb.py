"""`qualitygate incident approve`: who may, of which text, and what a review on the platform is worth."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from github_server import REPOSITORY, Platform
from msgspec.structs import replace

from qualitygate.incidents.document import document_of
from qualitygate.incidents.events import Edited
from qualitygate.incidents.ledger import Ledger

FIRST = "PM-2025-10-20-01"


def git(where: Path, *words: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@code.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *words], cwd=where, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(where: Path) -> str:
    git(where, "add", "-A")
    git(where, "commit", "-q", "-m", "x")
    return git(where, "rev-parse", "HEAD")


class Case:
    """An incident in review, in a git repository, written by `lead`; its head is that of pull request 7."""

    def __init__(self, qg: Callable[..., Any], platform: Platform, root: Path, severity: str) -> None:
        self.qg, self.platform, self.root = qg, platform, root
        git(root, "init", "-q")
        self.call("open", "--severity", severity, "--title", "Drift", "--id", FIRST, "--actor", "monitor")
        steps = (["ack"], ["mitigate", "--start"], ["mitigate", "--kind", "rollback"], ["draft"])
        for verb, *options in steps:
            self.call(verb, FIRST, *options, "--actor", "lead" if verb == "draft" else "on-call")
        ledger, now = Ledger(root), datetime(2025, 10, 20, 12, tzinfo=UTC)
        document = replace(document_of(ledger.record(FIRST)), impact="twelve pictures")
        ledger.append(FIRST, Edited(document=document, source="markdown"), actor="editor", at=now, recorded=now)
        self.call("review", FIRST, "--actor", "lead")
        self.head = commit(root)
        platform.pulls[7] = {"head": {"sha": self.head}, "user": {"login": "lead"}, "state": "open"}

    def call(self, *words: str) -> Any:
        outcome = self.qg("incident", *words)
        assert outcome.code == 0, outcome.err
        return outcome

    def review(self, login: str = "board-member", state: str = "APPROVED", at: str | None = None) -> None:
        self.platform.reviews.setdefault(7, []).append(
            {
                "id": len(self.platform.reviews[7]),
                "state": state,
                "html_url": f"https://github.com/{REPOSITORY}/pull/7#pullrequestreview-{len(self.platform.reviews[7])}",
                "user": {"login": login},
                "commit_id": at or self.head,
                "submitted_at": f"2025-10-20T11:{len(self.platform.reviews[7]):02d}:00Z",
            }
        )

    def approve(self, *words: str, by: str = "board-member") -> Any:
        return self.qg("incident", "approve", FIRST, *words, "--actor", by, "--format", "json")

    def refused(self, *words: str, by: str = "board-member") -> str:
        before = (self.root / f"run/_/postmortems/{FIRST}.events.jsonl").read_bytes()
        outcome = self.approve(*words, by=by)
        assert outcome.code == 1, outcome.err
        assert "QG-1714" in outcome.err
        assert (self.root / f"run/_/postmortems/{FIRST}.events.jsonl").read_bytes() == before
        return str(outcome.err)

    def board(self, *names: str) -> None:
        text = f"[incident]\ncontrol_board = {json.dumps(names)}\n"
        (self.root / "qualitygate.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def case(qg: Callable[..., Any], platform: Platform, tmp_path: Path) -> Case:
    return Case(qg, platform, tmp_path, "S1")


@pytest.fixture
def lesser(qg: Callable[..., Any], platform: Platform, tmp_path: Path) -> Case:
    return Case(qg, platform, tmp_path, "S2")


def test_a_review_of_the_head_commit_approves(case: Case) -> None:
    case.review()
    told = json.loads(case.approve("--review-pr", "7").out)
    assert told["state"] == "approved"
    (approval,) = Ledger(case.root).record(FIRST).approvals
    assert (approval.by, approval.source, approval.commit) == ("board-member", "platform_review", case.head)
    assert str(approval.url).startswith(f"https://github.com/{REPOSITORY}/pull/7#")


def test_what_somebody_only_says_does_not_do_for_serious_incidents(case: Case) -> None:
    assert "self-declared" in case.refused()


def test_what_somebody_only_says_does_for_others(lesser: Case) -> None:
    assert lesser.approve().code == 0
    (approval,) = Ledger(lesser.root).record(FIRST).approvals
    assert (approval.source, approval.url, approval.commit) == ("self_declared", None, None)


@pytest.mark.parametrize("name", ["lead", "editor", "LEAD", "@lead", "ｌｅａｄ"])
def test_whoever_wrote_it_cannot_approve_it(lesser: Case, name: str) -> None:
    assert "wrote the text" in lesser.refused(by=name)


def test_an_author_cannot_hide_behind_a_review_or_a_name(case: Case) -> None:
    case.review("editor")
    assert "wrote the text" in case.refused("--review-pr", "7", "--login", "editor", by="board-member")
    case.review("board-member")
    assert "wrote the text" in case.refused("--review-pr", "7", "--login", "board-member", by="editor")


def test_only_the_control_board_approves(lesser: Case) -> None:
    lesser.board("@Board-Member", "legal")
    assert "control board" in lesser.refused(by="stranger")
    assert lesser.approve(by="board-member").code == 0


def test_a_review_by_a_stranger_is_none_of_the_board_whoever_acts(case: Case) -> None:
    case.board("board-member")
    case.review("stranger")
    assert "stranger is not on the control board" in case.refused("--review-pr", "7", "--login", "stranger")
    case.review("board-member")
    assert case.approve("--review-pr", "7", "--login", "board-member", by="ci").code == 0
    assert Ledger(case.root).record(FIRST).approvals[-1].by == "board-member"


@pytest.mark.parametrize("state", ["CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"])
def test_a_review_that_approves_nothing_is_refused(case: Case, state: str) -> None:
    case.review(state=state)
    assert "no review approves it" in case.refused("--review-pr", "7")


def test_a_review_of_an_older_commit_is_refused(case: Case) -> None:
    case.review(at="b" * 40)
    assert "no review approves it" in case.refused("--review-pr", "7")


def test_a_review_by_somebody_else_is_refused(case: Case) -> None:
    case.review("another")
    assert "no review approves it" in case.refused("--review-pr", "7")


def test_a_text_that_the_reviewed_commit_does_not_hold_is_refused(case: Case) -> None:
    case.review()
    case.call("note", FIRST, "written after the review")
    assert "not the one in the commit" in case.refused("--review-pr", "7")


def test_a_text_changed_after_its_approval_needs_another(lesser: Case) -> None:
    assert lesser.approve().code == 0
    lesser.call("note", FIRST, "later")
    assert json.loads(lesser.approve("--at", "2025-10-20T12:00:00Z").out)["state"] == "approved"
    digests = [approval.content_sha256 for approval in Ledger(lesser.root).record(FIRST).approvals]
    assert len(set(digests)) == 2


def test_a_pull_request_that_is_not_there_is_one_line(case: Case) -> None:
    outcome = case.approve("--review-pr", "8")
    assert outcome.code in (1, 2)
    assert outcome.err.count("\n") == 1
    assert "internal error" not in outcome.err
    assert case.approve("--review-pr", "0").code == 2


def test_edits_that_are_not_merged_are_not_approved(lesser: Case) -> None:
    path = lesser.root / f"run/_/postmortems/{FIRST}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("twelve", "eleven"), encoding="utf-8")
    outcome = lesser.approve()
    assert (outcome.code, "QG-1715" in outcome.err) == (1, True)
