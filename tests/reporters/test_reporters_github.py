from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import (
    SPECS,
    STUB,
    WHY,
    failed_report,
    large_report,
    limit_finding,
    pair,
    passed_report,
    report_named,
    view,
)

from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, SubjectResult
from qualitygate.reporters.github import Github, annotation_lines
from qualitygate.reporters.markdown_text import escaped, link
from qualitygate.reporters.step_summary import MAX_BYTES, step_summary
from qualitygate.reporters.workflow_command import command, outputs, silenced

HOSTILE = st.text(st.sampled_from("%\n\r|<>`,:=*_[]()#@\\\u2028\x85\x1b\udcff aé"), max_size=25)


def decoded(text: str) -> str:
    """As the runner decodes a property or message (`ActionCommand.cs`: %25 last)."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def parse_command(line: str) -> tuple[str, dict[str, str], str]:
    found = re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", line)
    assert found, line
    properties = dict(part.split("=", 1) for part in (found[2] or "").split(",") if part)
    return found[1], {key: decoded(value) for key, value in properties.items()}, decoded(found[3])


def parse_outputs(text: str) -> dict[str, str]:
    """As the runner reads `$GITHUB_OUTPUT` (`FileCommandManager.cs`): lines end at LF."""
    values, lines = {}, text.split("\n")[:-1]
    while lines:
        line = lines.pop(0)
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, delimiter = line.split("<<", 1)
            body = []
            while (part := lines.pop(0)) != delimiter:
                body.append(part)
            values[name] = "\n".join(body)
        else:
            name, values[name] = line.split("=", 1)
    return values


def test_escaping_is_that_of_the_toolkit() -> None:
    made = command("error", "50% off: a,b\r\nnext", file="a,b:c%.png", title="t")
    assert made == "::error file=a%2Cb%3Ac%25.png,title=t::50%25 off: a,b%0D%0Anext"


@given(HOSTILE.filter(bool), HOSTILE)
def test_commands_survive_any_name(name: str, text: str) -> None:
    lines = annotation_lines(report_named(name, text), SPECS)
    assert len(lines) == 2
    for line in lines:
        assert len(line.splitlines()) == 1
        kind, properties, _ = parse_command(line)
        assert kind == "error"
        assert set(properties) == {"file", "title"}
    printable = "".join(char for char in name if char.isprintable() or char in "\r\n")
    if printable == name:
        assert parse_command(lines[0])[1]["file"] == f"candidate/{name}"


@given(st.dictionaries(st.sampled_from("abc"), HOSTILE))
def test_outputs_come_back_as_they_were(values: dict[str, str]) -> None:
    assert parse_outputs(outputs(values)) == values


def test_outputs_of_a_failed_and_of_a_passed_run() -> None:
    failed = parse_outputs(Github().render(failed_report(), view()).files["$GITHUB_OUTPUT"])
    assert failed == {
        "verdict": "failed",
        "failed": "2",
        "unmeasurable": "1",
        "incident": "PM-2026-11-21-4711",
        "incident_markdown": "run/_/postmortems/PM-2026-11-21-4711.md",
        "heat_maps": "evidence/pm-2026-11-21-4711",
    }
    passed = parse_outputs(Github().render(passed_report(), view()).files["$GITHUB_OUTPUT"])
    assert passed["verdict"] == "passed"
    assert set(passed) == set(failed)
    assert passed["incident"] == ""


def test_at_most_ten_annotations_of_a_kind_the_last_counting_the_rest() -> None:
    notes = tuple(Finding("QG-1106", level, f"remark {i}") for level in (Level.WARNING, Level.NOTE) for i in range(30))
    findings = tuple(limit_finding(f"{index}.png", 2.5 + index, 2.0) for index in range(25))
    results = tuple(SubjectResult(pair(str(f.subject)), Failed(), {}, (f,)) for f in findings)
    lines = annotation_lines(Report(results, notes), SPECS)
    for kind, rest in (("error", 16), ("warning", 21), ("notice", 21)):
        own = [line for line in lines if line.startswith(f"::{kind}")]
        assert len(own) == 10
        assert own[-1].endswith(f"::{rest} more, see the summary")
    assert "DeltaE00 26.50" in lines[0]


def test_the_text_report_is_deaf_to_commands_between_two_tokens() -> None:
    text = Github().render(report_named("##[add-mask]x", "::error::y"), view()).text
    start = re.search(r"^::stop-commands::(\S+)$", text, re.MULTILINE)
    assert start
    assert text.endswith(f"\n::{start[1]}::\n")
    assert text.count(start[1]) == 2
    assert "::stop-commands::" in silenced("")


def test_an_exact_budget_is_kept_for_ten_thousand_failures_within_seconds(
    bounded: Callable[[float], AbstractContextManager[None]],
) -> None:
    report = large_report(10_000)
    with bounded(30):
        summary = step_summary(report, SPECS)
        rendered = Github().render(report, view())
    assert len(summary.encode()) <= MAX_BYTES < 2**20
    assert "DeltaE00 101.99 exceeds 2.0" in summary
    assert "9,000 more" in summary
    assert rendered.text.count("::error") == 10


def test_the_summary_shrinks_to_any_budget() -> None:
    for budget in (600, 1_500, 40_000):
        summary = step_summary(large_report(500), SPECS, budget)
        assert len(summary.encode()) <= budget
    assert "more (use" in summary


@given(HOSTILE.filter(bool), HOSTILE)
def test_summary_tables_keep_their_shape_whatever_the_names(name: str, text: str) -> None:
    summary = step_summary(report_named(name, text), SPECS)
    summary.encode("utf-8")
    rows = [line for line in summary.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows} <= {2, 3, 4, 7}
    tags = re.findall(r"</?([a-z]+)[^>]*>", summary)
    assert set(tags) <= {"code", "br", "details", "summary"}
    assert len(summary.splitlines()) == len(step_summary(report_named("a", "b"), SPECS).splitlines())


def test_nothing_of_a_name_is_markup() -> None:
    assert escaped("*a*_b_|`c`<d>&e") == "&#42;a&#42;&#95;b&#95;&#124;&#96;c&#96;&#60;d&#62;&#38;e"
    assert link("runbook", "javascript:alert(1)").startswith("runbook: <code>")
    assert link("runbook", "https://example.com/a?b=c&d=e") == "[runbook](https://example.com/a?b=c&amp;d=e)"


def test_the_summary_has_no_inline_pictures_and_says_where_the_heat_maps_are() -> None:
    summary = step_summary(failed_report(), SPECS)
    assert "data:" not in summary
    assert "Heat maps lie in <code>evidence/pm-2026-11-21-4711</code>" in summary
    assert "artifacts of this run" in summary


def test_a_file_has_one_annotation_and_one_row_whatever_is_wrong_with_it() -> None:
    statistics = ("p50", "mean", "p95", "worst_tile")
    results = tuple(
        SubjectResult(
            pair(name),
            Failed(),
            {},
            (
                *(limit_finding(name, 9.0 - i, 2.0, s, why=WHY, born_of="PM-1") for i, s in enumerate(statistics)),
                Finding("QG-1106", Level.NOTE, f"shifted by {index} px: {name}", subject=name),
            ),
        )
        for index, name in enumerate(f"{n:02}.png" for n in range(12))
    )
    lines = annotation_lines(Report(results), SPECS)
    assert len(lines) == 10
    files = [parse_command(line)[1].get("file") for line in lines]
    assert files == [f"candidate/{n:02}.png" for n in range(9)] + [None]
    message = parse_command(lines[0])[2]
    assert message.count("\nalso DeltaE00 ") == 3
    assert "\nnote: shifted by 0 px (QG-1106)" in message
    assert message.count(WHY) == 1
    assert lines[-1].endswith("::3 more, see the summary")
    summary = step_summary(Report(results), SPECS)
    assert summary.count("<code>candidate/00.png</code>") + summary.count("<code>00.png</code>") == 1
    assert summary.count("<br>also ") == 12 * 3
    assert summary.count(WHY) == 1
    assert "| PM-1 | DeltaE00 p50, DeltaE00 mean, DeltaE00 p95, DeltaE00 worst&#95;tile | " in summary


def test_the_stub_is_named_once_in_an_annotation_and_once_in_the_summary() -> None:
    failed = annotation_lines(failed_report(), SPECS)
    assert [line.count(STUB) for line in failed] == [1, 1, 1, 0]
    assert step_summary(failed_report(), SPECS).count(escaped(STUB)) == 1


def test_a_remark_on_a_passed_file_is_annotated_by_itself() -> None:
    findings = (
        Finding("QG-1002", Level.WARNING, "SSIM 0.92 is below 0.93: a.png", subject="a.png"),
        Finding("QG-1106", Level.NOTE, "shifted: a.png", subject="a.png"),
    )
    lines = annotation_lines(Report((SubjectResult(pair("a.png"), Passed(), {}, findings),)), SPECS)
    assert lines == [
        "::warning file=candidate/a.png,title=SSIM 0.92 is below 0.93 (QG-1002)::"
        "SSIM 0.92 is below 0.93: a.png%0Aalso shifted (QG-1106)"
    ]
