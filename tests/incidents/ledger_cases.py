"""Incidents in a ledger, and writers that other processes can run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.events import Noted
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.narrative import Action, TimelineEntry
from qualitygate.incidents.postmortem import Postmortem

FIRST = "PM-2025-09-27-01"
MORNING = datetime(2025, 9, 27, 4, 12, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def record(incident_id: str = FIRST, **changes: object) -> Postmortem:
    values: dict[str, object] = {
        "id": incident_id,
        "title": "4,200 pictures left the brand palette",
        "severity": Severity.S1,
        "state": IncidentState.DETECTED,
        "kind": IncidentKind.REAL,
        "times": Times(detected="2025-09-27T04:12:00Z"),
        "impact": Impact(summary="4,200 images deviated from the brand palette", count=0, pipelines=("hero-export",)),
        "stakeholders": ("Marketing", "Legal"),
        "timeline": (TimelineEntry(at="2025-09-27T04:12:00Z", event="Monitoring exceeds the limit", owner="Monitor"),),
        "actions": (Action(title="Add a check", due="2025-10-01", owner="Brand", type="prevent"),),
    }
    return Postmortem(**(values | changes))  # type: ignore[arg-type]


def opened(root: Path, incident_id: str = FIRST, **changes: object) -> Ledger:
    ledger = Ledger(root)
    assert ledger.open(record(incident_id, **changes), actor="Monitor", recorded=MORNING) is not None
    return ledger


def write_notes(root: str, incident_id: str, words: Sequence[str], acknowledged: str) -> None:
    """Add a note for each word, and write the word down elsewhere once the ledger has acknowledged it."""
    ledger = Ledger(Path(root))
    with Path(acknowledged).open("a", encoding="utf-8", buffering=1) as file:
        for word in words:
            ledger.append(incident_id, Noted(text=word), actor="writer", at=MORNING, recorded=MORNING)
            file.write(f"{incident_id} {word}\n")


def open_and_note(root: str, writer: int, acknowledged: str) -> None:
    """Open incidents and note in each, until killed; every acknowledged id and note is written down elsewhere."""
    ledger = Ledger(Path(root))
    with Path(acknowledged).open("a", encoding="utf-8", buffering=1) as file:
        for number in range(10_000):
            incident_id = f"PM-2025-09-27-{writer:03d}{number:04d}"
            if ledger.open(record(incident_id), actor="Monitor", recorded=MORNING) is None:
                continue
            file.write(f"{incident_id}\n")
            for step in range(3):
                ledger.append(incident_id, Noted(text=f"note {step}"), actor="a", at=later(step), recorded=later(step))
                file.write(f"{incident_id} note {step}\n")
