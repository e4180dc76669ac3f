from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import (
    RUNBOOK,
    Check,
    failed_report,
    failed_result,
    large_report,
    limit_finding,
    pair,
    passed_report,
    report_named,
    view,
)  # fmt: skip

from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Report, SubjectResult
from qualitygate.reporters.comparison import render_comparison
from qualitygate.reporters.text import Text

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def told(report: Report, **changes: object) -> str:
    return Text().render(report, view(**changes)).text


def test_the_first_line_is_the_worst_limit_in_the_form_of_the_message() -> None:
    assert told(failed_report()).startswith("DeltaE00 5.31 exceeds 2.0  QG-1001\n")


def test_a_failure_tells_incident_reason_runbook_heat_map_and_stub() -> None:
    block = told(failed_report(), width=200).split("\n\n")[0]
    for expected in (
        "hero/landing.jpg",
        "p95",
        "profile     hero",
        "S1",
        "PM-2025-09-27-01",
        "A LUT update",
        RUNBOOK,
        "evidence/pm-2026-11-21-4711/01-landing.png",
        "run/_/postmortems/PM-2026-11-21-4711.md",
    ):
        assert expected in block


def test_the_conclusion_counts_everything() -> None:
    assert "FAILED  2 failed, 1 unmeasurable, 1 skipped, 1 passed of 5 pairs\n" in told(failed_report())
    assert told(passed_report()) == "PASSED  1 passed of 1 pair\n"


def test_the_most_serious_come_first_then_the_furthest_beyond_the_limit() -> None:
    findings = (
        limit_finding("near.png", 2.1, 2.0),
        limit_finding("minor.png", 90.0, 2.0, severity=Severity.S3),
        limit_finding("far.png", 9.0, 2.0),
    )
    results = tuple(SubjectResult(pair(str(f.subject)), Failed(), {}, (f,)) for f in findings)
    text = told(Report(results))
    assert text.index("far.png") < text.index("near.png") < text.index("minor.png")


@pytest.mark.parametrize("width", [1, 80, 120])
def test_paths_are_never_broken_and_sentences_are(width: int) -> None:
    name = "hero/" + "a very long directory name/" * 8 + "picture.jpg"
    text = told(report_named(name, "why " * 60), width=width)
    assert f"file        {name}\n" in text
    if width == 80:
        assert max(len(line) for line in text.splitlines() if line.startswith("  why   ")) <= 80


def test_colour_adds_escape_sequences_and_nothing_else() -> None:
    plain, coloured = told(failed_report()), told(failed_report(), colour=True)
    assert "\x1b[1;31mDeltaE00 5.31 exceeds 2.0\x1b[0m" in coloured
    assert "\x1b" not in plain
    assert ESCAPE.sub("", coloured) == plain


def test_the_environment_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(failed_report(), colour=True)
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb"), ("COLUMNS", "20")):
        monkeypatch.setenv(name, value)
    assert told(failed_report(), colour=True) == before


def test_long_reports_are_cut_and_say_so() -> None:
    text = told(large_report(37))
    assert text.count("exceeds 2.0  QG-1001") == 20
    assert "and 17 more (use --format json)" in text


def test_verbose_lists_what_passed() -> None:
    assert "hero/good.png  SSIM mean 0.9990" in told(failed_report(), verbose=True)
    assert "hero/good.png" not in told(failed_report())


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_drives_the_terminal_or_adds_a_line(name: str, text: str) -> None:
    shown = told(report_named(name, text)) + render_comparison(report_named(name, text).results[0], view())
    assert all(char == "\n" or char.isprintable() for char in shown)
    assert told(report_named(name + "\n::error::x", "a")).count("\n") == told(
        report_named(name + "zz::error::x", "a")
    ).count("\n")


def test_comparison_shows_every_statistic_reason_and_difference() -> None:
    text = render_comparison(failed_result(), view(), [Check()])
    for expected in ("14.50", "0.9688", "not measured  QG-1301", "clipped_share 0.0125", "1200x800", "Display P3",
                     "decoded by Pillow 13.0.0", "colour-science 0.4.6", "-4.0e-07", "alpha differs"):  # fmt: skip
        assert expected in text
    assert "sigma" not in text
    assert "sigma 1.5" in render_comparison(failed_result(), view(verbose=True))


def test_comparison_of_something_undecodable_says_why() -> None:
    result = failed_report().results[2]
    text = render_comparison(result, view())
    assert "could not be measured  QG-1203" in text
    assert "the file ends before the picture does" in text


def test_an_incident_that_stood_open_is_told_as_such() -> None:
    report = failed_report()
    assert report.incident is not None
    again = dataclasses.replace(report, incident=dataclasses.replace(report.incident, created=False))
    assert "PM-2026-11-21-4711 (open already" in told(again)
