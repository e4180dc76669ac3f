from __future__ import annotations

import dataclasses
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import (
    RUNBOOK,
    SPECS,
    STUB,
    WHY,
    Check,
    failed_report,
    failed_result,
    large_report,
    limit_finding,
    pair,
    passed_report,
    pointing_at,
    report_named,
    source,
    view,
)  # fmt: skip

from qualitygate.core.incident import IncidentRef
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, SubjectResult, Verdict
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
    assert "FAILED  2 failed, 1 unmeasurable, 1 skipped, 1 passed of 5 pairs; 1 finding of the set\n" in told(
        failed_report()
    )
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
    assert "and 17 more: `--report html=DIRECTORY` shows all of them\n" in text


def test_verbose_lists_what_passed() -> None:
    assert "hero/good.png  SSIM mean 0.9990" in told(failed_report(), verbose=True)
    assert "hero/good.png" not in told(failed_report())


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_drives_the_terminal_or_adds_a_line(name: str, text: str) -> None:
    shown = told(report_named(name, text)) + render_comparison(report_named(name, text).results[0], view())
    spelling = "\u200c\u200d\u2060"
    assert all(char in f"\n{spelling}" or char.isprintable() or unicodedata.category(char) == "Zs" for char in shown)
    assert told(report_named(name + "\n::error::x", "a")).count("\n") == told(
        report_named(name + "zz::error::x", "a")
    ).count("\n")


def test_comparison_shows_every_statistic_reason_and_difference() -> None:
    text = render_comparison(failed_result(), view(), [Check()])
    outside = "1.25% of the reference's pixels lie outside sRGB"
    for expected in ("14.50", "0.9688", "not measured  QG-1301", outside, "1200x800", "Display P3",
                     "decoded by Pillow 13.0.0", "colour-science 0.4.6", "-4.0e-07", "alpha differs"):  # fmt: skip
        assert expected in text
    assert "sigma" not in text
    assert "sigma 1.5" in render_comparison(failed_result(), view(verbose=True))


def test_comparison_tells_a_shared_reason_once() -> None:
    reason = Unmeasurable("QG-1203", "b.png: the file ends before the picture does [QG-1203]")
    nothing = SubjectResult(pair("b.png"), reason, dict.fromkeys(SPECS, reason))
    text = render_comparison(nothing, view())
    assert text.count("QG-1203") == text.count("b.png: the file ends before the picture does") == 1
    sizes = Finding("QG-1104", Level.ERROR, "sizes differ: b.png, 20x20 px against 40x40 px", subject="b.png")
    differing = dict.fromkeys(SPECS, Unmeasurable("QG-1304", sizes.message))
    text = render_comparison(SubjectResult(pair("b.png"), Failed(), differing, (sizes,)), view())
    assert text.count("20x20 px against 40x40 px") == 1
    assert "DeltaE00, SSIM, LPIPS  not measured  QG-1304" in text


def test_comparison_shows_the_size_a_reference_had() -> None:
    settings = {"resized_from": "600x400", "resize_filter": "lanczos"}
    result = dataclasses.replace(failed_result(), reference=source("a.png", width=300, height=200, settings=settings))
    assert "600x400, resized to 300x200 (lanczos), jpeg" in render_comparison(result, view())


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
    assert "--incident-dir DIR draws fresh ones)" in told(again, width=200)


def test_the_path_of_the_stub_stands_in_its_own_row_only() -> None:
    report = failed_report()
    assert all(finding.message.endswith(f", postmortem {STUB}") for finding in report.errors)
    text = told(report)
    assert text.count(STUB) == text.count(f"  postmortem  {STUB}\n") == 2
    assert "  detail      no file of that stem\n" in text


def test_a_severe_incident_says_why_it_has_no_heat_maps() -> None:
    leak = pointing_at(Report((), (Finding("QG-1010", Level.ERROR, "leak: all", severity=Severity.S0),)), STUB)
    report = dataclasses.replace(leak, incident=failed_report().incident)
    assert "  heat maps   none, incidents of severity S0 store no pictures\n" in told(report)
    assert "heat maps" not in told(dataclasses.replace(failed_report(), heat_maps={}))
    again = dataclasses.replace(report, incident=dataclasses.replace(failed_report().incident, created=False))
    assert "open already; its stub is of the run" in told(again)


def budget(set_name: str = "hero") -> Finding:
    return Finding("QG-1010", Level.ERROR, "mean file size 201.5 KB exceeds 180 KB", set_name=set_name)


@pytest.mark.parametrize(
    ("pairs", "findings", "expected"),
    [
        ((Passed(),) * 3, (budget(),), "FAILED  1 finding of the set; 3 of 3 pairs passed"),
        ((), (budget(), budget("icons")), "FAILED  2 findings of 2 sets; no pairs"),
        ((), (dataclasses.replace(budget(), set_name=None),), "FAILED  1 finding of the run; no pairs"),
        ((Passed(), Unmeasurable("QG-1203", "cut")), (budget(),),
         "FAILED  1 finding of the set; 1 unmeasurable, 1 passed of 2 pairs"),
        ((Passed(), Unmeasurable("QG-1203", "cut")), (), "UNMEASURABLE  1 unmeasurable, 1 passed of 2 pairs"),
        ((), (), "PASSED  no pairs"),
    ],
)  # fmt: skip
def test_the_conclusion_never_contradicts_itself(
    pairs: tuple[Verdict, ...], findings: tuple[Finding, ...], expected: str
) -> None:
    results = tuple(SubjectResult(pair(f"{index}.png"), verdict) for index, verdict in enumerate(pairs))
    assert expected in told(Report(results, findings)).splitlines()


def missing(name: str, set_name: str = "hero") -> SubjectResult:
    finding = Finding("QG-1101", Level.ERROR, f"candidate missing: {name}, no candidate for reference {name}",
                      subject=name, set_name=set_name, severity=Severity.S3, path=f"approved/{name}")  # fmt: skip
    return SubjectResult(Subject("pair", name, set_name, f"approved/{name}"), Failed(), {}, (finding,))


def test_a_set_without_any_candidate_is_one_block() -> None:
    text = told(Report(tuple(missing(f"p{index:02}.png") for index in range(40))))
    assert text.count("QG-1101") == 2, "once for all, and what to run next"
    assert (
        "40 candidates missing  QG-1101\n"
        "  file        approved/p00.png\n              approved/p01.png\n              approved/p02.png\n"
        "              and 37 more\n  set         hero\n"
        "  detail      none of the references compared has a candidate; was the build run?\n"
    ) in text
    assert len(text.splitlines()) < 20


def test_a_candidate_missing_beside_others_has_a_block_of_its_own() -> None:
    there = SubjectResult(Subject("pair", "p.png", "hero", "approved/p.png", "build/p.png"), Passed())
    results = (missing("a.png"), missing("b.png"), there, missing("c.png", "other"), missing("d.png", "other"))
    text = told(Report(results))
    assert text.count("candidate missing  QG-1101") == 2, text
    assert "2 candidates missing  QG-1101" in text


def test_the_detail_of_a_set_does_not_repeat_its_name() -> None:
    empty = Finding("QG-1105", Level.ERROR, "set is empty: hero, no pictures match in a and b", set_name="hero")
    assert "  set         hero\n  detail      no pictures match in a and b\n" in told(Report((), (empty,)))


def test_luts_are_counted_as_luts() -> None:
    lut = SubjectResult(Subject("lut", "look.cube"), Passed())
    assert told(Report((lut,))) == "PASSED  1 passed of 1 LUT\n"
    assert told(Report((lut, *passed_report().results))) == "PASSED  2 passed of 2 files\n"


def test_what_could_not_be_measured_names_its_file_once() -> None:
    for name in ("reference/a.png", "candidate/a.png"):
        reason = Unmeasurable("QG-1203", f"{name}: cut short [QG-1203]")
        text = told(Report((SubjectResult(pair("a.png"), reason),)))
        assert f"  file        {name}\n  reason      cut short\n" in text


def test_several_origins_say_which_limit_each_belongs_to_and_equal_reasons_stand_once() -> None:
    one = (
        limit_finding("a.png", 9.0, 2.0, "p50", born_of="PM-2025-01-01-01", why="twice the same"),
        limit_finding("a.png", 8.0, 2.0, "mean", born_of="PM-2025-01-01-01", why="twice the same"),
    )
    other = limit_finding("a.png", 7.0, 2.0, "p95", born_of="PM-2025-02-02-02", why="twice the same")
    nobody = limit_finding("a.png", 6.0, 2.0, "max", why="a customer saw it")
    alone = told(Report((SubjectResult(pair("a.png"), Failed(), {}, one),)))
    assert "  born of     PM-2025-01-01-01\n  why         twice the same\n" in alone
    text = told(Report((SubjectResult(pair("a.png"), Failed(), {}, (*one, other, nobody)),)))
    assert (
        "  born of     PM-2025-01-01-01 (DeltaE00 p50, DeltaE00 mean)\n"
        "  born of     PM-2025-02-02-02 (DeltaE00 p95)\n"
        "  why         twice the same\n"
        "  why         a customer saw it (DeltaE00 max)\n"
    ) in text


def test_what_equal_failures_share_is_said_once() -> None:
    born = {"born_of": "PM-2025-09-27-01", "why": WHY, "runbook": RUNBOOK}
    names = [f"{number}.png" for number in range(5)]
    results = [
        SubjectResult(pair(name), Failed(), {}, (limit_finding(name, 9.0 - place, 2.0, **born),))
        for place, name in enumerate(names)
    ]
    other = limit_finding("other.png", 3.0, 2.0, born_of="PM-2026-01-15-02", why="another reason")
    results.append(SubjectResult(pair("other.png"), Failed(), {}, (other,)))
    report = Report(tuple(results), incident=IncidentRef("PM-2026-11-21-4711", STUB, "", "evidence/pm"))
    text = told(report, width=200)
    assert [text.count(said) for said in ("  born of     PM-2025-09-27-01\n", WHY, RUNBOOK)] == [1, 1, 1]
    assert text.index(WHY) < text.index("1.png")
    assert text.count("  why         the same as for 0.png\n") == 4
    assert text.count("  born of     PM-2026-01-15-02\n  why         another reason\n") == 1
    first, *others, conclusion = text.split("\n\n")
    assert STUB in first
    assert STUB in conclusion
    assert not any(STUB in block for block in others)


def test_a_failure_that_shares_one_of_its_reasons_says_the_other() -> None:
    shared = {"born_of": "PM-2025-09-27-01", "why": "a LUT drifted"}
    first = limit_finding("a.png", 9.0, 2.0, **shared)
    both = (
        limit_finding("b.png", 8.0, 2.0, **shared),
        limit_finding("b.png", 7.0, 2.0, "max", why="a customer saw it"),
    )
    text = told(Report(tuple(SubjectResult(pair(name), Failed(), {}, found)
                             for name, found in (("a.png", (first,)), ("b.png", both)))))  # fmt: skip
    assert text.count("a LUT drifted") == 1
    assert (
        "  why         the same as for a.png (DeltaE00 p95)\n"
        "  why         a customer saw it (DeltaE00 max)\n"
    ) in text  # fmt: skip


def test_a_remark_with_brackets_of_its_own_is_not_bracketed_again() -> None:
    remark = Finding("QG-1690", Level.WARNING, "colour differs: a.png, by 3 (of 255)", subject="a.png")
    result = SubjectResult(pair("a.png"), Failed(), {}, (limit_finding("a.png", 9.0, 2.0), remark))
    assert "  warning     colour differs: by 3 (of 255) (QG-1690)\n" in told(Report((result,)))


def test_remarks_of_a_failed_pair_stand_in_its_block() -> None:
    block, *rest = told(failed_report()).split("\n\n")
    assert "  warning     alpha differs: by 2.00% on average (QG-1004)\n" in block
    assert "  note        candidate is the reference shifted by 3 px (QG-1106)\n" in block
    assert not any("shifted" in part or "alpha" in part for part in rest)


def test_the_same_note_of_many_pairs_is_told_once() -> None:
    notes = [
        SubjectResult(pair(name), Passed(), {}, (Finding("QG-1106", Level.NOTE, f"shifted: {name}", subject=name),))
        for name in ("a.png", "b.png", "c.png", "d.png", "e.png")
    ]
    text = told(Report(tuple(notes)))
    assert "  5 candidates: shifted  QG-1106\n  file        a.png\n              b.png\n" in text
    assert "              and 2 more\n" in text
    assert text.count("QG-1106") == 1


@given(st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_no_line_ends_in_blanks(name: str, text: str, colour: bool) -> None:
    for shown in (
        told(report_named(name, text), colour=colour),
        render_comparison(report_named(name, text).results[0], view(colour=colour)),
    ):
        assert not [line for line in ESCAPE.sub("", shown).split("\n") if line != line.rstrip()]
