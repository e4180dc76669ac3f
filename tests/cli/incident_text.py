"""A postmortem that may be published, written by its lead."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from qualitygate.incidents.document import document_of
from qualitygate.incidents.events import Edited
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.narrative import Action, Cause, Edge, Lesson, RootCause

ACTIONS = (
    Action(
        title="Run the colour check on every look-up table in CI",
        due="2025-10-10",
        owner="pipeline-team",
        size="S",
        benefit="L",
        type="prevent",
        ticket_url="https://code.example/issues/11",
    ),
)
CAUSES = RootCause(
    causes=(
        Cause(class_="direct", text="The hook exits 0 on a table it cannot parse", domain="operations"),
        Cause(class_="contributing", text="CI ran no check of look-up tables", domain="operations"),
        Cause(class_="systemic", text="Look-up tables had no owner", domain="data"),
    ),
    edges=(Edge(from_=2, to=1), Edge(from_=1, to=0)),
    whys=(
        "The table had 32 nodes and a header that said 33",
        "The export wrote the header by hand",
        "The hook swallowed the error",
        "CI trusted the hook",
        "No rule said who checks a table",
    ),
)


def write(root: Path, incident_id: str, *, by: str = "lead", at: str, actions: tuple[Action, ...] = ACTIONS) -> None:
    """Write causes, actions and lessons, and merge them into the log."""
    ledger = Ledger(root)
    record = ledger.record(incident_id)
    document = replace(
        document_of(record),
        impact="4,200 images deviated from the brand palette for 27 minutes",
        stakeholders=("Marketing", "SRE"),
        rca=CAUSES,
        actions=actions,
        lessons=(
            Lesson(
                text="Review steps for tables are written down", target="docs/review.md", owner="brand", status="done"
            ),
        ),
    )
    moment = datetime.fromisoformat(at).astimezone(UTC)
    ledger.append(incident_id, Edited(document=document, source="markdown"), actor=by, at=moment, recorded=moment)
