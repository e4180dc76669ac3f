"""Three-way merge: nothing that one side did is lost, and what contradicts is told whole."""

from __future__ import annotations

from typing import Any

import pytest
from document_cases import actions, causes, documents, lessons, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import Document
from qualitygate.incidents.merge3 import merge3
from qualitygate.incidents.merge_conflict import MergeConflictError
from qualitygate.incidents.narrative import Action, Cause, Edge, Lesson, RootCause, Section, TimelineEntry

HOOK = Cause(class_="direct", text="Git hook failed")
GAP = Cause(class_="contributing", text="CI test gap")
CHECK = Action(title="Add a ΔE check", due="2025-10-01")
OWNERS = Action(title="Extend CODEOWNERS", due="2025-10-03")
BASE = Document(
    id="PM-2025-09-27-01",
    detected="2025-09-27T04:12:00Z",
    severity=Severity.S1,
    impact="4,200 images",
    stakeholders=("Marketing", "Legal"),
    timeline=(TimelineEntry(at="2025-09-27T04:12:00Z", event="Threshold exceeded", owner="MonitorBot"),),
    rca=RootCause(causes=(HOOK, GAP), edges=(Edge(from_=1, to=0),)),
    actions=(CHECK, OWNERS),
    lessons=(Lesson(text="Document the review steps"),),
)


def edited(document: Document, **changes: Any) -> Document:
    return replace(document, **changes)


def merged(base: Document, ours: Document, theirs: Document) -> Document | None:
    try:
        return merge3(base, ours, theirs)
    except MergeConflictError as error:
        return None if error.conflicts else base


@st.composite
def edits(draw: st.DrawFn, document: Document) -> Document:
    """The document with lists cut, lengthened and shuffled, and fields changed."""

    def some(items: tuple[Any, ...], more: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        kept = [item for item in items if draw(st.integers(0, 4))]
        for item in draw(st.lists(more, max_size=2)):
            kept.insert(draw(st.integers(0, len(kept))), item)
        if draw(st.integers(0, 5)) == 0:
            kept = draw(st.permutations(kept))
        return tuple(kept)

    other = draw(documents())
    found = some(document.rca.causes, causes)
    return replace(
        document,
        impact=draw(st.sampled_from([document.impact, other.impact])),
        title=draw(st.sampled_from([document.title, other.title])),
        timeline=some(document.timeline, rows),
        rca=replace(document.rca, causes=found, edges=(Edge(from_=0, to=len(found) - 1),) if len(found) > 1 else ()),
        actions=some(document.actions, actions),
        lessons=some(document.lessons, lessons),
        sections=draw(st.sampled_from([document.sections, other.sections])),
    )


@settings(max_examples=60, deadline=None)
@given(documents(), st.data())
def test_the_laws_of_merging(base: Document, data: st.DataObject) -> None:
    edit = data.draw(edits(base))
    assert merge3(base, base, edit) == edit
    assert merge3(base, edit, base) == edit
    assert merge3(base, edit, edit) == edit


@settings(max_examples=120, deadline=None)
@given(documents(), st.data())
def test_sides_may_be_swapped_and_nothing_added_is_lost(base: Document, data: st.DataObject) -> None:
    ours, theirs = data.draw(edits(base)), data.draw(edits(base))
    one = merged(base, ours, theirs)
    assert one == merged(base, theirs, ours)
    if one is None:
        return
    for name, label in (("timeline", "event"), ("actions", "title"), ("lessons", "text")):
        there = [getattr(item, label) for item in getattr(one, name)]
        before = {getattr(item, label) for item in getattr(base, name)}
        for side in (ours, theirs):
            assert {getattr(item, label) for item in getattr(side, name)} - before <= set(there)
        # What neither side changed or removed stays. Rows may be alike, and each side may remove another of them.
        rows = [list(getattr(side, name)) for side in (base, ours, theirs)]
        untouched = [item for item in rows[0] if all(each.count(item) == 1 for each in rows)]
        assert all(item in getattr(one, name) for item in untouched)
    assert all(edge.from_ < len(one.rca.causes) and edge.to < len(one.rca.causes) for edge in one.rca.edges)


def test_edits_of_different_fields_of_one_action_are_merged() -> None:
    ours = edited(BASE, actions=(replace(CHECK, owner="on-call"), OWNERS))
    theirs = edited(BASE, actions=(replace(CHECK, due="2025-10-05"), OWNERS))
    assert merge3(BASE, ours, theirs).actions == (replace(CHECK, owner="on-call", due="2025-10-05"), OWNERS)


def test_a_title_that_was_reworded_is_the_same_action_still() -> None:
    ours = edited(BASE, actions=(replace(CHECK, title="Add a ΔE2000 check"), OWNERS))
    theirs = edited(BASE, actions=(replace(CHECK, size="S"), OWNERS))
    assert merge3(BASE, ours, theirs).actions[0] == replace(CHECK, title="Add a ΔE2000 check", size="S")


def test_additions_of_both_sides_are_kept_and_one_that_both_made_stands_once() -> None:
    new, other = Action(title="Train the reviewers"), Action(title="Write a runbook")
    ours = edited(BASE, actions=(*BASE.actions, new, other))
    theirs = edited(BASE, actions=(*BASE.actions, replace(new, owner="Brand")))
    assert set(merge3(BASE, ours, theirs).actions) == {CHECK, OWNERS, replace(new, owner="Brand"), other}


def test_rows_that_both_added_stand_in_the_order_of_time() -> None:
    def row(clock: str) -> TimelineEntry:
        return TimelineEntry(at=f"2025-09-27T{clock}:00Z", event=f"at {clock}", owner="On-call")

    ours = edited(BASE, timeline=(*BASE.timeline, row("04:20"), row("04:40")))
    theirs = edited(BASE, timeline=(*BASE.timeline, row("04:30")))
    assert [entry.at[11:16] for entry in merge3(BASE, ours, theirs).timeline] == ["04:12", "04:20", "04:30", "04:40"]


def test_arrows_follow_their_causes() -> None:
    policy = Cause(class_="systemic", text="No owner of LUTs")
    ours = edited(BASE, rca=RootCause(causes=(policy, HOOK, GAP), edges=(Edge(from_=2, to=1), Edge(from_=0, to=2))))
    theirs = edited(BASE, rca=replace(BASE.rca, causes=(HOOK, replace(GAP, domain="operations"))))
    made = merge3(BASE, ours, theirs).rca
    assert [cause.text for cause in made.causes] == ["No owner of LUTs", "Git hook failed", "CI test gap"]
    assert made.causes[2].domain == "operations"
    assert made.edges == (Edge(from_=2, to=1), Edge(from_=0, to=2))


def test_an_arrow_to_a_cause_that_is_gone_is_a_conflict() -> None:
    policy = Cause(class_="systemic", text="No owner of LUTs")
    ours = edited(BASE, rca=RootCause(causes=(HOOK, GAP, policy), edges=(Edge(from_=1, to=0), Edge(from_=2, to=1))))
    theirs = edited(BASE, rca=RootCause(causes=(HOOK,)))
    with pytest.raises(MergeConflictError, match="No owner of LUTs → CI test gap"):
        merge3(BASE, ours, theirs)


def test_every_conflict_is_told_with_both_values() -> None:
    ours = edited(BASE, impact="4,200 pictures", lang="de", actions=(replace(CHECK, due="2025-10-02"), OWNERS))
    theirs = edited(BASE, impact="many images", lang="fr", actions=(replace(CHECK, due="2025-10-09"),))
    with pytest.raises(MergeConflictError) as caught:
        merge3(BASE, ours, theirs, names=("JSON", "Markdown"), where="run/_/postmortems/PM-2025-09-27-01.md")
    message = str(caught.value)
    assert [conflict.where for conflict in caught.value.conflicts] == [
        "lang",
        "impact",
        'actions "Add a ΔE check".due',
    ]
    assert message.startswith("run/_/postmortems/PM-2025-09-27-01.md: 3 conflicts, nothing was written: ")
    assert 'impact: JSON says "4,200 pictures", Markdown says "many images" (was "4,200 images")' in message
    assert 'JSON says "2025-10-02", Markdown says "2025-10-09" (was "2025-10-01")' in message
    assert message.endswith("[QG-1757]")


def test_an_item_that_one_side_removed_and_the_other_edited_is_a_conflict() -> None:
    ours = edited(BASE, actions=(CHECK,))
    theirs = edited(BASE, actions=(CHECK, replace(OWNERS, owner="Brand")))
    with pytest.raises(MergeConflictError, match="nothing"):
        merge3(BASE, ours, theirs)
    assert merge3(BASE, ours, edited(BASE, impact="x")).actions == (CHECK,)


def test_orders_that_contradict_are_a_conflict_and_one_that_does_not_is_kept() -> None:
    three = (CHECK, OWNERS, Action(title="Write a runbook"))
    base = edited(BASE, actions=three)
    ours = edited(BASE, actions=three[::-1])
    with pytest.raises(MergeConflictError, match="order"):
        merge3(base, ours, edited(BASE, actions=(three[1], three[0], three[2])))
    new = Action(title="Train")
    theirs = edited(BASE, actions=(*three, new))
    assert [action.title[:3] for action in merge3(base, ours, theirs).actions] == ["Wri", "Tra", "Ext", "Add"]


def test_sections_are_merged_whole() -> None:
    one, other = Section(after="lessons", text="## A\nx"), Section(after="lessons", text="## B\ny")
    assert set(merge3(BASE, edited(BASE, sections=(one,)), edited(BASE, sections=(other,))).sections) == {one, other}
