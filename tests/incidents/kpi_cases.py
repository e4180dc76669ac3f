"""Records for the tests of KPIs and dashboard, and a strategy that makes any number of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Impact, Proof, Times, Trigger
from qualitygate.incidents.narrative import Action, Cause, RootCause
from qualitygate.incidents.postmortem import Postmortem

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DETECTED = datetime(2025, 11, 3, 8, 0, tzinfo=UTC)
PROOF = Proof(result="passed", at="2025-11-10T00:00:00Z", path="evidence/p.json", sha256="0" * 64, check_id="QG-1001")


def z(moment: datetime) -> str:
    """RFC 3339 with `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def incident(number: int = 1, detected: datetime = DETECTED, **changes: Any) -> Postmortem:
    """A real S1 incident; minutes after detection for `mitigated`, `published`, `resolved`, `closed`, `started`."""
    steps = ("started", "acknowledged", "mitigated", "draft", "approved", "published", "resolved", "closed", "reopened")
    times = {
        step: z(detected + timedelta(minutes=changes.pop(step))) for step in steps if changes.get(step) is not None
    }
    for step in steps:
        changes.pop(step, None)
    pipelines = changes.pop("pipelines", ("hero-export",))
    personal = changes.pop("personal_data", None)
    values: dict[str, Any] = {
        "id": f"PM-{detected:%Y-%m-%d}-{number:06d}",
        "title": f"Colours drifted, case {number}",
        "severity": Severity.S1,
        "state": IncidentState.DETECTED,
        "kind": IncidentKind.REAL,
        "times": Times(detected=z(detected), **times),
        "impact": Impact(summary="Some pictures drifted", count=42, pipelines=pipelines, personal_data=personal),
    }
    return Postmortem(**(values | changes))


def near_miss(number: int, detected: datetime = DETECTED, **changes: Any) -> Postmortem:
    """Caught by the gate, S2, mitigated at once."""
    return incident(
        number,
        detected,
        **({"kind": IncidentKind.NEAR_MISS, "severity": Severity.S2, "mitigated": 0} | changes),
    )


def action(title: str = "Add a check", due: str | None = "2025-12-31", **changes: Any) -> Action:
    """An open action of an owner."""
    return Action(**({"title": title, "due": due, "owner": "brand-team"} | changes))


def trigger(born_of: str | None = None) -> Trigger:
    """A limit that was broken."""
    return Trigger(layer="ci", check_id="QG-1001", label="DeltaE00", message="DeltaE00 exceeds", born_of=born_of)


def cause(class_: str = "direct", domain: str | None = "operations", text: str = "The hook failed") -> RootCause:
    """An analysis with one answered cause."""
    return RootCause(causes=(Cause(class_=class_, text=text, domain=domain),))  # type: ignore[arg-type]


_minutes = st.one_of(st.none(), st.integers(-60, 200_000))


@st.composite
def anything(draw: st.DrawFn, number: int) -> Postmortem:
    """Any record, with clocks that may run backwards and steps that may be missing."""
    detected = DETECTED + timedelta(minutes=draw(st.integers(-600_000, 150_000)))
    count = draw(st.integers(0, 2))
    return incident(
        number,
        detected,
        started=draw(_minutes),
        mitigated=draw(_minutes),
        published=draw(_minutes),
        resolved=draw(_minutes),
        reopened=draw(st.one_of(st.none(), st.none(), st.integers(0, 1000))),
        severity=draw(st.sampled_from(list(Severity))),
        state=draw(st.sampled_from(list(IncidentState))),
        kind=draw(st.sampled_from(list(IncidentKind))),
        key=draw(st.sampled_from([None, "a" * 64, "b" * 64])),
        pipelines=tuple(draw(st.lists(st.sampled_from(["a", "b", "画像", "=x"]), max_size=2))),
        proof=draw(st.sampled_from([None, PROOF])),
        actions=tuple(
            action(status=draw(st.sampled_from(["open", "done", "dropped"])), due=draw(st.sampled_from(_DUES)))
            for _ in range(count)
        ),
    )


_DUES = [None, "2025-12-31", "2026-01-15", "2026-06-01"]


@st.composite
def populations(draw: st.DrawFn, most: int = 12) -> list[Postmortem]:
    """Any number of records with different ids, some merged into each other."""
    made = [draw(anything(number)) for number in range(draw(st.integers(0, most)))]
    ids = [one.id for one in made]
    from msgspec.structs import replace

    return [
        replace(one, merged_into=draw(st.sampled_from(ids))) if one.state is IncidentState.MERGED else one
        for one in made
    ]
