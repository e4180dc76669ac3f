"""The comment on a pull request: verdict first, worst first, within its limit, nothing of a stranger's text at work."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from reporters_samples import (
    LIMITS,
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

from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, SubjectResult
from qualitygate.reporters.markdown import MARKER, MAX_BYTES, Markdown, comment
from qualitygate.reporters.markdown_text import code
from qualitygate.reporters.step_summary import step_summary

HOSTILE = st.text(st.sampled_from("%\n\r|<>`,:=*_[]()#@!~-\\\u2028\x85\x1b\udcff aé"), max_size=25)


def told(report: Report, **changes: object) -> str:
    return Markdown().render(report, view(thresholds=LIMITS, **changes)).text


def structure(text: str) -> list[tuple[str, str]]:
    """Every element that GitHub would make of it, in order, and no text."""
    parsed = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [(one.type, one.tag) for token in parsed for one in (token, *(token.children or ())) if one.type != "text"]


def rows_under(text: str, title: str) -> list[str]:
    part = re.split(r"^(?:### |<details><summary>)", text, flags=re.MULTILINE)
    (table,) = [one for one in part if one.startswith(title)]
    return [line for line in table.splitlines() if line.startswith("|")][2:]


def test_the_marker_is_the_first_line_and_the_verdict_the_next() -> None:
    lines = told(failed_report()).splitlines()
    assert lines[0] == MARKER == "<!-- qualitygate -->"
    assert lines[1] == "## ❌ Quality gate: failed"
    assert told(passed_report()).splitlines()[1] == "## ✅ Quality gate: passed"
    assert told(stepped_report()).splitlines()[1] == "## ❌ Quality gate: failed codeowners"


def test_numbers_stand_beside_their_limits() -> None:
    first = rows_under(told(failed_report()), "Failures")[0]
    assert "DeltaE00 p95<br>DeltaE00 worst&#95;tile" in first
    assert "| **5.31**<br>**6.06** | ≤ 2.0<br>≤ 4.0 | S1<br>S2 |" in first


@pytest.mark.parametrize(
    ("changes", "cells"),
    [
        ({"value": 2.0004}, "| DeltaE00 p95 | **2.0004** | ≤ 2.0 |"),
        ({"metric": "ssim", "statistic": "mean", "value": 0.9, "limit": 0.95}, "| SSIM mean | **0.9000** | ≥ 0.95 |"),
        ({"region": "logo"}, "| DeltaE00 p95 in region logo | **9.00** | ≤ 2.0 |"),
        (
            {"metric": "file_size", "statistic": "mean", "value": 201500.0, "limit": 180000.0},
            "| mean file size | **201.5** KB | ≤ 180 KB |",
        ),
        ({"metric": "unheard_of"}, "| **DeltaE00 9.00 exceeds 2.0** |  |  |"),
    ],
)
def test_a_number_keeps_to_its_side_of_the_limit(changes: dict[str, object], cells: str) -> None:
    finding = replace(limit_finding("a.png", 9.0, 2.0), **changes)
    assert cells in told(Report((SubjectResult(pair("a.png"), Failed(), {}, (finding,)),)))


def test_what_all_limits_of_a_picture_share_is_said_once() -> None:
    findings = tuple(limit_finding("a.png", 9.0, 2.0, s, born_of="PM-1") for s in ("p50", "mean", "p95", "p99", "max"))
    (row,) = rows_under(told(Report((SubjectResult(pair("a.png"), Failed(), {}, findings),))), "Failures")
    assert row.endswith("| S1 | PM-1 |")
    assert "<br>and 1 more |" in row


def test_the_worst_stands_first_and_the_reason_once() -> None:
    text = told(large_report(12))
    rows = rows_under(text, "Failures")
    assert [re.search(r"\*\*([\d.]+)\*\*", row)[1] for row in rows[:2]] == ["2.11", "2.10"]  # type: ignore[index]
    assert text.count(WHY) == 1


def approving(text: str) -> list[str]:
    """Words of the command that approves, as a shell reads them."""
    (command,) = re.findall(r"^```sh\n(.*?)\n(?:# .*\n)?```$", text, re.MULTILINE | re.DOTALL)
    return shlex.split(command.replace("\\\n", " "))


def test_it_says_how_to_accept_the_change() -> None:
    text = told(large_report(7))
    words = approving(text)
    assert words[:4] == ["qualitygate", "approve", "--reason", "why it is right"]
    assert words[4:] == [result.subject.id for result in large_report(7).results[:1:-1]]
    assert "\n# and 2 more\n" in text
    # What cannot be measured, or is not there, cannot be approved; nor can a file that is too large.
    none = replace(failed_report(), results=failed_report().results[1:])
    assert "qualitygate approve" not in told(none)


def test_the_command_names_the_worst_first_as_the_table_does() -> None:
    findings = [limit_finding(name, value, 2) for name, value in (("a.png", 3), ("b.png", 9), ("c.png", 5))]
    results = tuple(SubjectResult(pair(one.subject or ""), Failed(), {}, (one,)) for one in findings)
    assert approving(told(Report(results)))[-3:] == ["b.png", "c.png", "a.png"]


def test_settings_that_are_not_there_are_not_shown() -> None:
    text = told(Report((), settings={"numpy": "2.3", "device": None}))
    assert "| numpy | 2.3 |" in text
    assert "None" not in text
    assert "device" not in text


def test_without_a_configuration_the_command_names_the_directories() -> None:
    words = approving(told(failed_report(), configured=False))
    assert words[4:] == [
        "--reference", "reference", "--candidate", "candidate", "--profile", "hero", "hero/landing.jpg",
    ]  # fmt: skip


def test_of_a_set_compared_with_git_the_command_names_the_base() -> None:
    known = replace(failed_report().sets[0], reference="origin/main:candidate", base="origin/main")
    of_git = replace(failed_report(), sets=(known,))
    assert approving(told(of_git))[4:] == ["--base", "origin/main", "hero/landing.jpg"]
    words = approving(told(of_git, configured=False))
    assert "--reference" not in words
    assert words[4:] == ["--candidate", "candidate", "--profile", "hero", "--base", "origin/main", "hero/landing.jpg"]


def test_a_command_is_one_word_of_the_shell_per_name() -> None:
    name = "--$(touch x) `y`'z.png"
    text = told(Report((SubjectResult(pair(name), Failed(), {}, (limit_finding(name, 9.0, 2.0),)),)))
    assert approving(text)[4:] == ["--", name]
    hidden = "a\x1b[2K.png"
    assert "approve" not in told(Report((SubjectResult(pair(hidden), Failed(), {}, (limit_finding(hidden, 9, 2),)),)))


def test_further_checks_are_told_those_that_passed_in_one_line() -> None:
    text = told(stepped_report())
    assert "- **codeowners** failed, 12 protected files\n" in text
    assert "- **prove** could not be checked: origin/main is not known here\n" in text
    assert "- passed: audit (no change), thresholds\n" in text
    assert "### Failures" not in text
    rows = rows_under(text, "What they found")
    assert len(rows) == 2
    assert rows[0].startswith("| codeowners | <code>luts/brand.cube</code> | **no brand owner**, ")


def test_what_passed_is_folded_with_its_nearest_limit() -> None:
    good = SubjectResult(pair("a.png"), Passed(), measured())
    text = told(Report((good, replace(good, subject=pair("b.png"), accepted="h100"))))
    rows = rows_under(text, "2 passed")
    # SSIM 0.96875 has used up 62% of the way from 1 to 0.95; DeltaE00 p95 is far beyond its limit.
    assert rows[0] == "| <code>a.png</code> | DeltaE00 p95 5.31 of 2.0 (266%) |  |"
    assert rows[1].endswith("| h100 |")
    assert "Accepted as" not in told(Report((good,)))


def test_no_picture_is_promised() -> None:
    text = told(failed_report())
    assert "![" not in text
    assert "<img" not in text
    assert "data:" not in text


@pytest.mark.parametrize("count", [60, 5_000])
def test_a_comment_stays_within_its_limit_and_counts_the_rest(count: int) -> None:
    missing = tuple(
        SubjectResult(pair(f"m{i:04}-{'é' * 90}.png"), Unmeasurable("QG-1203", f"cut after {i} bytes"))
        for i in range(count)
    )
    report = large_report(count)
    text = told(replace(report, results=(*report.results, *missing), steps=stepped_report().steps))
    assert len(text.encode()) <= MAX_BYTES < 65_536
    assert len(rows_under(text, "Failures")) == 50
    assert f"…and {count - 50:,} more (use `--format json`)." in text
    for title in ("### Could not be measured", "### Further checks", "### Why", "### What now"):
        assert title in text


def test_long_texts_leave_room_for_everything() -> None:
    """Names of 4,000 bytes, as long as a path may be, cut the tables and not what follows."""
    results = []
    for index in range(40):
        name = f"{index:02}" + "日" * 1_300
        results.append(
            SubjectResult(pair(name), Failed(), {}, (limit_finding(name, 9.0, 2.0, why=f"{index}" + "w" * 900),))
        )
        results.append(SubjectResult(pair(name + "2"), Unmeasurable("QG-1203", f"{name}: cut")))
    text = told(Report(tuple(results), steps=stepped_report().steps, settings={"qualitygate": "1.2.3"}))
    assert len(text.encode()) <= MAX_BYTES
    for title in ("### Failures", "### Could not be measured", "### Further checks", "### Why", "### What now"):
        assert title in text
    assert text.count("<details>") == text.count("</details>")


def test_any_budget_is_kept() -> None:
    for budget in (40, 100, 400, 2_000, 15_000, 30_000):
        text = comment(large_report(200), view(), budget)
        assert len(text.encode()) <= budget
        assert text.count("<details>") == text.count("</details>")
        assert text.count("```") % 2 == 0


@given(HOSTILE.filter(bool), HOSTILE)
def test_nothing_of_a_name_is_markup(name: str, text: str) -> None:
    report = report_named(name, text)
    note = Finding("QG-1002", Level.WARNING, f"{text}: {name}", subject="other")
    said = told(replace(report, findings=(note,)))
    said.encode("utf-8")
    # A name that cannot be shown has no command to approve it.
    harmless = "a" if name.isprintable() else "a\x1b"
    plain = told(replace(report_named(harmless, "b"), findings=(replace(note, message="b: a"),)))
    assert structure(said) == structure(plain)
    tags = re.findall(r"</?([a-z]+)[^>]*>", re.sub(r"```sh.*?```", "", said, flags=re.DOTALL))
    assert set(tags) <= {"code", "br", "details", "summary"}


def test_the_postmortem_that_a_rule_was_born_of_is_named_where_the_repository_has_it() -> None:
    path = "run/_/postmortems/PM-2025-09-27-01.md"
    known = {"PM-2025-09-27-01": path}
    for text in (
        told(failed_report(), postmortems=known),
        step_summary(failed_report(), view().specs, postmortems=known),
    ):
        assert text.count(f"PM-2025-09-27-01<br>{code(path)} |") == 1
        assert "PM-2026-01-15-02<br><code>" not in text
