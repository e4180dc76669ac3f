"""The page as text: what it says of pairs and of the run, and in which order."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from html_samples import LIMITS, data, many, passed, render, small_report, small_view
from reporters_samples import passed_report, view

from qualitygate.core.threshold import Threshold
from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.core.verdict import Failed, Finding, Level, Report

GOLDEN = Path(__file__).parent / "golden_html"


def readable(page: str) -> str:
    """The page without our own style and script, without pictures, its data with one value a line."""
    import json

    found = json.dumps(data(page), indent=1, ensure_ascii=False)
    page = re.sub(r'(<script type="application/json" id="data">).*?(</script>)', r"\1\2", page, flags=re.DOTALL)
    page = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", page, flags=re.DOTALL)
    page = re.sub(r"sha256-[^&]*&", "sha256-…&", page) + found + "\n"
    return re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "data:image/png;base64,…", page)


@pytest.mark.parametrize("name", ["report.html", "passed.html"])
def test_the_page_says_what_the_golden_file_says(name: str) -> None:
    """Rewrite the files with QUALITYGATE_UPDATE_GOLDEN=1 and read the difference."""
    report, shown = (small_report(), small_view()) if name == "report.html" else (passed_report(), view())
    said = readable(render(report, shown).text)
    path = GOLDEN / name
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8", newline="")
    assert path.read_bytes().decode("utf-8") == said


def test_equal_reports_give_equal_bytes() -> None:
    one, other = render(small_report(), small_view()), render(small_report(), small_view())
    assert one == other


def test_the_worst_is_first() -> None:
    pairs = data(render(small_report(), small_view()).text)["pairs"]
    assert [(one["id"], one["status"]) for one in pairs] == [
        ("hero/landing.jpg", "failed"),
        ("hero/日本語 |a,b%.png", "failed"),
        ("luts/brand look.cube", "failed"),
        ("hero/cut.png", "unmeasurable"),
        ("hero/close.png", "passed"),
        ("hero/far.png", "passed"),
        ("hero/good.png", "passed"),
        ("hero/old.png", "skipped"),
    ]


def test_rows_stand_in_the_order_of_the_data() -> None:
    page = render(small_report(), small_view()).text
    links = re.findall(r'<li data-status="(\w+)".*?<a href="#/([^"]*)"', page)
    assert [status for status, _ in links] == [one["status"] for one in data(page)["pairs"]]
    assert links[1][1].startswith("hero/%E6%97%A5")


def test_a_broken_limit_is_told_in_full() -> None:
    landing = data(render(small_report(), small_view()).text)["pairs"][0]
    first = landing["findings"][0]
    assert first["headline"] == "DeltaE00 5.31 exceeds 2.0"
    assert first["limit"] == "DeltaE00 p95"
    assert (first["profile"], first["severity"], first["born_of"]) == ("hero", "S1", "PM-2025-09-27-01")
    assert first["why"].startswith("A LUT update")
    assert first["runbook"].startswith("https://example.com/")
    assert "postmortems/" not in str(landing["findings"])


def test_numbers_stand_beside_their_limits() -> None:
    landing = data(render(small_report(), small_view()).text)["pairs"][0]
    rows = {row["statistic"]: row for row in landing["metrics"][0]["rows"]}
    assert rows["p95"] == {
        "statistic": "p95", "value": 5.3125, "text": "5.31", "better": "lower", "limit": 2.0, "sign": "≤",
        "used": 5.3125 / 2, "broken": True,
    }  # fmt: skip
    assert rows["mean"]["limit"] is None
    assert rows["max in logo"]["text"] == "within"
    ssim = landing["metrics"][1]
    assert (ssim["rows"][0]["better"], ssim["rows"][0]["sign"]) == ("higher", "≥")
    assert ssim["rows"][0]["limit"] == 0.9
    assert landing["metrics"][2]["unmeasured"].startswith("icons/a.png is 16x16")


def test_a_limit_that_a_region_broke_has_its_number() -> None:
    report = small_report()
    landing = report.results[0]
    findings = tuple(replace(f, region="logo", statistic="max", value=12.0, limit=9.0) for f in landing.findings[:1])
    page = render(replace(report, results=(replace(landing, findings=findings),)), small_view()).text
    rows = {row["statistic"]: row for row in data(page)["pairs"][0]["metrics"][0]["rows"]}
    assert rows["max in logo"]["broken"] is True
    assert rows["max in logo"]["text"] == "12.00"
    assert rows["p95"]["broken"] is False


def test_how_to_accept_is_a_command() -> None:
    landing = data(render(small_report(), small_view()).text)["pairs"][0]
    commands = [step["command"] for step in landing["advice"] if "command" in step]
    assert commands[0] == "qualitygate approve --reason 'why it is right' hero/landing.jpg"
    assert commands[-1] == "qualitygate explain QG-1001"
    assert "`p95` under `[limits.delta_e_2000]` of thresholds/hero.toml" in str(landing["advice"])


def test_a_limit_of_a_shipped_profile_is_changed_in_a_file_that_keeps_the_rest() -> None:
    shown = small_view(files={"hero": ThresholdFile("hero", "web/thresholds/hero.toml", ships=True)})
    shown = replace(shown, thresholds={"hero": (Threshold("delta_e_2000", "p95", 2.0, 1.5),)})
    landing = data(render(small_report(), shown).text)["pairs"][0]
    step = next(one for one in landing["advice"] if one["title"] == "The limit is wrong")
    assert "Save this as `web/thresholds/hero.toml`" in step["text"]
    assert step["command"] == (
        'extends = "hero"\n\n[limits.delta_e_2000]\n# 2.0 so far, 5.31 here\n'
        'p95 = { fail = 2.0, warn = 1.5, why = "why it is another" }'
    )


def test_keys_with_dots_are_quoted() -> None:
    landing = small_report().results[0]
    finding = replace(landing.findings[0], statistic="p99.9")
    shown = small_view(files={"hero": ThresholdFile("hero", "thresholds/hero.toml", ships=True)})
    page = render(replace(small_report(), results=(replace(landing, findings=(finding,)),)), shown).text
    step = next(one for one in data(page)["pairs"][0]["advice"] if one["title"] == "The limit is wrong")
    assert tomllib.loads(step["command"])["limits"]["delta_e_2000"]["p99.9"]["fail"] == 2.0


def test_what_passed_needs_no_advice() -> None:
    pairs = {one["id"]: one for one in data(render(small_report(), small_view()).text)["pairs"]}
    assert pairs["hero/close.png"]["advice"] == []
    assert pairs["hero/cut.png"]["advice"] == []


def test_what_is_said_of_several_files_is_said_once() -> None:
    ones = tuple(Finding("QG-1783", Level.ERROR, "has no owner", path=name) for name in ("b.cube", "a.cube", "c.toml"))
    page = render(Report((), (*ones, replace(ones[0], path=None))), view()).text
    assert page.count("<h3>has no owner") == 1
    assert '<ul class="plain"><li><code>b.cube</code></li><li><code>a.cube</code></li><li>' in page


def test_settings_are_told_once() -> None:
    report, shown = many(50)
    found = data(render(report, shown).text)
    assert len(found["settings"]) == 3
    assert found["settings"][found["pairs"][0]["metrics"][0]["settings"]]["tile"] == "64"


def test_what_of_the_run_was_found_is_on_the_page_without_a_script() -> None:
    page = render(small_report(), small_view()).text
    assert "mean file size 201.5 KB exceeds 180 KB" in page
    assert re.search(r'<tr class="broken"><th scope="row">audit</th><td>failed</td><td>1 change</td>', page)
    assert "run/_/postmortems/PM-2026-11-21-4711.md" in page
    assert "lut-export" in page
    assert "DeltaE00 p95" in page
    assert page.count("<li data-status=") == 8


def test_limits_are_known_without_pictures_too() -> None:
    close, far = passed("hero/close.png", 1.2), passed("hero/far.png", 0.1)
    shown = small_view(exhibits={}, thresholds={"hero": LIMITS})
    page = render(Report((far, close)), shown).text
    assert [one["id"] for one in data(page)["pairs"]] == ["hero/close.png", "hero/far.png"]
    assert "90% of its tightest limit" in page


def test_a_failure_without_a_finding_is_a_failure_all_the_same() -> None:
    bare = replace(passed("hero/a.png"), verdict=Failed())
    one = data(render(Report((bare,)), small_view()).text)["pairs"][0]
    assert one["status"] == "failed"
