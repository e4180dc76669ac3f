"""The same failure has the same key on any machine; another failure has another."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from incident_cases import finding, report

from qualitygate.core.verdict import Level, SetInfo
from qualitygate.incidents.identity import check_id, failed_checks, failed_sets, failure_key, gate_incident_id
from qualitygate.incidents.notation import ID_PATTERN

SETS = [("hero", "hero-export")]
TODAY = date(2026, 11, 21)


def test_a_check_is_named_without_values_and_files():
    assert check_id(finding("a.webp", 5.31)) == check_id(finding("b.webp", 9.9)) == "QG-1001/delta_e_2000/p95"
    assert check_id(finding(region="logo")) == "QG-1001/delta_e_2000/p95/logo"
    assert check_id(finding(code="QG-1101", metric=None, statistic=None)) == "QG-1101"


def test_only_errors_are_failed_checks():
    warned = finding("b.webp", level=Level.WARNING, metric="ssim")
    assert failed_checks(report(finding(), finding("c.webp"), warned)) == ("QG-1001/delta_e_2000/p95",)


def test_only_sets_with_failures_count():
    both = replace(report(finding()), sets=(*report().sets, SetInfo("ui", "ui", "ui-export", "a", "b")))
    assert [info.name for info in failed_sets(both)] == ["hero"]
    of_the_run = replace(both, results=(), findings=(finding(None, set_name=None),))
    assert [info.name for info in failed_sets(of_the_run)] == ["hero", "ui"]


def test_the_key_is_stable_for_ever():
    # Whoever changes what is hashed opens a second incident for every failure that has one.
    text = '{"change":"pull/12","checks":["QG-1001/delta_e_2000/p95"],"sets":[["hero","hero-export"]],"version":1}'
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert failure_key(["QG-1001/delta_e_2000/p95"], SETS, "pull/12") == expected


def test_order_separators_and_normal_form_make_no_difference():
    one = failure_key(["a", "b"], [("x", "in\\Börse -> out"), ("y", "p")], "pull/12")
    other = failure_key(["b", "a", "a"], [("y", "p"), ("x", "in/Bo\u0308rse -> out")], "pull/12")
    assert one == other


def test_each_part_makes_a_difference():
    keys = {
        failure_key(["a"], SETS, "pull/12"),
        failure_key(["b"], SETS, "pull/12"),
        failure_key(["a"], SETS, "pull/13"),
        failure_key(["a"], [("hero", "other")], "pull/12"),
        failure_key(["a"], [("other", "hero-export")], "pull/12"),
    }
    assert len(keys) == 5


@given(st.text(), st.integers(0, 50))
def test_ids_are_well_formed_and_never_counted_by_hand(text: str, attempt: int):
    key = failure_key([text], SETS, "pull/12")
    found = gate_incident_id(key, TODAY, attempt)
    assert re.fullmatch(ID_PATTERN, found)
    assert re.fullmatch(r"PM-2026-11-21-[1-9][0-9]{7}", found)


def test_attempts_give_other_ids():
    key = failure_key(["a"], SETS, "pull/12")
    assert len({gate_incident_id(key, TODAY, attempt) for attempt in range(20)}) == 20
