"""JUnit XML: the shape that readers agree on, right counts, any text."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junit_shape import parsed
from reporters_samples import (
    WHY,
    failed_report,
    large_report,
    limit_finding,
    measured,
    pair,
    passed_report,
    report_named,
    stepped_report,
    view,
)

from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, SetInfo, StepInfo, SubjectResult
from qualitygate.reporters.junit import Junit, junit_xml


def told(report: Report) -> Element:
    return parsed(Junit().render(report, view()).text)


def suite(root: Element, name: str) -> Element:
    (found,) = [one for one in root if one.get("name") == name]
    return found


def case(root: Element, name: str) -> Element:
    (found,) = [one for one in root.iter("testcase") if one.get("name") == name]
    return found


@pytest.mark.parametrize("report", [failed_report(), passed_report(), stepped_report(), Report(()), large_report(50)])
def test_reports_have_the_shape(report: Report) -> None:
    told(report)


@pytest.mark.parametrize(
    ("wrong", "instead"),
    [
        ('tests="6"', 'tests="5"'),
        ("<skipped", "<ignored"),
        ("<failure", "</testcase><failure"),
        ('classname="qualitygate.hero"', ""),
        ("</properties>\n      <failure", '</properties><error message="" type=""/><failure'),
        ('timestamp="2026', 'timestamp="26'),
    ],
)
def test_the_shape_refuses_what_is_wrong(wrong: str, instead: str) -> None:
    text = Junit().render(failed_report(), view()).text
    assert wrong in text
    with pytest.raises((AssertionError, ParseError)):
        parsed(text.replace(wrong, instead))


@given(st.text(st.characters(), min_size=1, max_size=30), st.text(st.characters(), max_size=30))
def test_any_text_is_taken(name: str, text: str) -> None:
    root = told(report_named(name, text))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "1")


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30))
def test_what_can_be_shown_is_told_as_it_is(name: str) -> None:
    names = {one.get("name") for one in told(report_named(name, name)).iter("testcase")}
    assert names == {name, name + "2"}


def test_control_characters_are_shown_as_escapes() -> None:
    root = told(report_named("a\x1b[31m\x00\ufffe\ud800.png", "two\nlines"))
    assert case(root, "a\\x1b[31m\\x00\\ufffe\\ud800.png").find("failure") is not None


def test_failures_are_the_gates_and_errors_are_no_measurements() -> None:
    root = told(failed_report())
    failure = case(root, "hero/landing.jpg").find("failure")
    assert failure is not None
    assert failure.get("message") == "DeltaE00 5.31 exceeds 2.0 and 1 more"
    assert failure.get("type") == "QG-1001"
    assert WHY in (failure.text or "")
    assert "postmortem" not in (failure.text or "")
    error = case(root, "hero/cut.png").find("error")
    assert error is not None
    assert error.get("message") == "the file ends before the picture does"
    skipped = case(root, "hero/old.png").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "excluded by --only"
    assert [child.tag for child in case(root, "hero/good.png")] == ["properties"]
    assert suite(root, "hero").get("timestamp") == "2026-11-21T09:30:00Z"


def test_numbers_are_properties_of_the_case() -> None:
    values = {p.get("name"): p.get("value") for p in case(told(failed_report()), "hero/landing.jpg").iter("property")}
    assert values["delta_e_2000.p95"] == "5.3125"
    assert values["ssim.worst_tile"] == "0.875"
    assert values["limit.delta_e_2000.p95"] == "2.0"
    assert not any(str(name).startswith("lpips") for name in values)
    accepted = {p.get("name"): p.get("value") for p in case(told(stepped_report()), "hero/neon.png").iter("property")}
    assert accepted["accepted"] == "h100"


def test_a_limit_of_a_region_does_not_take_the_place_of_that_of_the_picture() -> None:
    findings = (
        limit_finding("a.png", 9.0, 5.0, region="logo"),
        limit_finding("a.png", 3.0, 2.0),
        limit_finding("a.png", 1.9, 1.5, level=Level.WARNING),
    )
    root = told(Report((SubjectResult(pair("a.png"), Failed(), {}, findings),)))
    values = {p.get("name"): p.get("value") for p in case(root, "a.png").iter("property")}
    assert values == {"limit.logo.delta_e_2000.p95": "5.0", "limit.delta_e_2000.p95": "2.0"}


def test_heat_maps_are_attached() -> None:
    output = case(told(failed_report()), "hero/landing.jpg").findtext("system-out") or ""
    assert output.splitlines()[-1] == "[[ATTACHMENT|evidence/pm-2026-11-21-4711/01-landing.png]]"


def test_findings_of_a_set_are_a_case_of_its_suite_under_a_standing_name() -> None:
    report = failed_report()
    budget = case(suite(told(report), "hero"), "byte budget exceeded (QG-1010)")
    assert budget.find("failure") is not None
    other = replace(report.findings[0], value=9e9, message="mean file size 9000000.0 KB exceeds 180 KB: set hero")
    case(suite(told(replace(report, findings=(other,))), "hero"), "byte budget exceeded (QG-1010)")


def test_sets_are_suites_and_what_belongs_to_none_is_of_the_run() -> None:
    results = tuple(SubjectResult(Subject("pair", f"{name}/a.png", name), Passed()) for name in ("shop", "hero", ""))
    lost = Finding("QG-1412", Level.WARNING, "no incident was opened")
    worse = Finding("QG-1105", Level.ERROR, "set is empty: ui", set_name="ui")
    root = told(Report(results, (lost, worse), (SetInfo("hero", "hero", "p", "r", "c"),)))
    assert [one.get("name") for one in root] == ["hero", "shop", "run", "ui"]
    assert suite(root, "run").findtext("system-out") == "warning: no incident was opened"
    assert suite(root, "ui").get("failures") == "1"


def test_further_checks_are_suites_of_their_own() -> None:
    root = told(stepped_report())
    assert [one.get("name") for one in root] == ["hero", "audit", "codeowners", "prove", "thresholds"]
    assert [(one.get("failures"), one.get("errors")) for one in root] == [
        ("0", "0"), ("0", "0"), ("1", "0"), ("0", "1"), ("0", "0"),
    ]  # fmt: skip
    failure = case(root, "codeowners").find("failure")
    assert failure is not None
    assert failure.get("message") == "no brand owner and 1 more"
    assert [line.split(":")[0] for line in (failure.text or "").splitlines()] == [
        "QG-1783 luts/brand.cube", "QG-1783 thresholds/hero.toml",
    ]  # fmt: skip
    assert case(root, "audit").findtext("system-out") == "no change"


def test_a_further_check_that_says_nothing_of_its_failure_fails_still() -> None:
    root = told(Report((), steps=(StepInfo("audit", "failed"),)))
    assert case(root, "audit").find("failure") is not None


def test_above_the_limit_what_passed_is_told_without_its_numbers() -> None:
    good = tuple(SubjectResult(pair(f"{i}.png"), Passed(), measured()) for i in range(50))
    report = Report((failed_report().results[0], *good))
    whole = junit_xml(report, view())
    short = junit_xml(report, view(), len(whole.encode()) - 1)
    assert len(short) < len(whole) / 2
    root = parsed(short)
    assert root.get("tests") == "51"
    assert case(root, "7.png").find("properties") is None
    assert case(root, "hero/landing.jpg").find("properties") is not None
    assert junit_xml(report, view(), len(whole.encode())) == whole
