"""What the page says of what is no pair: LUTs, brand colours, the drift of a batch."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from html_samples import branded, branded_view, data, lut, render, small_view

from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.core.verdict import Finding, Level, Report


def test_a_lut_has_numbers_and_no_pictures() -> None:
    one = data(render(Report((lut(),)), small_view()).text)["pairs"][0]
    assert one["kind"] == "lut"
    assert one["shown"] is None
    assert one["bare"] == ""
    assert [row["text"] for row in one["metrics"][0]["rows"]] == ["1.2500", "3.5000"]
    assert one["advice"][0]["command"].startswith("qualitygate lut approve 'luts/brand look.cube'")


def test_a_broken_lut_cannot_be_approved() -> None:
    result = lut()
    broken = replace(result, measurements={}, findings=(replace(result.findings[0], code="QG-1633"),))
    steps = data(render(Report((broken,)), small_view()).text)["pairs"][0]["advice"]
    assert [step["title"] for step in steps] == ["What is asked is wrong", "Nobody wanted it"]


def test_a_limit_of_the_shipped_lut_file_is_changed_in_one_that_extends_it() -> None:
    drifted = replace(lut().findings[0], metric="lut_drift", statistic="skin_p95", value=3.5, limit=1.0)
    result = replace(lut(), findings=(drifted,))
    shown = small_view(files={result.subject.set_name: ThresholdFile("lut", "thresholds/lut.toml", ships=True)})
    steps = data(render(Report((result,)), shown).text)["pairs"][0]["advice"]
    step = next(one for one in steps if one["title"] == "The limit is wrong")
    stated = tomllib.loads(step["command"])
    assert stated == {"extends": "lut", "drift": {"skin": {"p95": {"fail": 1.0, "why": "why it is another"}}}}
    assert "`thresholds/lut.toml`" in step["text"]


def test_kinds_that_nobody_knows_yet_are_told_like_any_other() -> None:
    result = lut()
    subject = replace(result.subject, kind="set", id="campaign", candidate=None, reference=None)
    page = render(Report((replace(result, subject=subject),)), small_view()).text
    one = data(page)["pairs"][0]
    assert (one["kind"], one["id"], one["files"]) == ("set", "campaign", [])


def test_each_statistic_has_its_direction_and_its_limit() -> None:
    one = data(render(Report((branded(),)), branded_view()).text)["pairs"][0]
    rows = {row["statistic"]: row for row in one["metrics"][0]["rows"]}
    assert (rows["brand red.p98"]["better"], rows["brand red.p98"]["sign"]) == ("lower", "≤")
    coverage = rows["shop green.coverage"]
    assert (coverage["better"], coverage["sign"], coverage["limit"], coverage["broken"]) == ("higher", "≥", 0.05, True)
    assert coverage["used"] == pytest.approx(1 / 0.95)
    assert rows["brand red.coverage"]["broken"] is False
    assert rows["shop green.outside"]["better"] == "lower"


def test_a_drift_to_either_side_is_held_by_its_size() -> None:
    from qualitygate.core import lab_drift
    from qualitygate.core.measurement import Measurement

    finding = Finding("QG-1510", Level.ERROR, "L*a*b* drift of mean b* 9.00 exceeds 2.0: shop", subject="shop",
                      metric="lab_drift", statistic="b", value=9.0, limit=2.0)  # fmt: skip
    drifted = replace(lut(), measurements={"lab_drift": Measurement("lab_drift", {"b": -9.0})}, findings=(finding,))
    shown = replace(small_view(), specs={"lab_drift": lab_drift.SPEC})
    (row,) = data(render(Report((drifted,)), shown).text)["pairs"][0]["metrics"][0]["rows"]
    assert (row["value"], row["sign"], row["limit"], row["used"]) == (-9.0, "±", 2.0, 4.5)


def test_the_list_says_of_a_brand_colour_what_its_name_does_not() -> None:
    page = render(Report((branded(),)), branded_view()).text
    assert '"row-worst">brand red DeltaE00 4.62 exceeds 2.0 (p98)</span>' in page
    missing = replace(branded(), findings=branded().findings[1:])
    page = render(Report((missing,)), branded_view()).text
    assert '"row-worst">shop green coverage 0.00 % is below 5.0 %</span>' in page


def test_what_misses_a_colour_is_found_by_the_metric_it_was_measured_with() -> None:
    missing = replace(branded(), findings=branded().findings[1:])
    page = render(Report((missing,)), branded_view()).text
    assert 'data-metrics="palette"' in page
    assert '<option value="palette">' in page
