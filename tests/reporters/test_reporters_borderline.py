"""A value near its limit: every report says in one line that rounding could flip the verdict."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest
from html_samples import data
from html_samples import render as page_of
from reporters_samples import SPECS, limit_finding, pair, source, view
from test_reporters_json import validate

from qualitygate.core.borderline import BORDERLINE
from qualitygate.core.measurement import Measurement
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, SubjectResult
from qualitygate.policy.judge import judge_pair
from qualitygate.policy.model import Profile
from qualitygate.reporters import reporter
from qualitygate.reporters.comparison import render_comparison
from qualitygate.reporters.document import compare_document
from qualitygate.reporters.json import serialise

LIMITS = (Threshold("delta_e_2000", "p95", 2.0), Threshold("ssim", "mean", 0.95), Threshold("ssim", "worst_tile", 0.9))
REGION = Threshold("delta_e_2000", "max", 3.0, region="logo")


def result(name: str, p95: float, mean: float, worst: float = 0.99, logo: float = 0.5) -> SubjectResult:
    """A pair as the gate judges it."""
    profile = Profile("hero", "hero.toml", thresholds=LIMITS)
    results = {"delta_e_2000": Measurement("delta_e_2000", {"p95": p95}),
               "ssim": Measurement("ssim", {"mean": mean, "worst_tile": worst})}  # fmt: skip
    within = {"logo": {"delta_e_2000": {"max": logo}}}
    findings, _ = judge_pair(profile, pair(name), source(name), results, SPECS, within, (REGION,))
    failed = any(one.level is Level.ERROR for one in findings)
    return SubjectResult(pair(name), Failed() if failed else Passed(), results, findings, source(name), source(name))


CLEAR = Report((result("hero/clear.png", 1.0, 0.99), result("hero/bad.png", 5.0, 0.99)))
MARKED = Report((
    result("hero/held.png", 1.0, 0.9505),
    result("hero/broken.png", 2.0004, 0.99),
    result("hero/also.png", 7.0, 0.9496),
    result("hero/logo.png", 1.0, 0.99, logo=2.9996),
))  # fmt: skip
FORMATS = ("text", "github", "markdown", "sarif", "junit", "json", "html")


def rendered(form: str, report: Report) -> str:
    if form == "html":
        return json.dumps(data(page_of(report, view()).text), ensure_ascii=False)
    found = reporter(form).render(report, view(width=200))
    return found.text + "".join(found.files.values())


@pytest.mark.parametrize("form", FORMATS)
def test_every_report_says_it_of_every_borderline_value_and_of_no_other(form: str) -> None:
    assert "rounding could flip" not in rendered(form, CLEAR).replace("so near it that rounding could flip", "")
    for one in MARKED.results:
        assert "rounding could flip this verdict" in rendered(form, Report((one,))), one.subject.id


def test_verdicts_are_those_without_the_mark() -> None:
    assert [type(one.verdict) for one in MARKED.results] == [Passed, Failed, Failed, Passed]
    assert all(one.borderline for one in MARKED.results)
    assert not any(one.borderline for one in CLEAR.results)


def test_json_has_a_key_for_it() -> None:
    document = validate("check", rendered("json", MARKED))
    assert [one["borderline"] for one in document["pairs"]] == [True] * 4
    marked = [(one["code"], one["metric"], one["statistic"], one["region"], one["value"], one["limit"])
              for judged in document["pairs"] for one in judged["findings"] if one["borderline"] is True]  # fmt: skip
    assert marked == [
        ("QG-1005", "ssim", "mean", None, 0.9505, 0.95),
        ("QG-1001", "delta_e_2000", "p95", None, 2.0004, 2.0),
        ("QG-1001", "ssim", "mean", None, 0.9496, 0.95),
        ("QG-1005", "delta_e_2000", "max", "logo", 2.9996, 3.0),
    ]
    clear = validate("check", rendered("json", CLEAR))
    assert not any(one["borderline"] for one in (*clear["pairs"], *(f for p in clear["pairs"] for f in p["findings"])))
    compared = validate("compare", serialise(compare_document(MARKED.results[0])))
    assert compared["findings"][0]["borderline"] is True


def test_a_terminal_says_it_beside_the_limit() -> None:
    said = rendered("text", MARKED)
    assert "SSIM 0.9505 is within 0.001 of 0.95  QG-1005" in said
    assert "borderline  rounding could flip this verdict" in said
    assert f"also        SSIM 0.9496 is below 0.95 (mean, S2), {BORDERLINE}" in said
    assert BORDERLINE in render_comparison(MARKED.results[1], view(width=200))


def test_junit_and_sarif_have_properties() -> None:
    suites = fromstring(rendered("junit", MARKED))
    properties = {(case.get("name"), one.get("name")): one.get("value")
                  for case in suites.iter("testcase") for one in case.iter("property")}  # fmt: skip
    assert {key: value for key, value in properties.items() if str(key[1]).startswith("borderline.")} == {
        ("hero/held.png", "borderline.ssim.mean"): "true",
        ("hero/broken.png", "borderline.delta_e_2000.p95"): "true",
        ("hero/also.png", "borderline.ssim.mean"): "true",
        ("hero/logo.png", "borderline.logo.delta_e_2000.max"): "true",
    }
    results = json.loads(rendered("sarif", MARKED))["runs"][0]["results"]
    assert [one["properties"].get("borderline") for one in results] == [None, True, True, True, True]
    assert {one["level"] for one in results if one["ruleId"] == "QG-1005"} == {"note"}


def test_a_comment_says_it_in_the_cell_of_the_number() -> None:
    assert f"**2.0004**, {BORDERLINE}" in rendered("markdown", MARKED)


def test_an_alert_stays_the_same_when_its_value_comes_near_its_limit() -> None:
    marks = []
    for value in (2.0004, 2.4):
        log = json.loads(rendered("sarif", Report((result("hero/a.png", value, 0.99),))))
        marks.append(log["runs"][0]["results"][0]["partialFingerprints"])
    assert marks[0] == marks[1]


def test_a_finding_made_without_it_is_not_borderline() -> None:
    assert not limit_finding("a", 5.0, 2.0).borderline
    assert not Finding("QG-1101", Level.ERROR, "candidate missing: a").borderline
