"""KPIs: an independent reckoning, and properties that hold for any records."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kpi_cases import DETECTED, NOW, incident, near_miss, populations

from qualitygate.incidents import kpi
from qualitygate.incidents.kpi import csv_table, markdown, review, text
from qualitygate.incidents.kpi.quantile import quantiles
from qualitygate.incidents.kpi.quarter import Quarter
from qualitygate.incidents.postmortem import Postmortem


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=60))
def test_quantiles_agree_with_numpy(values: list[float]) -> None:
    made = quantiles(values)
    assert made.n == len(values)
    assert made.median == pytest.approx(float(np.quantile(values, 0.5)), rel=1e-12, abs=1e-12)
    assert made.p90 == pytest.approx(float(np.quantile(values, 0.9)), rel=1e-12, abs=1e-12)


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=40))
def test_quantiles_agree_with_the_standard_library(values: list[int]) -> None:
    made = quantiles(values)
    assert made.median == pytest.approx(statistics.median(values))
    assert made.p90 == pytest.approx(statistics.quantiles(values, n=10, method="inclusive")[8])


def plainly(records: list[Postmortem], now: datetime) -> dict[str, tuple[int, int, float | None]]:
    """The same numbers in the plainest way: met, missed and median, from the text of the facts."""
    parse = datetime.fromisoformat
    ours = [r for r in records if r.kind != "drill" and r.state not in ("false_positive", "merged")]
    found = {}
    for name, field, limit, owing in (
        ("mitigated_in_30_minutes", "mitigated", 1800, [r for r in ours if r.kind == "real"]),
        ("published_in_48_hours", "published", 172_800, [r for r in ours if r.kind == "real" or r.severity <= "S1"]),
    ):
        met = missed = 0
        spans = []
        for record in owing:
            end = getattr(record.times, field)
            start = parse(record.times.detected)
            took = ((parse(end) if end else now) - start).total_seconds()
            if end and took < 0:
                continue
            met += bool(end) and took <= limit
            missed += took > limit
            spans += [took] if end else []
        found[name] = (met, missed, statistics.median(spans) if spans else None)
    return found


@given(populations())
def test_deadlines_agree_with_the_plain_reckoning(records: list[Postmortem]) -> None:
    whole = kpi.kpis(records, NOW).overall
    plain = plainly(records, NOW)
    sla = whole.mitigated_in_30_minutes
    assert (sla.met, sla.missed, whole.time_to_mitigate.median_seconds) == plain["mitigated_in_30_minutes"]
    sla = whole.published_in_48_hours
    assert (sla.met, sla.missed) == plain["published_in_48_hours"][:2]


@given(populations(), st.randoms(use_true_random=False), st.sampled_from([None, "severity", "quarter", "pipeline"]))
def test_the_order_of_records_does_not_matter(records: list[Postmortem], order: random.Random, by: kpi.By) -> None:
    shuffled = records.copy()
    order.shuffle(shuffled)
    assert kpi.to_json(kpi.kpis(records, NOW, by=by)) == kpi.to_json(kpi.kpis(shuffled, NOW, by=by))
    one, two = kpi.population(records, NOW), kpi.population(shuffled, NOW)
    assert review.render(one, Quarter(2025, 4)) == review.render(two, Quarter(2025, 4))


def leaves(tree: object, path: str = "") -> dict[str, object]:
    if isinstance(tree, dict):
        return {k: v for key, value in tree.items() for k, v in leaves(value, f"{path}.{key}").items()}
    return {path: tree}


@given(populations())
def test_rates_lie_between_nothing_and_all_and_counts_add_up(records: list[Postmortem]) -> None:
    for by in ("severity", "quarter"):
        made = msgspec.to_builtins(kpi.kpis(records, NOW, by=by))
        whole = leaves(made["overall"])
        groups = [leaves(group["kpis"]) for group in made["groups"]]
        for key, value in whole.items():
            last = key.rpartition(".")[2]
            if last == "rate":
                assert value is None or 0 <= value <= 1
            elif last in ("median", "p90", "median_seconds", "p90_seconds"):
                assert value is None or value >= 0
            else:
                assert value == sum(group[key] for group in groups), key
    owed = made["overall"]
    assert owed["incidents"] + sum(made["left_out"].values()) == len(records)
    assert owed["real"] + owed["near_miss"] == owed["incidents"]
    for name in ("mitigated_in_30_minutes", "published_in_48_hours"):
        assert owed[name]["met"] + owed[name]["missed"] == owed[name]["n"]
    resolve = owed["time_to_resolve"]
    assert resolve["n"] + resolve["open"] + resolve["unknown"] == owed["incidents"]


@given(populations())
@settings(max_examples=30, deadline=None)
def test_everything_renders(records: list[Postmortem]) -> None:
    for by in (None, "severity", "quarter", "pipeline"):
        made = kpi.kpis(records, NOW, by=by)
        for rendered in (text.render(made), csv_table.render(made), markdown.render(made)):
            assert rendered.endswith("\n")
            assert "nan" not in rendered.lower()
            assert "None" not in rendered.replace("None.", "")


@given(populations(), st.integers(0, 400_000))
def test_time_only_turns_pending_into_missed(records: list[Postmortem], later: int) -> None:
    before = kpi.kpis(records, NOW).overall.published_in_48_hours
    after = kpi.kpis(records, NOW + timedelta(minutes=later)).overall.published_in_48_hours
    assert after.met == before.met
    assert after.missed >= before.missed
    assert after.missed + after.pending == before.missed + before.pending


def test_ten_thousand_incidents_are_counted_in_time(bounded: Callable[[float], AbstractContextManager[None]]) -> None:
    records = [
        (incident if number % 3 else near_miss)(
            number, DETECTED - timedelta(hours=number), key=f"{number % 50:064x}", mitigated=number % 70, resolved=9000
        )
        for number in range(10_000)
    ]
    with bounded(10):
        made = kpi.kpis(records, NOW, by="pipeline")
    assert made.overall.incidents == 10_000
