"""Who counts as an author of a postmortem: whoever brought or changed its text, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.authorship import authors
from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.events import Drafted, Edited, Noted, Payload
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.narrative import Action, Cause, Lesson, RootCause, Section
from qualitygate.incidents.postmortem import Postmortem

FIRST = "PM-2025-09-27-01"
NOW = datetime(2025, 9, 27, 5, tzinfo=UTC)
QUESTION = Cause(class_="direct", text="what changed in the pipeline?", open=True)
BARE = Postmortem(
    id=FIRST,
    title="Hero pictures too green",
    severity=Severity.S2,
    state=IncidentState.DETECTED,
    kind=IncidentKind.REAL,
    times=Times(detected="2025-09-27T04:12:00Z"),
    impact=Impact(summary="4,200 pictures", count=0),
    rca=RootCause(causes=(QUESTION,)),
    actions=(Action(title="Find the step that changed", due="2025-09-29", type="repair"),),
    lessons=(Lesson(text="Which earlier check would have caught this?"),),
)


def after(root: Path, record: Postmortem, *data: Payload) -> frozenset[str]:
    ledger = Ledger(root)
    assert ledger.open(record, actor="opener", recorded=NOW) is not None
    for one in data:
        ledger.append(FIRST, one, actor="editor", at=NOW, recorded=NOW)
    return authors(ledger.lines(FIRST))


def edited(**changes: object) -> Edited:
    document: Document = replace(document_of(BARE), **changes)
    return Edited(document=document, source="markdown")


def test_a_title_and_open_questions_make_no_author(tmp_path: Path) -> None:
    assert after(tmp_path, BARE, Noted(text="seen")) == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"rca": RootCause(causes=(QUESTION, Cause(class_="systemic", text="nobody looks")))},
        {"rca": RootCause(whys=("because",))},
        {"actions": (Action(title="Fix it", owner="pipeline-team"),)},
        {"lessons": (Lesson(text="Review it", target="docs/review.md"),)},
        {"sections": (Section(after="lessons", text="## Thanks"),)},
    ],
    ids=["cause", "whys", "owned action", "lesson", "section"],
)
def test_whoever_opens_an_incident_with_an_analysis_wrote_it(tmp_path: Path, changes: dict[str, object]) -> None:
    assert after(tmp_path, replace(BARE, **changes)) == {"opener"}


def test_whoever_drafts_or_edits_wrote_it(tmp_path: Path) -> None:
    assert after(tmp_path, BARE, edited(impact="4,300 pictures")) == {"editor"}


def test_whoever_begins_the_draft_wrote_it(tmp_path: Path) -> None:
    assert after(tmp_path, BARE, Drafted()) == {"editor"}


@pytest.mark.parametrize(
    "changes",
    [
        {"lang": "de"},
        {"actions": (replace(BARE.actions[0], status="done", verified_by="proof"),)},
        {"lessons": (replace(BARE.lessons[0], status="done"),)},
    ],
    ids=["labels", "ticked", "taken up"],
)
def test_what_no_approval_covers_makes_no_author(tmp_path: Path, changes: dict[str, object]) -> None:
    assert after(tmp_path, BARE, edited(**changes)) == frozenset()
