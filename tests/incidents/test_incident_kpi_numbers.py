"""KPIs: numbers reckoned by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from kpi_cases import DETECTED, NOW, PROOF, action, incident, near_miss

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.kpi import kpis
from qualitygate.incidents.kpi.quarter import Quarter, parse_quarter, quarter_of
from qualitygate.incidents.postmortem import Postmortem

HOUR = 60


def test_five_incidents_by_hand() -> None:
    """Mitigated after 10, 20, 30 and 60 minutes, one not at all: median 25, p90 at position 2.7, 30 + 0.7 * 30."""
    took = (10, 20, 30, 60, None)
    whole = kpis([incident(n, mitigated=minutes) for n, minutes in enumerate(took)], NOW).overall
    mitigate = whole.time_to_mitigate
    assert (mitigate.n, mitigate.open, mitigate.unknown) == (4, 1, 0)
    assert mitigate.median_seconds == 25 * 60
    assert mitigate.p90_seconds == pytest.approx(51 * 60)
    sla = whole.mitigated_in_30_minutes
    assert (sla.n, sla.met, sla.missed, sla.pending, sla.rate) == (5, 3, 2, 0, 0.6)


def test_time_to_detect_runs_from_the_start() -> None:
    whole = kpis([incident(1, started=-90), incident(2), incident(3, started=5)], NOW).overall
    assert (whole.time_to_detect.n, whole.time_to_detect.unknown, whole.time_to_detect.open) == (1, 2, 0)
    assert whole.time_to_detect.median_seconds == 90 * 60


def test_time_to_resolve_and_publication_lead() -> None:
    whole = kpis([incident(1, resolved=3 * HOUR, published=47 * HOUR), incident(2, published=49 * HOUR)], NOW).overall
    assert (whole.time_to_resolve.n, whole.time_to_resolve.open) == (1, 1)
    assert whole.time_to_resolve.median_seconds == 3 * 3600
    assert whole.publication_lead.median_seconds == 48 * 3600
    assert (whole.published_in_48_hours.met, whole.published_in_48_hours.missed) == (1, 1)


@pytest.mark.parametrize(
    ("after", "met", "missed"),
    [(30, 1, 0), (30 + 1 / 60, 0, 1), (0, 1, 0)],
    ids=["on the dot", "a second late", "at once"],
)
def test_the_deadline_belongs_to_the_time_allowed(after: float, met: int, missed: int) -> None:
    sla = kpis([incident(1, mitigated=after)], NOW).overall.mitigated_in_30_minutes
    assert (sla.met, sla.missed) == (met, missed)


@pytest.mark.parametrize(("passed", "state"), [(29, "pending"), (30, "pending"), (31, "missed")])
def test_an_open_incident_is_pending_before_its_deadline_and_a_miss_after(passed: int, state: str) -> None:
    sla = kpis([incident(1)], DETECTED + timedelta(minutes=passed)).overall.mitigated_in_30_minutes
    assert (sla.pending, sla.missed) == ((1, 0) if state == "pending" else (0, 1))
    assert sla.rate == (None if state == "pending" else 0.0)


def test_a_near_miss_owes_no_mitigation_and_a_postmortem_only_when_serious() -> None:
    records = [near_miss(1), near_miss(2, severity=Severity.S1), near_miss(3, severity=Severity.S0, published=60)]
    whole = kpis(records, NOW).overall
    assert whole.time_to_mitigate.n == whole.mitigated_in_30_minutes.n == 0
    sla = whole.published_in_48_hours
    assert (sla.n, sla.met, sla.missed) == (2, 1, 1)
    assert whole.publication_lead.open == 1
    assert (whole.gate_catch.n, whole.gate_catch.count, whole.gate_catch.rate) == (3, 3, 1.0)


def test_a_real_incident_owes_a_postmortem_at_any_severity() -> None:
    assert kpis([incident(1, severity=Severity.S3)], NOW).overall.published_in_48_hours.missed == 1


def test_what_does_not_count() -> None:
    records = [
        incident(1, kind=IncidentKind.DRILL),
        incident(2, kind=IncidentKind.DRILL, state=IncidentState.FALSE_POSITIVE),
        incident(3, state=IncidentState.FALSE_POSITIVE),
        incident(4, state=IncidentState.MERGED, merged_into="PM-2025-11-03-000005"),
        incident(5, actions=(action(),)),
    ]
    made = kpis(records, NOW)
    assert made.overall.incidents == 1
    assert msgspec.to_builtins(made.left_out) == {"drill": 2, "false_positive": 1, "merged": 1}


def test_nothing_is_divided_by_nothing() -> None:
    whole = kpis([], NOW).overall
    assert whole.incidents == 0
    for share in (whole.gate_catch, whole.proof_coverage, whole.recurrence, whole.published_in_48_hours):
        assert (share.n, share.rate) == (0, None)
    assert whole.time_to_detect.median_seconds is None
    assert whole.remediations.age_days.p90 is None


def test_clocks_that_run_backwards_are_unknown_and_neither_hit_nor_miss() -> None:
    whole = kpis([incident(1, mitigated=-5, resolved=-1)], NOW).overall
    assert (whole.time_to_mitigate.n, whole.time_to_mitigate.unknown) == (0, 1)
    assert whole.time_to_resolve.unknown == 1
    sla = whole.mitigated_in_30_minutes
    assert (sla.n, sla.unknown, sla.rate) == (0, 1, None)


def test_remediations() -> None:
    """Detected 3 November, now 15 January: 73 days old. Due 31 December: 15 days late; due today: not yet."""
    actions = (
        action(due="2025-12-31"),
        action(due="2026-01-15"),
        action(due=None),
        action(status="done"),
        action(status="dropped"),
    )
    found = kpis([incident(1, actions=actions, state=IncidentState.CLOSED)], NOW).overall.remediations
    assert (found.open, found.overdue, found.undated, found.done) == (3, 1, 1, 1)
    assert found.age_days.median == 73
    assert (found.overdue_days.n, found.overdue_days.median, found.overdue_days.p90) == (1, 15, 15)


def test_a_due_date_that_does_not_exist_is_none() -> None:
    found = kpis([incident(1, actions=(action(due="2025-02-30"),))], NOW).overall.remediations
    assert (found.open, found.overdue, found.undated) == (1, 0, 1)


def test_proof_coverage_is_of_published_ones() -> None:
    failed = msgspec.structs.replace(PROOF, result="failed")
    records = [
        incident(1, published=10, proof=PROOF),
        incident(2, published=10, proof=failed),
        incident(3, published=10),
        incident(4, proof=PROOF),
    ]
    covered = kpis(records, NOW).overall.proof_coverage
    assert (covered.n, covered.count, covered.rate) == (3, 1, 1 / 3)


def test_groups() -> None:
    records = [
        incident(1, severity=Severity.S0, pipelines=("a", "b")),
        incident(2, datetime(2025, 9, 30, 23, 59, 59, tzinfo=UTC), pipelines=()),
        incident(3, datetime(2025, 10, 1, tzinfo=UTC), pipelines=("b", "b")),
    ]

    def sizes(by: str) -> dict[str, int]:
        return {group.name: group.kpis.incidents for group in kpis(records, NOW, by=by).groups}  # type: ignore[arg-type]

    assert sizes("severity") == {"S0": 1, "S1": 2, "S2": 0, "S3": 0}
    assert sizes("quarter") == {"2025Q3": 1, "2025Q4": 2}
    assert sizes("pipeline") == {"(none)": 1, "a": 1, "b": 2}
    assert kpis(records, NOW, quarter=Quarter(2025, 3)).overall.incidents == 1


def test_the_quarter_of_a_moment_is_reckoned_in_utc() -> None:
    assert str(quarter_of(datetime.fromisoformat("2026-01-01T01:00:00+02:00"))) == "2025Q4"
    assert [quarter_of(datetime(2025, month, 1, tzinfo=UTC)).number for month in range(1, 13)] == [
        1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4,
    ]  # fmt: skip
    assert parse_quarter("2025-q4") == (2025, 4)
    assert Quarter(2025, 1).previous == (2024, 4)


@pytest.mark.parametrize("text", ["2025Q5", "Q4", "2025", "", "0000Q1", "2025Q4 x", "２０２５Q4"])
def test_what_is_no_quarter(text: str) -> None:
    with pytest.raises(ConfigError, match="write 2025Q4") as caught:
        parse_quarter(text)
    assert caught.value.code == "QG-1405"


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"times": Times(detected="2025-02-30T00:00:00Z")}, "times.detected"),
        ({"times": Times(detected="2025-02-03T00:00:00Z", resolved="2025-02-03T25:00:00Z")}, "times.resolved"),
    ],
)
def test_a_time_that_does_not_exist_is_a_clear_error(changes: dict, names: str) -> None:
    with pytest.raises(ConfigError, match=names) as caught:
        kpis([incident(1, **changes)], NOW)
    assert (caught.value.code, caught.value.where) == ("QG-1740", "PM-2025-11-03-000001")


def test_fractions_of_seconds_count() -> None:
    record = Postmortem(
        id="PM-2025-11-03-01",
        title="",
        severity=Severity.S2,
        state=IncidentState.MITIGATED,
        kind=IncidentKind.REAL,
        times=Times(detected="2025-11-03T08:00:00.25Z", mitigated="2025-11-03T08:00:01Z"),
        impact=Impact(summary="", count=0),
    )
    assert kpis([record], NOW).overall.time_to_mitigate.median_seconds == 0.75
