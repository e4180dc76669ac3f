"""KPIs: what came back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kpi_cases import DETECTED, NOW, incident, near_miss, trigger

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.incidents.kpi import kpis, population

KEY, OTHER = "a" * 64, "b" * 64
DAY = 24 * 60


def came_back(*records: object) -> dict[str, tuple[str, str]]:
    found = population(records, NOW).came_back  # type: ignore[arg-type]
    return {incident: (repeat.of, repeat.why) for incident, repeat in found.items()}


@pytest.mark.parametrize(("days", "again"), [(89, True), (90, True), (91, False)])
def test_the_same_failure_within_90_days_of_its_end(days: int, again: bool) -> None:
    first = incident(1, key=KEY, resolved=5 * DAY, state=IncidentState.CLOSED)
    second = incident(2, DETECTED + timedelta(days=5 + days), key=KEY)
    assert came_back(second, first) == ({second.id: (first.id, "same failure")} if again else {})


def test_what_was_never_resolved_was_never_gone() -> None:
    first, second = incident(1, key=KEY), incident(2, DETECTED + timedelta(days=400), key=KEY)
    assert came_back(first, second) == {second.id: (first.id, "same failure")}


def test_another_failure_no_key_and_the_same_moment_are_no_repeats() -> None:
    later = DETECTED + timedelta(days=1)
    assert came_back(incident(1, key=KEY), incident(2, later, key=OTHER)) == {}
    assert came_back(incident(1), incident(2, later)) == {}
    assert came_back(incident(1, key=KEY), incident(2, key=KEY)) == {}


def test_a_long_incident_is_found_behind_shorter_ones() -> None:
    long = incident(1, key=KEY, resolved=300 * DAY, state=IncidentState.CLOSED)
    short = incident(2, DETECTED + timedelta(days=1), key=KEY, resolved=DAY, state=IncidentState.CLOSED)
    last = incident(3, DETECTED + timedelta(days=200), key=KEY)
    assert came_back(long, short, last)[last.id] == (long.id, "same failure")


def test_a_broken_limit_that_was_born_of_an_earlier_incident() -> None:
    first = incident(1, resolved=DAY)
    second = near_miss(2, DETECTED + timedelta(days=30), triggers=(trigger("PM-2025-09-27-01"), trigger(first.id)))
    assert came_back(first, second) == {second.id: (first.id, "broke a limit born of it")}
    whole = kpis([first, second], NOW).overall.recurrence
    assert (whole.n, whole.count, whole.escaped, whole.rate) == (2, 1, 0, 0.5)


def test_a_limit_born_of_an_incident_of_the_same_moment_repeats_nothing() -> None:
    first = incident(1)
    assert came_back(first, incident(2, triggers=(trigger(first.id),))) == {}
    assert came_back(incident(3, triggers=(trigger(incident(3).id),))) == {}


def test_reopened() -> None:
    assert came_back(incident(1, state=IncidentState.REOPENED)) == {incident(1).id: (incident(1).id, "reopened")}
    assert came_back(incident(1, reopened=50, state=IncidentState.CLOSED))[incident(1).id][1] == "reopened"
    assert kpis([incident(1, reopened=50)], NOW).overall.recurrence.escaped == 1


@pytest.mark.parametrize(("after", "again"), [(60, True), (5, False)])
def test_merged_after_mitigation_is_a_return_and_before_it_a_second_report(after: int, again: bool) -> None:
    first = incident(1, mitigated=20)
    alias = incident(2, DETECTED + timedelta(minutes=after), state=IncidentState.MERGED, merged_into=first.id)
    expected = {first.id: (first.id, "merged after mitigation")} if again else {}
    assert came_back(alias, first) == expected


def test_a_merged_incident_lends_its_key() -> None:
    first = incident(1)
    alias = incident(2, state=IncidentState.MERGED, merged_into=first.id, key=KEY)
    third = incident(3, DETECTED + timedelta(days=2), key=KEY)
    assert came_back(first, alias, third) == {third.id: (first.id, "same failure")}


def test_mergers_in_a_circle_end() -> None:
    one, two = incident(1), incident(2)
    circle = [
        incident(1, state=IncidentState.MERGED, merged_into=two.id),
        incident(2, state=IncidentState.MERGED, merged_into=one.id),
    ]
    assert came_back(*circle) == {}


def test_drills_and_false_positives_precede_nothing() -> None:
    later = incident(3, DETECTED + timedelta(days=1), key=KEY)
    assert came_back(incident(1, key=KEY, kind=IncidentKind.DRILL), later) == {}
    assert came_back(incident(1, key=KEY, state=IncidentState.FALSE_POSITIVE), later) == {}


def test_the_earlier_incident_may_lie_in_another_quarter() -> None:
    from qualitygate.incidents.kpi.quarter import Quarter

    first = incident(1, DETECTED - timedelta(days=60), key=KEY)
    second = incident(2, key=KEY)
    assert kpis([first, second], NOW, quarter=Quarter(2025, 4)).overall.recurrence.count == 1
