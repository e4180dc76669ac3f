"""The body of an issue: our part of it, and what people write around it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.core.backlog import BacklogItem
from qualitygate.notifiers.github.issue import Issue, block_of, body_with, labels_with, marker, same_text

ITEM = BacklogItem("PM-2025-09-27-01", "0" * 16, "Title", ("one", "two"), ("incident", "severity/S1"), None, "")
NEWER = replace(ITEM, key="1" * 16, lines=("three",))
_WRITTEN = st.text(alphabet="ab \r\n<!->é#*`", max_size=30)


def issue(body: str) -> Issue:
    return Issue(number=1, title="t", html_url="", state="open", body=body)


@settings(max_examples=200, deadline=None)
@given(before=_WRITTEN, after=_WRITTEN)
def test_our_part_is_renewed_and_the_rest_kept(before: str, after: str) -> None:
    body = f"{before}\n{block_of(ITEM)}\n{after}"
    renewed = body_with(NEWER, body)
    assert same_text(renewed, f"{before}\n{block_of(NEWER)}\n{after}")
    assert body_with(NEWER, renewed) == renewed
    assert issue(renewed).names == (NEWER.name,)


@settings(max_examples=200, deadline=None)
@given(body=_WRITTEN)
def test_a_body_without_our_part_gets_it_at_its_end(body: str) -> None:
    made = body_with(ITEM, body)
    assert made.endswith(block_of(ITEM))
    assert body_with(ITEM, made) == made
    assert issue(made).names == (ITEM.name,)


def test_an_end_that_somebody_deleted_takes_nothing_along() -> None:
    damaged = f"{marker(ITEM)}\n- one\n\nWhat I found out."
    renewed = body_with(NEWER, damaged)
    assert renewed.startswith(block_of(NEWER))
    assert renewed.endswith("What I found out.")


def test_parts_of_two_incidents_in_one_issue() -> None:
    other = replace(ITEM, incident="PM-2025-09-28-01")
    both = f"{block_of(other)}\n\n{block_of(ITEM)}"
    assert issue(both).names == (other.name, ITEM.name)
    assert body_with(NEWER, both) == f"{block_of(other)}\n\n{block_of(NEWER)}"


def test_labels() -> None:
    assert labels_with(ITEM, ()) == ITEM.labels
    assert labels_with(ITEM, ("Bug", "SEVERITY/S1", "severity/S3", "size/L", "size/XL", "incident")) == (
        "Bug",
        "SEVERITY/S1",
        "size/XL",
        "incident",
    )
