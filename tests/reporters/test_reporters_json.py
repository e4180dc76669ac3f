from __future__ import annotations

import copy
import json
import math
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import Check, failed_report, failed_result, measured, pair, passed_report, report_named, view

from qualitygate.core.measurement import Measurement
from qualitygate.core.verdict import Passed, Report, SubjectResult
from qualitygate.reporters.document import check_document, compare_document
from qualitygate.reporters.json import Json, schema, serialise


def closed(node: Any) -> Any:
    """A schema that takes no key it does not name, so that a document and its schema cannot drift apart."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    known = {key: closed(value) for key, value in node.items()}
    if "properties" in known and known.get("type") == "object" and "additionalProperties" not in known:
        known["additionalProperties"] = False
    return known


def validate(name: str, text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    document = json.loads(text, parse_constant=refuse)
    for rules in (schema(name), closed(schema(name))):
        jsonschema.Draft202012Validator(rules).validate(document)
    return document


@pytest.mark.parametrize("name", ["check", "compare"])
def test_the_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("report", [failed_report(), passed_report(), Report(())])
def test_check_documents_match_the_schema(report: Report) -> None:
    document = validate("check", Json().render(report, view()).text)
    assert document["verdict"] == report.verdict
    assert document["summary"]["pairs"] == len(report.results)


def test_the_check_document_says_what_was_found() -> None:
    document = validate("check", Json().render(failed_report(), view()).text)
    assert document["summary"] == {"pairs": 5, "passed": 1, "failed": 2, "unmeasurable": 1, "skipped": 1}
    assert document["qualitygate"] == "1.2.3"
    assert document["incident"]["id"] == "PM-2026-11-21-4711"
    assert [finding["code"] for finding in document["findings"]] == ["QG-1010"]
    first, missing, broken, skipped, good = document["pairs"]
    assert first["heat_map"] == "evidence/pm-2026-11-21-4711/01-landing.png"
    assert first["findings"][0]["born_of"] == "PM-2025-09-27-01"
    assert first["findings"][0]["value"] == 5.3125
    assert first["measurements"]["lpips"]["value"] is None
    assert missing["heat_map"] is None
    assert broken["reason"]["code"] == "QG-1203"
    assert skipped["reason"] == {"code": None, "message": "excluded by --only"}
    assert good["reason"] is None


@pytest.mark.parametrize("crosscheck", [None, [], [Check()]])
def test_compare_documents_match_the_schema(crosscheck: Any) -> None:
    document = validate("compare", serialise(compare_document(failed_result(), crosscheck)))
    assert document["measurements"]["delta_e_2000"]["p95"] == 5.3125
    assert document["measurements"]["delta_e_2000"]["settings"]["tile"] == 64
    assert document["measurements"]["lpips"] == {"value": None, "reason": document["measurements"]["lpips"]["reason"]}
    assert document["candidate"]["subsampling"] == "4:2:0"
    validate("compare", serialise(compare_document(failed_report().results[2])))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_becomes_null(value: float) -> None:
    metric = Measurement("ssim", {"mean": value}, settings={"sigma": value})
    result = SubjectResult(pair("a.png"), Passed(), {"ssim": metric})
    document = validate("check", Json().render(Report((result,)), view()).text)
    assert document["pairs"][0]["measurements"]["ssim"] == {"mean": None, "settings": {"sigma": None}}


def test_numpy_scalars_become_plain_numbers() -> None:
    metric = Measurement("ssim", {"mean": np.float32(0.5)})  # type: ignore[dict-item]
    text = serialise(compare_document(SubjectResult(pair("a.png"), Passed(), {"ssim": metric})))
    assert validate("compare", text)["measurements"]["ssim"]["mean"] == 0.5


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict",), "maybe"),
        (("summary", "failed"), -1),
        (("pairs", 0, "status"), None),
        (("pairs", 0, "findings", 0, "severity"), "S9"),
        (("pairs", 0, "measurements", "ssim", "mean"), "0.9"),
    ],
)
def test_the_schema_refuses_what_is_wrong(path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(check_document(failed_report()))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("check"))


@given(st.text(st.characters(), min_size=1, max_size=30), st.text(st.characters(), max_size=30))
def test_json_parses_whatever_the_names(name: str, text: str) -> None:
    document = validate("check", Json().render(report_named(name, text), view()).text)
    assert document["pairs"][0]["id"] == name


def test_measurements_keep_their_order() -> None:
    document = compare_document(SubjectResult(pair("a.png"), Passed(), measured()))
    assert list(document["measurements"]) == ["delta_e_2000", "ssim", "lpips"]
