"""SARIF: valid against the standard's schema, within GitHub's limits, the worst first."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import (
    LIMITS,
    WHY,
    failed_report,
    large_report,
    limit_finding,
    pair,
    passed_report,
    report_named,
    stepped_report,
    view,
)

from qualitygate.core.codes import CODES
from qualitygate.core.verdict import Failed, Finding, Level, Report, SubjectResult
from qualitygate.reporters.sarif import Sarif, sarif_log

HOSTILE = st.text(st.sampled_from("%\n\r|<>`,:=*_[](){}0#@\\/.\u2028\x85\x1b\udcff\ud800 aé"), max_size=25)


@pytest.fixture(scope="session")
def valid(corpora: Path) -> Any:
    """Raise unless a log is valid against the published schema."""
    path = corpora.parent / "schemas" / "sarif-schema-2.1.0.json"
    if not path.is_file():
        pytest.skip("the schema of SARIF is not present")
    schema = json.loads(path.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER).validate


def run_of(report: Report, **changes: Any) -> dict[str, Any]:
    """The one run of the log, of which every reader may expect this much."""
    log = json.loads(Sarif().render(report, view(**changes)).text)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "qualitygate"
    rules = [rule["id"] for rule in driver["rules"]]
    assert rules == sorted(set(rules))
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    marks = [result["partialFingerprints"]["qualityGate/v1"] for result in run["results"]]
    assert len(set(marks)) == len(marks)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"].isascii()
        assert location["physicalLocation"]["region"]["startLine"] >= 1
    return run


@pytest.mark.parametrize("report", [failed_report(), passed_report(), stepped_report(), Report(())])
def test_logs_are_valid(report: Report, valid: Any) -> None:
    valid(json.loads(Sarif().render(report, view(thresholds=LIMITS, exit_code=1)).text))


@given(HOSTILE.filter(bool), HOSTILE)
def test_logs_are_valid_whatever_the_names(valid: Any, name: str, text: str) -> None:
    report = report_named(name, text)
    run_of(report)
    valid(json.loads(Sarif().render(report, view()).text))


def test_a_result_says_what_is_wrong_where_and_why() -> None:
    run = run_of(failed_report(), thresholds=LIMITS, exit_code=1)
    first = run["results"][0]
    assert first["ruleId"] == "QG-1001"
    assert first["message"]["text"].startswith("DeltaE00 5.31 exceeds 2.0: hero/landing.jpg, p95")
    assert "postmortem" not in first["message"]["text"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "candidate/hero/landing.jpg", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 1}
    assert (
        first["properties"] | {"value": 5.3125, "limit": 2.0, "born_of": "PM-2025-09-27-01", "why": WHY}
        == first["properties"]
    )
    assert first["properties"]["heat_map"] == "evidence/pm-2026-11-21-4711/01-landing.png"
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert run["properties"]["thresholds"]["hero"][0]["fail"] == 2.0
    assert run["properties"]["settings"]["workers"] == 2


def test_what_could_not_be_measured_is_a_result_and_the_run_did_not_succeed() -> None:
    run = run_of(failed_report(), exit_code=1)
    (missing,) = [result for result in run["results"] if result["ruleId"] == "QG-1203"]
    assert missing["level"] == "error"
    assert missing["message"]["text"] == "hero/cut.png could not be measured: the file ends before the picture does"
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 1
    assert invocation["startTimeUtc"] == "2026-11-21T09:30:00Z"
    (said,) = invocation["toolExecutionNotifications"]
    assert said["message"]["text"] == "1 of 5 could not be measured"


def test_a_run_that_failed_the_gate_succeeded() -> None:
    report = Report((failed_report().results[0],))
    (invocation,) = run_of(report, exit_code=1)["invocations"]
    assert invocation["executionSuccessful"] is True
    assert "startTimeUtc" not in invocation


def test_what_passed_is_not_told() -> None:
    run = run_of(passed_report(), exit_code=0)
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
    assert run["properties"]["summary"]["passed"] == 1


def test_rules_come_from_the_codes() -> None:
    rules = {rule["id"]: rule for rule in run_of(failed_report())["tool"]["driver"]["rules"]}
    rule = rules["QG-1106"]
    assert rule["name"] == "ShiftedOrScaled"
    assert rule["shortDescription"]["text"] == CODES["QG-1106"].title
    assert rule["fullDescription"]["text"] == CODES["QG-1106"].meaning
    assert CODES["QG-1106"].remedy in rule["help"]["text"]
    assert rule["defaultConfiguration"]["level"] == "note"
    assert rules["QG-1203"]["properties"]["tags"] == ["image-quality", "decoding"]


def test_a_code_of_a_plugin_is_a_rule_by_its_name_alone(valid: Any) -> None:
    report = Report((), (Finding("XY-1", Level.WARNING, "odd"),))
    (rule,) = run_of(report)["tool"]["driver"]["rules"]
    assert (rule["id"], rule["defaultConfiguration"]["level"]) == ("XY-1", "warning")
    assert "help" not in rule
    valid(json.loads(sarif_log(report, view())))


def test_findings_without_a_file_point_at_the_configuration_or_the_candidates() -> None:
    def uris(report: Report) -> list[str]:
        results = run_of(report)["results"]
        return [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]

    budget = replace(failed_report(), results=())
    assert uris(budget) == ["candidate"]
    for source in ("/srv/checkout/qualitygate.toml", "C:\\work\\shop\\qualitygate.toml", "qualitygate.toml"):
        assert uris(replace(budget, settings={"config": source})) == ["qualitygate.toml"]
    assert uris(replace(budget, sets=())) == ["qualitygate.toml"]
    assert uris(stepped_report()) == ["luts/brand.cube", "thresholds/hero.toml", "qualitygate.toml"]


def test_a_line_that_is_known_is_named() -> None:
    report = Report((), (Finding("QG-1783", Level.ERROR, "x", path="thresholds/hero.toml", line=7),))
    place = run_of(report)["results"][0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 7}


def test_braces_are_no_placeholders_and_brackets_no_links() -> None:
    report = Report((), (Finding("QG-1783", Level.ERROR, "a{0}.png [x](1) b[1].png\n"),))
    assert run_of(report)["results"][0]["message"]["text"] == "a{{0}}.png \\[x](1) b[1].png\\n"


def test_the_worst_results_are_kept_and_the_others_counted(valid: Any) -> None:
    log = json.loads(sarif_log(large_report(300), view(), max_results=40))
    valid(log)
    (run,) = log["runs"]
    assert len(run["results"]) == 40
    assert [result["properties"]["value"] for result in run["results"][:2]] == [4.99, 4.98]
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["level"] == "warning"
    assert said["message"]["text"].startswith("260 further results were left out")


def test_a_log_shrinks_until_it_fits() -> None:
    noise = random.Random(1)
    names = ["".join(noise.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=80)) for _ in range(400)]
    findings = [limit_finding(name, 3.0 + index, 2.0) for index, name in enumerate(names)]
    report = Report(tuple(SubjectResult(pair(str(f.subject)), Failed(), {}, (f,)) for f in findings))
    whole = len(gzip.compress(sarif_log(report, view()).encode()))
    for budget in (whole - 1, whole // 2, whole // 5):
        text = sarif_log(report, view(), max_bytes=budget)
        kept = json.loads(text)["runs"][0]["results"]
        assert len(gzip.compress(text.encode())) <= budget
        assert 0 < len(kept) < 400
        assert kept[0]["properties"]["value"] == 402.0
    # As many as fit: a tenth more would not.
    assert len(gzip.compress(sarif_log(report, view(), max_results=int(len(kept) * 1.2)).encode())) > budget


@pytest.mark.slow
def test_thirty_thousand_failures_stay_within_the_limits(valid: Any) -> None:
    text = Sarif().render(large_report(30_000), view()).text
    assert len(gzip.compress(text.encode())) <= 10_000_000
    assert len(json.loads(text)["runs"][0]["results"]) == 25_000
