"""A stub as an earlier version left it: no event log, no seconds and no types in the Markdown."""

from __future__ import annotations

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Impact, Roles, Times, Trigger
from qualitygate.incidents.narrative import Action, Cause, Lesson, RootCause, TimelineEntry
from qualitygate.incidents.postmortem import Postmortem, to_json

_RECORD = Postmortem(
    id="PM-2025-09-27-01",
    title="DeltaE00 5.31 exceeds 2.0 in hero",
    severity=Severity.S1,
    state=IncidentState.MITIGATED,
    kind=IncidentKind.NEAR_MISS,
    key="a" * 64,
    times=Times(detected="2025-09-27T04:12:30Z", mitigated="2025-09-27T04:12:30Z"),
    impact=Impact(summary="1 of 1 image failed the gate in hero", count=1, total=1, pipelines=("hero-export",)),
    roles=Roles(watchers=("Gate",)),
    triggers=(
        Trigger(layer="gate", check_id="QG-1001", label="DeltaE00", message="too much", value=5.31, threshold=2.0),
    ),
    timeline=(
        TimelineEntry(at="2025-09-27T04:11:58Z", event="Gate started: 1 subject in 1 set", owner="Gate"),
        TimelineEntry(at="2025-09-27T04:12:30Z", event="DeltaE00 5.31 exceeds 2.0: a.webp", owner="Gate"),
    ),
    rca=RootCause(causes=(Cause(class_="direct", text="what changed?", open=True),)),
    actions=(Action(title="Find the step that changed", due="2025-09-29", type="repair"),),
    lessons=(Lesson(text="Which earlier check would have caught this?"),),
)
STUB_JSON = to_json(_RECORD).decode()
STUB_MARKDOWN = """\
# Incident PM-2025-09-27-01
## Context
- Discovered: 2025-09-27 04:12 UTC
- Severity: S1
- Impact: 1 of 1 image failed the gate in hero
- Stakeholders: **OPEN:** who has to be told?
- Kind: near miss, caught before the merge
- Pipelines: hero-export
## Timeline
| Time | Event | Owner |
| --- | --- | --- |
| 04:11 | Gate started: 1 subject in 1 set | Gate |
| 04:12 | DeltaE00 5.31 exceeds 2.0: a.webp | Gate |
## Root Cause Analysis
- Direct cause: **OPEN:** what changed?
### What the gate measured
| Subject | Check | Value | Limit | Severity | Heat map |
| --- | --- | --- | --- | --- | --- |
| the run | DeltaE00 | 5.31 | 2.00 | – | – |
## Corrective Actions
- [ ] Find the step that changed — 2025-09-29
## Lessons Learned
- **OPEN:** Which earlier check would have caught this?
"""
