"""Actions as backlog items, and tickets back in the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.backlog import action_keys, backlog_items, code_span, with_ticket
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.narrative import Action
from qualitygate.incidents.postmortem import Postmortem


def record(*actions: Action, severity: str = "S1") -> Postmortem:
    return Postmortem(
        id="PM-2025-09-27-01",
        title="T",
        severity=Severity(severity),
        state=IncidentState.PUBLISHED,
        kind=IncidentKind.REAL,
        times=Times(detected="2025-09-27T04:12:00Z"),
        impact=Impact(summary="s", count=1),
        actions=actions,
    )


def test_keys_follow_the_title_alone() -> None:
    one = action_keys([Action(title="Größe prüfen"), Action(title="b")])
    moved = action_keys([Action(title="b", due="2025-10-01"), Action(title="Gro\u0308ße \n prüfen", owner="x")])
    assert set(one) == set(moved)
    assert all(re.fullmatch("[0-9a-f]{16}", key) for key in one)
    assert action_keys([Action(title="a")]) != action_keys([Action(title="A")])


@given(st.lists(st.sampled_from("abc"), max_size=8))
def test_equal_titles_are_told_apart(titles: list[str]) -> None:
    keys = action_keys([Action(title=title) for title in titles])
    assert len(set(keys)) == len(titles)


@pytest.mark.parametrize(
    ("owner", "assignee"),
    [("@octocat", "octocat"), ("@a-b", "a-b"), ("octocat", None), ("@org/team", None), ("@a b", None), (None, None)],
)
def test_only_a_login_is_assigned(owner: str | None, assignee: str | None) -> None:
    assert backlog_items(record(Action(title="x", owner=owner)), "p")[0].assignee == assignee


def test_a_ticket_voids_no_approval_and_verifies_nothing() -> None:
    before = document_of(record(Action(title="a", verified_by=None), Action(title="b")))
    key = action_keys(before.actions)[1]
    after = with_ticket(before, key, "https://github.com/o/r/issues/2", "done")
    assert after.actions[0] == before.actions[0]
    assert (after.actions[1].status, after.actions[1].verified_by) == ("done", None)
    assert content_digest(after) == content_digest(before)
    assert with_ticket(after, key, "https://github.com/o/r/issues/2", "open") == after
    assert with_ticket(before, "0" * 16, "https://x", "done") == before


@given(st.text(max_size=40))
def test_code_shows_any_text_and_ends_where_it_should(text: str) -> None:
    from markdown_it import MarkdownIt

    shown = code_span(text)
    assert "\n" not in shown
    inline = MarkdownIt("commonmark").parse(f"x {shown}")[1].children or []
    if text.strip():
        assert [token.type for token in inline] == ["text", "code_inline"]
